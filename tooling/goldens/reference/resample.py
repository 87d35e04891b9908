"""Resampling of grids as the model uses it, by PyTorch's own interpolation. Layout is PyTorch's: channels first."""
import math

import torch.nn.functional as F


def resample(x, size, scale=False):
    """Axes that shrink are averaged by area first; then the others grow, bicubically in 2D and trilinearly in 3D.

    x: [N, C, ...], size: the new spatial size. scale: multiply by prod(old) / prod(new), so that a kernel keeps its response.
    """
    old = x.shape[2:]
    x = F.interpolate(x, tuple(min(a, b) for a, b in zip(old, size)), mode="area")
    x = F.interpolate(x, tuple(size), mode="bicubic" if len(size) == 2 else "trilinear", align_corners=False)
    return x * (math.prod(old) / math.prod(size)) if scale else x
