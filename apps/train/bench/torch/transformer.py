"""The transformer of transformer.ts, written the usual way in PyTorch."""
import torch.nn.functional as F

import steps
import tensors


def make(case, file):
    s = case["sizes"]
    p = tensors.read(file)
    ids = p.pop("ids").long()
    for weight in p.values():
        weight.requires_grad_()
    batch, length, width, heads = s["batch"], s["tokens"], s["width"], s["heads"]

    def norm(x, weight):
        return x * (x.square().mean(-1, keepdim=True) + 1e-5).rsqrt() * weight

    def loss():
        x = p["embedding"][ids].view(batch, length, width)
        for i in range(s["layers"]):
            qkv = norm(x, p[f"{i}.norm1"]) @ p[f"{i}.qkv"]
            q, k, v = qkv.view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            weights = (q @ k.transpose(-1, -2) / (width // heads) ** 0.5).softmax(-1)
            x = x + (weights @ v).transpose(1, 2).reshape(batch, length, width) @ p[f"{i}.out"]
            x = x + (norm(x, p[f"{i}.norm2"]) @ p[f"{i}.up"]).relu() @ p[f"{i}.down"]
        return F.cross_entropy((x @ p["head"]).flatten(0, 1), ids)

    if s["mode"] == "train":
        return steps.adam_step(loss, list(p.values()))
    return steps.forward_only(loss)
