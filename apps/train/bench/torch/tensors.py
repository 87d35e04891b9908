"""Reads the tensors that the first engine wrote: safetensors of 32-bit floats, without a package for it."""
import json
import struct

import torch


def read_with_metadata(path):
    """Tensors by name, and the text of the file."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        count = (end - start) // 4
        flat = torch.frombuffer(data, dtype=torch.float32, count=count, offset=start) if count else torch.empty(0)
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors, metadata


def read(path):
    """Tensors by name."""
    return read_with_metadata(path)[0]
