"""Writes small TIFF files with tifffile, Pillow and libtiff, and the numbers that went into them.

    python3 tiff.py > tiff.json      # Debian: python3-tifffile, python3-pil, libtiff-tools

Each file is written from an array, so the array is what a reader must give back: the hash is that of its values as
32-bit floats, little endian, colours as 0.299 R + 0.587 G + 0.114 B.
"""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import PIL
import tifffile
from PIL import Image

rng = np.random.default_rng(4)


def smooth(shape, dtype):
    """A ramp with noise, over the whole range of integers."""
    count = int(np.prod(shape))
    ramp = (np.arange(count) * 37 % 251 / 251 + np.arange(count) / count) / 2
    if np.issubdtype(dtype, np.floating):
        return ((ramp - 0.3) * 1234.5 + rng.normal(size=count)).reshape(shape).astype(dtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    return (low + ramp * (float(high) - float(low))).reshape(shape).astype(dtype)


def tiff(array, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, array, metadata=options.pop("metadata", None), **options)
    return stream.getvalue()


def tiffcp(source, *options):
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.tif"), Path(folder, "b.tif")
        before.write_bytes(source)
        subprocess.run(["tiffcp", *options, before, after], check=True)
        return after.read_bytes()


def pillow(image, **options):
    stream = io.BytesIO()
    image.save(stream, "TIFF", **options)
    return stream.getvalue()


cases = []


def case(name, data, values, spacing=(1, 1, 1)):
    values = np.asarray(values)
    floats = values.astype("<f4")
    shape = (1,) * (3 - values.ndim) + values.shape
    cases.append(
        {
            "name": name,
            "shape": shape,
            "spacingMm": spacing,
            "sha256": hashlib.sha256(floats.tobytes()).hexdigest(),
            "first": [float(value) for value in floats.ravel()[:4]],
            "fileSha256": hashlib.sha256(data).hexdigest(),
            "file": base64.b64encode(data).decode(),
        }
    )


def luminance(rgb):
    red, green, blue = (rgb[..., c].astype(np.float64) for c in range(3))
    return 0.299 * red + 0.587 * green + 0.114 * blue


for kind in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]:
    array = smooth((5, 7), kind)
    case(f"tifffile {kind}, little endian", tiff(array, byteorder="<"), array)
    case(f"tifffile {kind}, big endian", tiff(array, byteorder=">"), array)
    predictor = "3" if kind.startswith("float") else "2"
    plain = tiff(array)
    case(f"libtiff {kind}, LZW with predictor {predictor}", tiffcp(plain, "-c", f"lzw:{predictor}"), array)
    # libtiff 4.5.0 does not read back the big endian floats that it writes with predictor 3.
    predictor = "1" if predictor == "3" else "2"
    big = tiffcp(plain, "-B", "-c", f"zip:{predictor}", "-r", "2")
    case(f"libtiff {kind}, big endian, deflate with predictor {predictor}, strips of 2", big, array)

volume = smooth((3, 21, 37), "int16")
case("tifffile, pages", tiff(volume, photometric="minisblack"), volume)
case("tifffile, BigTIFF", tiff(volume, photometric="minisblack", bigtiff=True), volume)
case("tifffile, BigTIFF, big endian", tiff(volume, photometric="minisblack", bigtiff=True, byteorder=">"), volume)
case("libtiff, tiles, LZW", tiffcp(tiff(volume[0]), "-t", "-w", "16", "-l", "16", "-c", "lzw"), volume[0])
case("libtiff, tiles, deflate, predictor 2", tiffcp(tiff(volume[0]), "-t", "-w", "16", "-l", "16", "-c", "zip:2"), volume[0])
case("libtiff, PackBits", tiffcp(tiff(volume[0] // 4096), "-c", "packbits"), volume[0] // 4096)
noise = rng.integers(0, 256, size=(80, 100), dtype="uint8")
case("libtiff, LZW with full tables", tiffcp(tiff(noise), "-c", "lzw"), noise)
flat = np.zeros((64, 64), "uint8")
case("libtiff, LZW of zeros", tiffcp(tiff(flat), "-c", "lzw"), flat)

rgb = smooth((9, 11, 3), "uint8")
case("tifffile, RGB", tiff(rgb, photometric="rgb"), luminance(rgb))
case("libtiff, RGB, LZW, predictor 2", tiffcp(tiff(rgb, photometric="rgb"), "-c", "lzw:2"), luminance(rgb))
apart = tiffcp(tiff(rgb, photometric="rgb"), "-p", "separate", "-c", "lzw:2")
case("libtiff, RGB, colours apart", apart, luminance(rgb))
rgb16 = smooth((9, 11, 3), "uint16")
case("tifffile, RGB of 16 bits", tiff(rgb16, photometric="rgb"), luminance(rgb16))
rgba = smooth((9, 11, 4), "uint8")
case("Pillow, RGBA", pillow(Image.fromarray(rgba, "RGBA")), luminance(rgba))
grey_alpha = smooth((9, 11, 2), "uint8")
case("Pillow, grey with alpha", pillow(Image.fromarray(grey_alpha, "LA")), grey_alpha[..., 0])
indexed = Image.fromarray(rgb, "RGB").quantize(16)
colours = np.asarray(indexed.convert("RGB")).astype("uint16")
case("Pillow, palette", pillow(indexed), luminance(colours * 256))
white = smooth((5, 7), "uint16")
case("tifffile, white is zero", tiff(white, photometric="miniswhite"), 65535 - white)
case("tifffile, white is zero, signed", tiff(smooth((5, 7), "int8"), photometric="miniswhite"), -1 - smooth((5, 7), "int8"))

grey = smooth((5, 7), "uint8")
centimetres = tiff(grey, resolution=(20, 25), resolutionunit="CENTIMETER")
case("tifffile, pixels per cm", centimetres, grey, (1, 0.4, 0.5))
case("Pillow, pixels per inch", pillow(Image.fromarray(grey), dpi=(254, 508)), grey, (1, 0.05, 0.1))
stack = tiff(
    volume.astype("uint16"),
    imagej=True,
    resolution=(2, 4),
    metadata={"spacing": 3.5, "unit": "mm", "axes": "ZYX"},
)
case("tifffile, ImageJ stack", stack, volume.astype("uint16"), (3.5, 0.25, 0.5))

versions = {"tifffile": tifffile.__version__, "pillow": PIL.__version__, "numpy": np.__version__}
json.dump({"versions": versions, "cases": cases}, sys.stdout, indent=1)
print()
