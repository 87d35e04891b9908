"""Small DICOM files of unusual kinds and the values that pydicom reads from them; writes small-files.json beside itself.

Run with a Python that has pydicom and numpy (Debian: python3-pydicom), from anywhere:
    /usr/bin/python3 packages/imaging/test/oracle/small-files.py

`values` are those of the package's README: modality transform applied, colour as BT.601 luminance, MONOCHROME1 turned
within what the file could have stored, in the order depth, height, width. `shown` is the brightness in [0, 1] that
pydicom's VOI transform gives each of them, dark to bright on a screen.
"""

import base64
import io
import json
import os

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixel_data_handlers.util import apply_color_lut, apply_modality_lut, apply_voi_lut, apply_windowing
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = []


def image(pixels, bits=16, signed=False, modality="CR", syntax=ExplicitVRLittleEndian, photometric="MONOCHROME2"):
    """A data set of the pixels [H, W] or [D, H, W]."""
    pixels = np.asarray(pixels)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    dataset = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.is_little_endian = syntax != ExplicitVRBigEndian
    dataset.is_implicit_VR = syntax == ImplicitVRLittleEndian
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = "1.2.3.4"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.1", "1.2.3.2"
    dataset.Modality = modality
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = photometric
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(signed)
    if bits == 1:
        raw = np.packbits(pixels.ravel().astype(np.uint8), bitorder="little").tobytes()
    else:
        kind = f"{'i' if signed else 'u'}{bits // 8}"
        raw = pixels.astype(("<" if dataset.is_little_endian else ">") + kind).tobytes()
    dataset.PixelData = raw + b"\0" * (len(raw) % 2)
    dataset["PixelData"].VR = "OW" if bits == 16 or dataset.is_implicit_VR else "OB"
    return dataset


def written(dataset, plain=False):
    buffer = io.BytesIO()
    dataset.save_as(buffer, write_like_original=plain)
    return buffer.getvalue()


def add(name, data, values, warnings=(), **more):
    values = np.asarray(values, float)
    values = values.reshape((-1,) + values.shape[-2:])
    FILES.append(
        {
            "name": name,
            "file": base64.b64encode(data).decode(),
            "shape": list(values.shape),
            "values": values.ravel().tolist(),
            "warnings": list(warnings),
            **more,
        }
    )


def read(data):
    return pydicom.dcmread(io.BytesIO(data), force=True)


def luma(rgb):
    return rgb.astype(float) @ np.array([0.299, 0.587, 0.114])


def lut(first, entries, bits=16, signed=False):
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [len(entries), first, bits])
    item.add_new(0x00283006, "US", [int(entry) for entry in entries])
    return item


def palette(name, first, entries, bits, indices):
    dataset = image(indices, 8, photometric="PALETTE COLOR")
    for colour, values in zip(("Red", "Green", "Blue"), entries):
        setattr(dataset, f"{colour}PaletteColorLookupTableDescriptor", [len(values), first, bits])
        packed = bits == 8
        raw = np.asarray(values, "u1" if packed else "<u2").tobytes()
        setattr(dataset, f"{colour}PaletteColorLookupTableData", raw)
        dataset[f"{colour}PaletteColorLookupTableDescriptor"].VR = "US"
    data = written(dataset)
    again = read(data)
    add(name, data, luma(apply_color_lut(again.pixel_array, again)))


def palettes():
    rng = np.random.default_rng(1)
    indices = [[0, 1, 2], [3, 4, 5]]
    palette("a palette of 16 bits", 0, rng.integers(0, 65536, (3, 6)), 16, indices)
    palette("a palette of 8 bits in bytes", 0, rng.integers(0, 256, (3, 6)), 8, indices)
    palette("a palette that begins at 2 and ends before the last index", 2, rng.integers(0, 65536, (3, 3)), 16, indices)


def one_bit():
    frames = np.random.default_rng(2).integers(0, 2, (3, 3, 5))
    data = written(image(frames, 1, modality="OT"))
    add("1 bit a pixel, frames that end within bytes", data, read(data).pixel_array)


def modality_tables():
    entries = [100, 90, 70, 40, 10, 5]
    for name, pixels, first, signed in (
        ("a modality table for unsigned numbers above 32767", [[39998, 40000, 40001], [40003, 40005, 65535]], 40000, False),
        ("a modality table that begins below 0", [[-300, -3, -2], [0, 2, 300]], -3, True),
    ):
        dataset = image(pixels, signed=signed)
        dataset.ModalityLUTSequence = Sequence([lut(first, entries, signed=signed)])
        dataset.ModalityLUTSequence[0].ModalityLUTType = "US"
        data = written(dataset)
        again = read(data)
        add(name, data, apply_modality_lut(again.pixel_array, again))
    dataset = image([[0, 1, 2], [3, 4, 5]], photometric="MONOCHROME1")
    dataset.ModalityLUTSequence = Sequence([lut(0, entries, bits=8)])
    dataset.ModalityLUTSequence[0].ModalityLUTType = "OD"
    data = written(dataset)
    again = read(data)
    add("a modality table of MONOCHROME1", data, 255.0 - apply_modality_lut(again.pixel_array, again))


