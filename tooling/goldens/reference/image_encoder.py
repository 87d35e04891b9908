"""The localiser's image encoder: a pre-norm ViT over the patches of a volume."""
import torch
from torch import nn

from .patch_embed import PatchEmbedding
from .resample import resample


class PositionEmbedding(nn.Module):
    def __init__(self, width, grid):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(1, width, *grid))

    def forward(self, grid):
        return resample(self.weight, grid)


class SelfAttention(nn.Module):
    def __init__(self, width, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x):
        q, k, v = self.qkv(x).unflatten(-1, (3, self.num_heads, -1)).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        return self.out_proj((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width, num_heads, mlp_width):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = SelfAttention(width, num_heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"linear1": nn.Linear(width, mlp_width), "linear2": nn.Linear(mlp_width, width)})

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        hidden = nn.functional.gelu(self.mlp["linear1"](self.norm2(x)))
        return x + self.mlp["linear2"](hidden)


class ImageEncoder(nn.Module):
    def __init__(self, in_channels, patch, position_grid, width, encoder_depth, encoder_heads, encoder_mlp_width):
        super().__init__()
        self.patch_embedding = nn.ModuleDict({
            "proj": PatchEmbedding(in_channels, width, patch),
            "position_embeddings": PositionEmbedding(width, position_grid),
        })
        self.blocks = nn.ModuleList(Block(width, encoder_heads, encoder_mlp_width) for _ in range(encoder_depth))
        self.norm = nn.LayerNorm(width)

    def forward(self, image, patch_depth, taps):
        """[B, Cin, D, H, W] -> [B, C, d, h, w]."""
        patches = self.patch_embedding["proj"](image, patch_depth)
        grid = patches.shape[2:]
        x = (patches + self.patch_embedding["position_embeddings"](grid)).flatten(2).transpose(1, 2)
        taps["embedding"] = x
        for i, block in enumerate(self.blocks):
            x = block(x)
            taps[f"blocks.{i}"] = x
        return self.norm(x).transpose(1, 2).unflatten(2, grid)
