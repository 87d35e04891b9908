"""HD95 and surface Dice of border voxels by scipy: file, file, size, spacing, tolerance. Processor seconds of all, and of the transforms."""
import json
import sys
import time

import numpy as np
from scipy import ndimage

first, second, size, spacing, tolerance = sys.argv[1:]
masks = [np.fromfile(name, "uint8").reshape([int(size)] * 3).astype(bool) for name in (first, second)]
spacing = [float(v) for v in spacing.split(",")]

start = time.process_time()
# To the smallest block around both, as the libraries do that use scipy.
(block,) = ndimage.find_objects((masks[0] | masks[1]).astype("uint8"))
masks = [np.pad(mask[block], 1) for mask in masks]
borders = [mask & ~ndimage.binary_erosion(mask) for mask in masks]
before = time.process_time()
transforms = [ndimage.distance_transform_edt(~border, sampling=spacing) for border in borders]
transform_seconds = time.process_time() - before
distances = [transforms[1][borders[0]], transforms[0][borders[1]]]
hd95 = max(np.percentile(values, 95) for values in distances)
nsd = np.mean(np.concatenate(distances) <= float(tolerance))
whole_seconds = time.process_time() - start
print(json.dumps({"wholeSeconds": whole_seconds, "transformSeconds": transform_seconds, "hd95": float(hd95), "nsd": float(nsd)}))
