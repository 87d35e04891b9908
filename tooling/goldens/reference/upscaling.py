"""SAM's mask upscaling in three dimensions, with transposed convolutions whose depth can be switched off."""
import torch.nn.functional as F
from torch import nn


def upscale_depth(conv, x, double_depth):
    """Without doubling, the kernel [Cin, Cout, 2, 2, 2] is averaged over depth and the stride along depth is 1."""
    if double_depth:
        return F.conv_transpose3d(x, conv.weight, conv.bias, stride=2)
    return F.conv_transpose3d(x, conv.weight.mean(2, keepdim=True), conv.bias, stride=(1, 2, 2))


class Upscaling(nn.Sequential):
    def __init__(self, width):
        super().__init__(
            nn.ConvTranspose3d(width, width // 4, 2, 2),
            nn.LayerNorm(width // 4),
            nn.GELU(),
            nn.ConvTranspose3d(width // 4, width // 8, 2, 2),
            nn.GELU(),
        )

    def forward(self, x, stop=None, patch_depth=None):
        """[K, C, d, h, w] -> [K, C / 8, d', 4h, 4w].

        stop: the depth at which the paper's rule (3.2.3) stops doubling. patch_depth: instead, the rule of the published
        code, where layer i doubles depth only if the patch depth is at least 2 ** (i + 1).
        """
        doubles = (lambda i, depth: patch_depth >= 2 ** (i + 1)) if stop is None else (lambda i, depth: depth < stop)
        x = upscale_depth(self[0], x, doubles(0, x.shape[2]))
        x = self[2](self[1](x.movedim(1, -1)).movedim(-1, 1))
        return self[4](upscale_depth(self[3], x, doubles(1, x.shape[2])))
