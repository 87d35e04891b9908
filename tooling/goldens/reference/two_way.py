"""The two-way transformer of SAM (Kirillov et al. 2023, appendix A) and the position code of the image."""
import math

import torch
from torch import nn


class FourierPositions(nn.Module):
    """Random Fourier features of cell centres (Tancik et al. 2020); axes in the published order height, depth, width."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.empty(3, width // 2))

    def forward(self, grid):
        """Grid (d, h, w) -> [1, d * h * w, C]."""
        matrix = self.positional_encoding_gaussian_matrix
        d, h, w = torch.meshgrid(*[(torch.arange(n, dtype=matrix.dtype) + 0.5) / n for n in grid], indexing="ij")
        centres = 2 * torch.stack([h, d, w], -1) - 1
        angles = 2 * math.pi * centres.flatten(0, 2) @ matrix
        return torch.cat([angles.sin(), angles.cos()], -1)[None]


class Attention(nn.Module):
    def __init__(self, width, inner, num_heads):
        super().__init__()
        self.num_heads = num_heads
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q, k, v):
        q, k, v = (
            layer(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for layer, x in ((self.q_proj, q), (self.k_proj, k), (self.v_proj, v))
        )
        weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
        return self.out_proj((weights @ v).transpose(1, 2).flatten(2))


class TwoWayLayer(nn.Module):
    def __init__(self, width, num_heads, mlp_width):
        super().__init__()
        self.self_attn = Attention(width, width, num_heads)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attn_token_to_image = Attention(width, width // 2, num_heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"lin1": nn.Linear(width, mlp_width), "lin2": nn.Linear(mlp_width, width)})
        self.norm3 = nn.LayerNorm(width)
        self.norm4 = nn.LayerNorm(width)
        self.cross_attn_image_to_token = Attention(width, width // 2, num_heads)

    def forward(self, tokens, image, token_code, image_code, is_first):
        if is_first:
            # The first layer has neither position codes nor a residual: the tokens are their own codes.
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            coded = tokens + token_code
            tokens = tokens + self.self_attn(coded, coded, tokens)
        tokens = self.norm1(tokens)
        tokens = self.norm2(tokens + self.cross_attn_token_to_image(tokens + token_code, image + image_code, image))
        tokens = self.norm3(tokens + self.mlp["lin2"](self.mlp["lin1"](tokens).relu()))
        image = self.norm4(image + self.cross_attn_image_to_token(image + image_code, tokens + token_code, tokens))
        return tokens, image


class TwoWayTransformer(nn.Module):
    def __init__(self, width, decoder_depth, decoder_heads, decoder_mlp_width):
        super().__init__()
        self.layers = nn.ModuleList(
            TwoWayLayer(width, decoder_heads, decoder_mlp_width) for _ in range(decoder_depth)
        )
        self.final_attn_token_to_image = Attention(width, width // 2, decoder_heads)
        self.norm_final_attn = nn.LayerNorm(width)

    def forward(self, tokens, image, image_code, taps):
        """tokens [K, T, C], image [K, N, C], image_code [1, N, C] -> tokens, image."""
        token_code = tokens
        for i, layer in enumerate(self.layers):
            tokens, image = layer(tokens, image, token_code, image_code, i == 0)
            taps[f"layers.{i}.tokens"] = tokens
            taps[f"layers.{i}.image"] = image
        found = self.final_attn_token_to_image(tokens + token_code, image + image_code, image)
        return self.norm_final_attn(tokens + found), image
