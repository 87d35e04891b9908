"""Writes prepare.json: codes and turns by nibabel, growing by scipy, shrinking by means of numpy.

Run with a Python that has nibabel and scipy (Debian: python3-nibabel, python3-scipy):
    /usr/bin/python3 packages/imaging/test/oracle/prepare.py
"""
import json
from pathlib import Path

import nibabel
import numpy
import scipy
from nibabel.orientations import aff2axcodes, apply_orientation, axcodes2ornt, io_orientation, ornt_transform
from scipy.ndimage import map_coordinates

rng = numpy.random.default_rng(4)
# Our affines lead to LPS, those of nibabel to RAS.
LPS_TO_RAS = numpy.diag([-1.0, -1, 1, 1])


def rotation(largest_degrees):
    axis = rng.normal(size=3)
    axis /= numpy.linalg.norm(axis)
    angle = numpy.radians(rng.uniform(0, largest_degrees))
    k = numpy.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return numpy.eye(3) + numpy.sin(angle) * k + (1 - numpy.cos(angle)) * k @ k


def turned(index):
    shape = [int(n) for n in rng.integers(2, 5, 3)]
    permutation = numpy.eye(3)[rng.permutation(3)] * rng.choice([-1, 1], 3)
    lps = numpy.eye(4)
    lps[:3, :3] = rotation(30) @ permutation @ numpy.diag(rng.uniform(0.4, 6, 3))
    lps[:3, 3] = rng.uniform(-200, 200, 3)
    ras = LPS_TO_RAS @ lps
    data = numpy.arange(numpy.prod(shape)).reshape(shape)
    to_spl = ornt_transform(io_orientation(ras), axcodes2ornt(("S", "P", "L")))
    image = nibabel.Nifti1Image(data.astype("float32"), ras).as_reoriented(to_spl)
    assert numpy.array_equal(image.get_fdata(), apply_orientation(data, to_spl))
    return {
        "affine": [float(v) for v in lps[:3].ravel()],
        "shape": shape,
        "codes": "".join(aff2axcodes(ras)),
        "turned": [int(v) for v in image.get_fdata().ravel()],
        "turnedShape": list(image.shape),
        "turnedAffine": [float(v) for v in (LPS_TO_RAS @ image.affine)[:3].ravel()],
    }


def grown(shape, to):
    data = rng.uniform(-1, 1, shape).astype("float32")
    axes = [(numpy.arange(n) + 0.5) * m / n - 0.5 for m, n in zip(shape, to)]
    values = map_coordinates(data, numpy.meshgrid(*axes, indexing="ij"), order=1, mode="nearest")
    return {"shape": shape, "to": to, "data": [float(v) for v in data.ravel()], "values": [round(float(v), 6) for v in values.ravel()]}


def shrunk(shape, by):
    data = rng.uniform(-1, 1, shape).astype("float32")
    to = [n // k for n, k in zip(shape, by)]
    blocks = data.reshape(to[0], by[0], to[1], by[1], to[2], by[2]).mean(axis=(1, 3, 5))
    return {"shape": shape, "to": to, "data": [float(v) for v in data.ravel()], "values": [round(float(v), 6) for v in blocks.ravel()]}


percentiles = rng.normal(0, 300, 501).astype("float32")
result = {
    "by": f"nibabel {nibabel.__version__}, scipy {scipy.__version__}, numpy {numpy.__version__}",
    "turns": [turned(i) for i in range(12)],
    "resampled": [grown([2, 3, 4], [3, 5, 9]), grown([1, 4, 3], [1, 7, 4]), shrunk([4, 6, 6], [2, 3, 2]), shrunk([1, 8, 4], [1, 4, 2])],
    "percentiles": {
        "data": [float(v) for v in percentiles],
        "shares": [0.0, 0.1, 0.5, 0.998, 1.0],
        "values": [float(v) for v in numpy.sort(percentiles)[[0, 50, 250, 499, 500]]],
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result) + "\n")
