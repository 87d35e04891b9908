"""Dynamic patch embedding (paper 3.2.3) as a real convolution."""
import torch
import torch.nn.functional as F
from torch import nn


class PatchEmbedding(nn.Module):
    """One stored kernel [C, Cin, P_d, P_h, P_w]; its depth is sum-pooled to the patch depth of the image."""

    def __init__(self, in_channels, width, patch):
        super().__init__()
        self.patch = patch
        self.weight = nn.Parameter(torch.empty(width, in_channels, *patch))
        self.bias = nn.Parameter(torch.empty(width))

    def forward(self, image, patch_depth):
        """[B, Cin, D, H, W] -> [B, C, d, h, w]; sizes that are not whole patches are padded with zeros at the end."""
        stride = (patch_depth, *self.patch[1:])
        missing = [-length % step for length, step in zip(image.shape[2:], stride)]
        image = F.pad(image, (0, missing[2], 0, missing[1], 0, missing[0]))
        groups = self.weight.unflatten(2, (patch_depth, self.patch[0] // patch_depth))
        return F.conv3d(image, groups.sum(3), self.bias, stride=stride)
