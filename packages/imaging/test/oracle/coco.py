"""Masks as the compressed run lengths of the COCO API.

    python3 coco.py > coco.json      # pycocotools 2.0.11 of PyPI
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from pycocotools import mask as api

cases = []
for height, width, share in [(1, 1, 0.5), (5, 7, 0), (5, 7, 1), (5, 7, 0.5), (40, 30, 0.02), (64, 80, 0.9), (3, 300, 0.3)]:
    for seed in range(3):
        mask = (np.random.default_rng(seed).random((height, width)) < share).astype("uint8")
        if height == 64:  # long runs, which take several letters
            mask[8:56, 8:72] = 1
        rle = api.encode(np.asfortranarray(mask))
        cases.append(
            {
                "height": height,
                "width": width,
                "mask": "".join(map(str, mask.ravel())),
                "counts": rle["counts"].decode(),
                "bbox": api.toBbox(rle).tolist(),
                "area": int(api.area(rle)),
            }
        )
json.dump({"versions": {"pycocotools": version("pycocotools"), "numpy": np.__version__}, "cases": cases}, sys.stdout, indent=1)
print()