def voi():
    pixels = np.array([[0, 100, 400], [700, 900, 1023]])
    for photometric in ("MONOCHROME2", "MONOCHROME1"):
        for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
            dataset = image(pixels, photometric=photometric)
            dataset.BitsStored, dataset.HighBit = 10, 9
            dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = 400, 600, function
            show(f"a window {function} of {photometric}", dataset, pixels, apply_windowing)
        dataset = image(pixels, photometric=photometric)
        dataset.BitsStored, dataset.HighBit = 10, 9
        entries = (np.arange(400) / 399) ** 2 * 4095
        dataset.VOILUTSequence = Sequence([lut(350, entries, bits=12)])
        show(f"a VOI table of {photometric}", dataset, pixels, apply_voi_lut)


def show(name, dataset, pixels, function):
    data = written(dataset)
    again = read(data)
    is_table = function is apply_voi_lut
    shown = function(again.pixel_array, again).astype(float) / (4095 if is_table else 1023)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        add(name, data, 1023 - pixels, shown=(1 - shown).ravel().tolist())
    else:
        add(name, data, pixels, shown=shown.ravel().tolist())


def headers():
    pixels = [[7, 300, 65535], [1, 2, 3]]
    for name, syntax in (
        ("implicit VR", ImplicitVRLittleEndian),
        ("explicit VR", ExplicitVRLittleEndian),
        ("big endian", ExplicitVRBigEndian),
    ):
        whole = written(image(pixels, syntax=syntax))
        values = read(whole).pixel_array
        start = 132 + 12 + read(whole).file_meta.FileMetaInformationGroupLength
        add(f"{name} with its header", whole, values)
        add(f"{name} without a header", whole[start:], values, ["bare-data-set"])
        add(f"{name} without the 128 bytes", whole[128:], values, ["bare-header"])
        add(f"{name} without the 128 bytes and DICM", whole[132:], values, ["bare-header"])
        silent = image(pixels, syntax=syntax)
        buffer = io.BytesIO()
        del silent.file_meta.TransferSyntaxUID
        pydicom.filewriter.dcmwrite(buffer, silent, write_like_original=True)
        add(f"{name} with a header that does not say so", with_length(buffer.getvalue(), silent.is_little_endian), values, ["missing-transfer-syntax"])
    add("deflated", written(image(pixels, syntax=DeflatedExplicitVRLittleEndian)), pixels)


def with_length(data, is_little):
    """The header's own length, which pydicom leaves out when it writes an incomplete header."""
    # The data set begins with the SOP class (0008,0016).
    length = data.index(b"\x08\0\x16\0" if is_little else b"\0\x08\0\x16") - 132
    return data[:132] + b"\x02\0\0\0UL\x04\0" + length.to_bytes(4, "little") + data[132:]


def swapped_bytes():
    """8-bit pixels in big-endian words: pairs of bytes come swapped (PS3.5 section 8.1.1), also across frames."""
    frames = np.arange(18).reshape(2, 3, 3) + 10
    dataset = image(frames, 8, syntax=ExplicitVRBigEndian)
    dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    dataset["PixelData"].VR = "OW"
    add("8 bits in big-endian words", written(dataset), frames)


def enhanced():
    """Two stacks of an enhanced object, frames in an order that has nothing to do with either."""
    places = [("A", 4.0), ("B", 0.0), ("A", 0.0), ("B", 3.0), ("A", 2.0), ("B", 6.0)]
    frames = np.arange(36).reshape(6, 2, 3)
    dataset = image(frames, modality="MR")
    shared, plane = Dataset(), Dataset()
    plane.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures = Dataset()
    measures.PixelSpacing, measures.SliceThickness = [2, 3], 9
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = Sequence([plane]), Sequence([measures])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    groups = []
    for index, (stack, z) in enumerate(places):
        group, content, position, scale = Dataset(), Dataset(), Dataset(), Dataset()
        content.StackID, content.InStackPositionNumber = stack, index + 1
        position.ImagePositionPatient = [10, 20, z]
        scale.RescaleSlope, scale.RescaleIntercept, scale.RescaleType = index + 1, index, "US"
        group.FrameContentSequence, group.PlanePositionSequence = Sequence([content]), Sequence([position])
        group.PixelValueTransformationSequence = Sequence([scale])
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(groups)
    data = written(dataset)
    again = read(data)
    stacks = []
    for stack in ("A", "B"):
        members = [
            (float(group.PlanePositionSequence[0].ImagePositionPatient[2]), index)
            for index, group in enumerate(again.PerFrameFunctionalGroupsSequence)
            if group.FrameContentSequence[0].StackID == stack
        ]
        order = [index for _, index in sorted(members)]
        scaled = [
            apply_modality_lut(again.pixel_array[index], again.PerFrameFunctionalGroupsSequence[index].PixelValueTransformationSequence[0])
            for index in order
        ]
        depths = sorted(z for z, _ in members)
        stacks.append(
            {"frames": [index + 1 for index in order], "values": np.ravel(scaled).tolist(), "stepMm": depths[1] - depths[0]}
        )
    return {"file": base64.b64encode(data).decode(), "stacks": stacks}


def main():
    palettes()
    one_bit()
    modality_tables()
    voi()
    headers()
    swapped_bytes()
    result = {"pydicom": pydicom.__version__, "files": FILES, "enhanced": enhanced()}
    with open(os.path.join(HERE, "small-files.json"), "w") as out:
        json.dump(result, out, indent=2)
        out.write("\n")


main()
