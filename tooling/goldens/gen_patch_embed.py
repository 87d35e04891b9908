"""Goldens of @vividmed/patch-embed."""
from torch import nn

from common import golden_tensors, randomise, save_golden, tensor
from reference.image_encoder import PositionEmbedding
from reference.patch_embed import PatchEmbedding
from reference.resample import resample

GENERATOR = "gen_patch_embed.py"


def patch_embedding(name, seed, shape, patch_depth):
    module = PatchEmbedding(in_channels=3, width=8, patch=(4, 2, 3))
    randomise(module, seed)
    module.double()
    image = tensor(seed, *shape, 3)
    tokens = module(image.movedim(-1, 1), patch_depth).movedim(1, -1)
    save_golden("patch-embed", name, golden_tensors(module, {"image": image}, {"tokens": tokens}, {}, seed), GENERATOR, seed)


def positions(seed):
    module = PositionEmbedding(6, (3, 4, 5))
    randomise(module, seed)
    module.double()
    grids = {"flat": (1, 5, 7), "deep": (6, 2, 5), "mixed": (2, 3, 8), "same": (3, 4, 5)}
    outputs = {name: module(grid).movedim(1, -1) for name, grid in grids.items()}
    save_golden("patch-embed", "positions", golden_tensors(module, {}, outputs, {}, seed), GENERATOR, seed)


def kernels(seed):
    """2D [h, w, Cin, C] and 3D [d, h, w, Cin, C] as we store them."""
    flat, deep = tensor(seed, 14, 14, 3, 4), tensor(seed + 1, 4, 3, 2, 3, 4)

    def resized(kernel, size):
        last = kernel.dim() - 1
        moved = kernel.movedim((last, last - 1), (0, 1))
        return resample(moved, size, scale=True).movedim((0, 1), (last, last - 1))

    outputs = {"grown": resized(flat, (16, 16)), "mixed": resized(flat, (9, 17)), "deep": resized(deep, (8, 2, 5))}
    inputs = {"flat": flat, "deep": deep}
    save_golden("patch-embed", "kernels", golden_tensors(nn.Module(), inputs, outputs, {}, seed), GENERATOR, seed)


def main():
    patch_embedding("patch-embed-2d", 11, (2, 1, 10, 21), patch_depth=1)
    patch_embedding("patch-embed-thin", 12, (2, 3, 9, 20), patch_depth=1)
    patch_embedding("patch-embed-depth-2", 13, (2, 5, 9, 20), patch_depth=2)
    patch_embedding("patch-embed-depth-4", 14, (2, 8, 10, 21), patch_depth=4)
    positions(15)
    kernels(16)
