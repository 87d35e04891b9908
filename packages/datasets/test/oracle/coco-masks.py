"""Polygons and runs as masks of the COCO API, written to coco-masks.json beside this file.

    python3 coco-masks.py      # pycocotools 2.0.11 of PyPI
"""
import json
import math
import os
import random
from importlib.metadata import version

from pycocotools import mask as api

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(7)


def circle(x, y, radius, points):
    return [c for i in range(points) for c in (x + radius * math.cos(2 * math.pi * i / points), y + radius * math.sin(2 * math.pi * i / points))]


def anywhere(height, width, points, margin):
    return [rng.uniform(-margin, (width if i % 2 == 0 else height) + margin) for i in range(2 * points)]


shapes = [
    (5, 7, [[1, 1, 4, 1, 4, 3, 1, 3]]),  # a rectangle on edges of pixels
    (5, 7, [[1.5, 1.5, 4.5, 1.5, 4.5, 3.5, 1.5, 3.5]]),  # and on their centres
    (5, 7, [[1, 1, 1, 1, 4, 1, 4, 3, 1, 3]]),  # a point twice
    (5, 7, [[0, 0, 7, 0, 7, 5, 0, 5]]),  # the whole image
    (5, 7, [[2, 2, 2.2, 2, 2.1, 2.2]]),  # less than a pixel
    (5, 7, [[10, 10, 12, 10, 11, 12]]),  # outside
    (9, 9, [[1, 1, 8, 8, 8, 1, 1, 8]]),  # its sides cross
    (20, 16, [circle(8, 9, 5.3, 24)]),
    (20, 16, [circle(2, 9, 5, 12), circle(12, 12, 4, 7), circle(12, 12, 2, 7)]),  # several, cut off, one in another
    *((height, width, [anywhere(height, width, points, margin)]) for height, width, points, margin in
      [(6, 9, 3, 0), (9, 6, 5, 0), (12, 12, 8, 4), (15, 11, 20, 2), (8, 30, 6, 10), (30, 8, 6, 10), (17, 17, 3, 16), (13, 19, 4, 0)]),
]
cases = []
for height, width, polygons in shapes:
    polygons = [[round(c, 3) for c in points] for points in polygons]
    rle = api.merge(api.frPyObjects(polygons, height, width))
    cases.append(
        {
            "height": height,
            "width": width,
            "polygons": polygons,
            "counts": rle["counts"].decode(),
            "mask": "".join(map(str, api.decode(rle).ravel())),
        }
    )
with open(os.path.join(HERE, "coco-masks.json"), "w") as file:
    json.dump({"versions": {"pycocotools": version("pycocotools")}, "cases": cases}, file, indent=1)
    file.write("\n")
print(f"{len(cases)} cases")
