"""Writes the golden files that the conformance tests read. Needs Debian's python3-torch and nothing else."""
import hashlib
import json
import os
import struct

import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DTYPES = {torch.float32: "F32", torch.int64: "I64", torch.int32: "I32", torch.uint8: "U8"}


def save_golden(package, name, tensors, generator, seed):
    """Writes packages/<package>/test/golden/<name>.safetensors.

    Keys say what a tensor is: params.<path>, input.<name>, tap.<name>, output.<name>, grad.<path of a parameter or input>.
    """
    header, blobs, offset = {"__metadata__": {"torch": torch.__version__, "seed": str(seed), "generator": generator}}, [], 0
    for key, tensor in tensors.items():
        tensor = tensor.detach().contiguous().cpu()
        blob = tensor.numpy().tobytes()
        header[key] = {"dtype": DTYPES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    folder = os.path.join(ROOT, "packages", package, "test", "golden")
    os.makedirs(folder, exist_ok=True)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    path = os.path.join(folder, name + ".safetensors")
    with open(path, "wb") as file:
        file.write(data)
    print(f"{os.path.relpath(path, ROOT)}  {len(data)} bytes  sha256 {hashlib.sha256(data).hexdigest()[:16]}")


def randomise(module, seed, std=0.2):
    """Fills every parameter with N(0, std): with default ones and zeros, two swapped norms would pass unnoticed."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * std)
