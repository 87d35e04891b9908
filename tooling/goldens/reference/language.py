"""The decoder with visual experts (original-implementation 1.1), names as in the published checkpoint.

Where @vividmed/vlm cuts out rows, this selects tokens by masks; where that turns halves of vectors, this multiplies complex
numbers: two ways to the same result.
"""
import torch
from torch import nn
from torch.nn import functional as F

from .layers import GatedMlp, RmsNorm, attention


def rotate(x, positions, base):
    """Rotary embedding of [B, H, S, C]: the halves are real and imaginary parts, turned by position * base^(-2i/C)."""
    half = x.shape[-1] // 2
    angles = positions.double()[:, None, :, None] * base ** (-torch.arange(half).double() / half)
    turned = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angles), angles)
    return torch.cat([turned.real, turned.imag], -1)


class LanguageLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config["width"]
        self.heads, self.base = config["numHeads"], config.get("ropeBase", 10000)
        self.input_layernorm = RmsNorm(width)
        self.self_attn = nn.ModuleDict({
            f"{expert}_expert_{name}": nn.Linear(width, size, bias=False)
            for expert in ["vision", "language"] for name, size in [("query_key_value", 3 * width), ("dense", width)]})
        self.post_attention_layernorm = RmsNorm(width)
        self.mlp = nn.ModuleDict({f"{expert}_mlp": GatedMlp(width, config["mlpWidth"]) for expert in ["vision", "language"]})

    def forward(self, x, positions, seen):
        """`seen` [B, S]: tokens of the visual expert."""
        def route(name, value):
            table = self.mlp if name == "mlp" else self.self_attn
            form = "{}_mlp" if name == "mlp" else "{}_expert_" + name
            return torch.where(seen[..., None], table[form.format("vision")](value), table[form.format("language")](value))

        heads = lambda t: t.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, k, v = (heads(t) for t in route("query_key_value", self.input_layernorm(x)).chunk(3, -1))
        q, k = rotate(q, positions, self.base), rotate(k, positions, self.base)
        flat = lambda t: t.transpose(1, 2).flatten(2)
        causal = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril()
        x = x + route("dense", attention(flat(q), flat(k), flat(v), self.heads, causal))
        return x + route("mlp", self.post_attention_layernorm(x))


def route_by_type(image_type):
    """Visual expert: image tokens whose next token is one too. [B, S] -> [B, S]."""
    return image_type & torch.cat([image_type[:, 1:], torch.zeros_like(image_type[:, :1])], 1)


class LanguageModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config["vocabSize"], config["width"])
        self.layers = nn.ModuleList(LanguageLayer(config) for _ in range(config["depth"]))
        self.norm = RmsNorm(config["width"])

    def forward(self, ids, positions, images, taps=None):
        """ids, positions [B, S]; images: one [N + 2, C] per row, put in from index 1 on. Returns hidden states [B, S, C]."""
        rows, image_type = [], torch.zeros(ids.shape, dtype=torch.bool)
        for b, image in enumerate(images):
            row = self.embed_tokens(ids[b])
            rows.append(torch.cat([row[:1], image, row[1 + len(image):]]))
            image_type[b, 1:1 + len(image)] = True
        x, seen = torch.stack(rows), route_by_type(image_type)
        for i, layer in enumerate(self.layers):
            x = layer(x, positions, seen)
            if taps is not None:
                taps[f"layers.{i}"] = x
        return self.norm(x)


def lm_loss(logits, labels, weights):
    """Sum of the weighted cross-entropies over the number of labels (original-implementation 3)."""
    terms = F.cross_entropy(logits, labels, reduction="none", ignore_index=-100)
    return (terms * weights).sum() / (labels != -100).sum()
