"""The vision tower and the adapter of the base VLM (original-implementation 1.1), names as in the published checkpoint."""
import torch
from torch import nn
from torch.nn import functional as F

from .image_encoder import PositionEmbedding
from .layers import attention
from .localiser import Token
from .patch_embed import PatchEmbedding

CLIP_MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073], dtype=torch.float64)
CLIP_STD = torch.tensor([0.26862954, 0.26130258, 0.27577711], dtype=torch.float64)


class VisionBlock(nn.Module):
    """x + LN(attention(x)), then x + LN(mlp(x)): the norm is the last step of each branch."""

    def __init__(self, width, heads, mlp_width):
        super().__init__()
        self.heads = heads
        self.attention = nn.ModuleDict({"query_key_value": nn.Linear(width, 3 * width), "dense": nn.Linear(width, width)})
        self.input_layernorm = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(width, mlp_width), "fc2": nn.Linear(mlp_width, width)})
        self.post_attention_layernorm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        q, k, v = self.attention["query_key_value"](x).chunk(3, -1)
        x = x + self.input_layernorm(self.attention["dense"](attention(q, k, v, self.heads)))
        return x + self.post_attention_layernorm(self.mlp["fc2"](F.gelu(self.mlp["fc1"](x))))


class Embedding(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.proj = PatchEmbedding(config["inChannels"], config["width"], config["patch"])
        self.cls_embedding = Token(1, config["width"])
        self.cls_pos_embed = Token(1, config["width"])
        self.position_embedding = PositionEmbedding(config["width"], config["positionGrid"])


class VisionTower(nn.Module):
    """Image [B, D, H, W, 1] in [0, 1] -> pooled tokens [B, N, C]."""

    def __init__(self, config):
        super().__init__()
        self.in_channels = config["inChannels"]
        self.patch_embedding = Embedding(config)
        self.transformer = nn.ModuleDict({"layers": nn.ModuleList(
            VisionBlock(config["width"], config["numHeads"], config["mlpWidth"]) for _ in range(config["depth"]))})

    def forward(self, image, patch_depth, pool_depth, taps=None, prefix=""):
        taps = {} if taps is None else taps
        x = image.movedim(-1, 1)
        # A model of one channel has the mean of the three channels' constants.
        mean, std = (CLIP_MEAN, CLIP_STD) if self.in_channels == 3 else (CLIP_MEAN.mean(0, True), CLIP_STD.mean(0, True))
        x = (x.expand(-1, self.in_channels, -1, -1, -1) - mean.view(-1, 1, 1, 1)) / std.view(-1, 1, 1, 1)
        embedding = self.patch_embedding
        x = embedding.proj(x, patch_depth)
        grid = x.shape[2:]
        x = (x + embedding.position_embedding(grid)).flatten(2).transpose(1, 2)
        cls = (embedding.cls_embedding.weight + embedding.cls_pos_embed.weight).expand(x.shape[0], 1, -1)
        x = taps[prefix + "embedding"] = torch.cat([cls, x], 1)
        for i, block in enumerate(self.transformer["layers"]):
            x = taps[f"{prefix}layers.{i}"] = block(x)
        x = x[:, 1:].transpose(1, 2).unflatten(2, grid)
        return F.max_pool3d(x, (pool_depth, 2, 2)).flatten(2).transpose(1, 2)


class Adapter(nn.Module):
    """Pooled tokens -> image tokens between the two brackets."""

    def __init__(self, in_width, width, mlp_width):
        super().__init__()
        bare = {"linear_proj": (in_width, width), "gate_proj": (width, mlp_width), "dense_h_to_4h": (width, mlp_width),
                "dense_4h_to_h": (mlp_width, width)}
        self.linear_proj = nn.ModuleDict({name: nn.Linear(*sizes, bias=False) for name, sizes in bare.items()})
        self.linear_proj["norm1"] = nn.LayerNorm(width)
        self.boi = nn.Parameter(torch.zeros(1, 1, width))
        self.eoi = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, tokens):
        layers = self.linear_proj
        x = F.gelu(layers["norm1"](layers["linear_proj"](tokens)))
        x = layers["dense_4h_to_h"](F.silu(layers["gate_proj"](x)) * layers["dense_h_to_4h"](x))
        return torch.cat([self.boi.expand(len(x), -1, -1), x, self.eoi.expand(len(x), -1, -1)], 1)
