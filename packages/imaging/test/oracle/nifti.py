"""Writes nifti.json: what nibabel reads in NIfTI files of npm packages and of Debian (mricron-data, python3-nibabel). Run: /usr/bin/python3 nifti.py

Each volume is a hash of its scaled voxels as little-endian float32 in the order [D, H, W], and the affine from
(d, h, w) to LPS mm.
"""

import hashlib
import json
from pathlib import Path

import nibabel
import numpy as np

HERE = Path(__file__).parent
MODULES = HERE.parent.parent / "node_modules"
DEBIAN = {
    "mricron-data": Path("/usr/share/mricron/templates"),
    "python3-nibabel": Path(nibabel.__file__).parent / "tests" / "data",
}
FILES = {
    "nifti-data": [
        "tests/data/5D.nii",
        "tests/data/avg152T1_LR_nifti.nii",
        "tests/data/avg152T1_LR_nifti.nii.gz",
        "tests/data/avg152T1_LR_nifti2.nii.gz",
        "tests/data/big.nii.gz",
        "tests/data/little.nii.gz",
        "tests/data/with_extension.nii.gz",
    ],
    "niivue-data": ["src/mni152.nii.gz", "src/hippo.nii.gz"],
    "mricron-data": ["aal.nii.gz", "ch2.nii.gz"],
    "python3-nibabel": [
        "anatomical.nii",
        "example4d.nii.gz",
        "example_nifti2.nii.gz",
        "functional.nii",
        "reoriented_anat_moved.nii",
        "standard.nii.gz",
    ],
}


def describe(package, name):
    image = nibabel.load(DEBIAN.get(package, MODULES / package) / name)
    voxels = image.get_fdata()
    volumes = voxels.reshape(*voxels.shape[:3], -1, order="F")
    affine = (np.diag([-1, -1, 1, 1]) @ image.affine)[:3][:, [2, 1, 0, 3]]
    last = np.ascontiguousarray(volumes[..., -1].T.astype("<f4"))
    return {
        "package": package,
        "file": name,
        "shape": list(last.shape),
        "numVolumes": volumes.shape[3],
        "sha256OfLast": hashlib.sha256(last.tobytes()).hexdigest(),
        "affine": [float(value) for value in affine.ravel()],
        "hasOrientation": bool(image.header["qform_code"] > 0 or image.header["sform_code"] > 0),
        "extensions": [[int(e.get_code()), len(e.get_content())] for e in image.header.extensions],
    }


golden = {
    "nibabel": nibabel.__version__,
    "files": [describe(package, name) for package, names in FILES.items() for name in names],
}
(HERE / "nifti.json").write_text(json.dumps(golden, indent=1) + "\n")
