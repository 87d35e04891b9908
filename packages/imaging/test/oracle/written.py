"""What nibabel and ITK read in the NIfTI files that this package writes.

    tsx --conditions=@vividmed/source ../../scripts/write-samples.ts FOLDER
    python3 written.py FOLDER > written.json       # Debian: python3-nibabel, plastimatch

nibabel tells the grid and the values. plastimatch reads with ITK and writes what it read as NRRD and MetaImage, which this
package must read as the same image.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nibabel
import numpy as np

cases = []
for path in sorted(Path(sys.argv[1]).glob("*.nii")):
    image = nibabel.load(path)
    values = np.asarray(image.dataobj)
    case = {
        "fileSha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "shapeXyz": list(image.shape),
        "spacingXyzMm": [float(mm) for mm in image.header.get_zooms()],
        "units": image.header.get_xyzt_units()[0],
        "codes": [int(image.header[f"{form}_code"]) for form in ("qform", "sform")],
        "qform": None if image.get_qform(coded=True)[0] is None else image.get_qform().tolist(),
        "sform": image.get_sform().tolist(),
        "type": str(image.get_data_dtype()),
        # x is what changes first in both.
        "values": values.ravel(order="F").astype(float).tolist(),
        "itk": {},
    }
    if ".itk" in path.name:
        with tempfile.TemporaryDirectory() as folder:
            for name in ["a.nrrd", "a.mha", "b.nhdr", "c.mhd"]:
                command = ["plastimatch", "convert", "--input", path, "--output-img", Path(folder, name)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            case["itk"] = {
                file.name: base64.b64encode(file.read_bytes()).decode() for file in sorted(Path(folder).iterdir())
            }
    cases.append(case)
versions = {
    "nibabel": nibabel.__version__,
    "plastimatch": subprocess.run(["plastimatch", "--version"], capture_output=True, text=True).stdout.strip(),
}
json.dump({"versions": versions, "cases": cases}, sys.stdout, indent=1)
print()
