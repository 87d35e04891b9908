"""Writes the golden files that the conformance tests read. Needs Debian's python3-torch and nothing else."""
import hashlib
import json
import os
import struct

import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DTYPES = {torch.float32: "F32", torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8"}


def write_safetensors(path, tensors, metadata):
    """Writes tensors as they are, little-endian."""
    header, blobs, offset = {"__metadata__": metadata}, [], 0
    for key, tensor in tensors.items():
        tensor = tensor.detach().contiguous().cpu()
        blob = tensor.numpy().tobytes()
        header[key] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def save_golden(package, name, tensors, generator, seed, folder="test/golden"):
    """Writes packages/<package>/<folder>/<name>.safetensors.

    Keys say what a tensor is: params.<path>, input.<name>, tap.<name>, output.<name>, grad.<path of a parameter or input>.
    The file is named in the manifest.json of its folder.
    """
    folder = os.path.join(ROOT, "packages", package, folder)
    path = os.path.join(folder, name + ".safetensors")
    write_safetensors(path, tensors, {"torch": torch.__version__, "seed": str(seed), "generator": generator})
    list_file(folder, name + ".safetensors", generator, seed)


def list_file(folder, file_name, generator, seed):
    """Names a file in the manifest.json of its folder, with its sum."""
    path = os.path.join(folder, file_name)
    with open(path, "rb") as file:
        data = file.read()
    digest = hashlib.sha256(data).hexdigest()
    write_manifest(folder, file_name, {"generator": generator, "seed": seed, "sha256": digest})
    print(f"{os.path.relpath(path, ROOT)}  {len(data)} bytes  sha256 {digest[:16]}")


def write_manifest(folder, file_name, entry):
    """Puts one file into the manifest.json of its folder and drops entries of files that are gone."""
    path = os.path.join(folder, "manifest.json")
    files = {}
    if os.path.exists(path):
        with open(path) as file:
            files = json.load(file)["files"]
    files[file_name] = entry
    files = {key: files[key] for key in sorted(files) if os.path.exists(os.path.join(folder, key))}
    with open(path, "w") as file:
        json.dump({"torch": torch.__version__, "files": files}, file, indent=2)
        file.write("\n")


def tensor(seed, *shape, std=1.0):
    """A tensor of N(0, std) that is differentiated; double, for a reference in double precision."""
    generator = torch.Generator().manual_seed(seed)
    return (torch.randn(shape, generator=generator) * std).double().requires_grad_()


def golden_tensors(module, inputs, outputs, taps, seed):
    """The tensors of a golden: the gradients are those of sum(output * cotangent), with cotangents of N(0, 1).

    module: its state dict is saved, names as they are. inputs, outputs, taps: tensors by name. Gradients are saved for
    the parameters of the module and for the inputs that require one.

    Call `module.double()` first where there are transposed convolutions: torch 1.13 fills their 32-bit gradients with
    unset memory. Tensors are saved as 32-bit floats.
    """
    generator = torch.Generator().manual_seed(seed + 1000)
    cotangents = {name: torch.randn(output.shape, generator=generator) for name, output in outputs.items()}
    sum((output * cotangents[name]).sum() for name, output in outputs.items()).backward()
    tensors = {f"params.{name}": value for name, value in module.state_dict().items()}
    tensors.update({f"input.{name}": value for name, value in inputs.items()})
    tensors.update({f"input.cotangent.{name}": value for name, value in cotangents.items()})
    tensors.update({f"tap.{name}": value for name, value in taps.items()})
    tensors.update({f"output.{name}": value for name, value in outputs.items()})
    tensors.update({f"grad.{name}": value.grad for name, value in module.named_parameters()})
    tensors.update({f"grad.{name}": value.grad for name, value in inputs.items() if value.requires_grad})
    return {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()}


def randomise(module, seed, std=0.2):
    """Fills every parameter with N(0, std): with default ones and zeros, two swapped norms would pass unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * std)
