"""The whole model and its train step in PyTorch: the modules of tooling/goldens/reference, with what they do the long way
replaced by what a program that is to be fast would do."""
import itertools
import json
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "..", "..", "tooling", "goldens"))

import tensors  # noqa: E402
from reference import localiser, losses, upscaling, vision, vividmed  # noqa: E402
from reference.layers import attention  # noqa: E402


def similarity_of_all(align, embedding, prompts, image_index):
    """`token_similarity` without its loop over the phrases."""
    aligned = align(prompts)
    width = prompts.shape[1]
    cells = torch.einsum("kc,kcdhw->kdhw", aligned[:, :width], embedding[image_index])
    return (cells + aligned[:, width, None, None, None]) / width**0.5


def upscale_by_product(conv, x, double_depth):
    """`upscale_depth` as a product: torch 1.13 leaves the 32-bit gradients of transposed convolutions unset."""
    weight = conv.weight if double_depth else conv.weight.mean(2, keepdim=True)
    steps = weight.shape[2:]
    y = torch.einsum("kcdhw,cn->kdhwn", x, weight.flatten(1)).unflatten(-1, weight.shape[1:])
    k, d, h, w = y.shape[:4]
    y = y.permute(0, 4, 1, 5, 2, 6, 3, 7).reshape(k, weight.shape[1], d * steps[0], h * steps[1], w * steps[2])
    return y + conv.bias[:, None, None, None]


localiser.token_similarity = similarity_of_all
upscaling.upscale_depth = upscale_by_product
vision.CLIP_MEAN, vision.CLIP_STD = vision.CLIP_MEAN.float(), vision.CLIP_STD.float()


def make_localiser(sam):
    return localiser.Localiser(
        sam["inChannels"], sam["patch"], sam["positionGrid"], sam["width"], sam["encoderDepth"], sam["encoderHeads"],
        sam["encoderMlpWidth"], sam["decoderDepth"], sam["decoderHeads"], sam["decoderMlpWidth"], sam["numInstances"],
        sam["positionedImage"], sam["boxReference"], sam["tokenSimilarity"])


class Model(vividmed.VividMed):
    def __init__(self, config):
        super().__init__(config)
        width, sam = config["language"]["width"], config["sam"]
        if config["promptWords"]:
            self.vg_proj = vividmed.WordPrompts(width, sam["width"])
        self.sam = make_localiser(sam)


def turn(x, cos, sin):
    first, second = x.chunk(2, -1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], -1)


def rotations(config, positions):
    """What `turn` takes for the heads of positions [B, S]."""
    half = config["width"] // config["numHeads"] // 2
    angles = positions[:, None, :, None] * config.get("ropeBase", 10000) ** (-torch.arange(half) / half)
    return angles.cos(), angles.sin()


def split_heads(x, heads):
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


def language(model, config, ids, positions, image, cache=None):
    """Hidden states; only the expert of a token computes it. Image [B, N + 2, C], of which the last one is text's.

    Keys and values of each layer, [B, H, S, C], are appended to `cache`.
    """
    text = model.embed_tokens(ids)
    end = 1 + image.shape[1]
    x = torch.cat([text[:, :1], image, text[:, end:]], 1)
    length, heads = ids.shape[1], config["numHeads"]
    cos, sin = rotations(config, positions)
    causal = torch.ones(length, length, dtype=torch.bool).tril()

    def route(layers, form, value):
        seen = layers[form.format("vision")](value[:, 1:end - 1])
        said = layers[form.format("language")](torch.cat([value[:, :1], value[:, end - 1:]], 1))
        return torch.cat([said[:, :1], seen, said[:, 1:]], 1)

    for layer in model.layers:
        q, k, v = route(layer.self_attn, "{}_expert_query_key_value", layer.input_layernorm(x)).chunk(3, -1)
        q, k = (turn(split_heads(t, heads), cos, sin) for t in (q, k))
        if cache is not None:
            cache.append((k, split_heads(v, heads)))
        q, k = (t.transpose(1, 2).flatten(2) for t in (q, k))
        x = x + route(layer.self_attn, "{}_expert_dense", attention(q, k, v, heads, causal))
        x = x + route(layer.mlp, "{}_mlp", layer.post_attention_layernorm(x))
    return model.norm(x)


def match(boxes, presence, listed, weight):
    """Listed boxes given to queries at the least cost: every order is tried, as in graph-assignment.ts."""
    count = presence.shape[1]
    orders = torch.eye(count)[torch.tensor(list(itertools.permutations(range(count))))]
    pairs = (boxes[:, :, None].expand(-1, -1, count, -1), listed["targetBoxes"][:, None].expand(-1, count, -1, -1))
    yes, no = (losses.focal_loss(presence, t, alpha=0.85) for t in (torch.ones_like(presence), torch.zeros_like(presence)))
    cost = 5 * (pairs[0] - pairs[1]).abs().mean(-1) + 2 * (1 - giou(*pairs)) + weight * (yes - no)[:, :, None]
    cost = cost * listed["matched"][:, None]
    best = orders[(cost.flatten(1) @ orders.flatten(1).T).argmin(1)]
    return {name: (best @ x.reshape(*x.shape[:2], -1)).reshape(x.shape) for name, x in listed.items()}


def giou(a, b):
    return losses.generalised_iou(a, b, epsilon=1e-18)


def loss_terms(model, setup, group, batch):
    config, weights = setup["model"], setup["loss"]
    of = lambda name: batch[f"group0.{name}"]
    image = model.model.vision(of("image"), group["patchDepth"], group["poolDepth"])
    hidden = language(model.model, config["language"], batch["ids"].long(), batch["positions"], image)
    rows = hidden.flatten(0, 1)
    logits, labels = model.lm_head(rows[batch["rowIndex"].long()]), batch["labels"].long()
    terms = {"lm": (F.cross_entropy(logits, labels, reduction="none", ignore_index=-100) * batch["weights"]).sum()
             / (labels >= 0).sum().clamp(min=1)}
    if group["numPrompts"] == 0:
        return terms
    states = rows[of("hiddenIndex").long()]
    words = (of("words"), model.model.embed_tokens.weight) if config["promptWords"] else ()
    masks, boxes, presence = model.sam(
        of("image").movedim(-1, 1), model.vg_proj(states, *words), of("imageIndex").long(), group["patchDepth"], {})
    masks = localiser.resize_logits(masks, group["padded"])
    listed = {name: of(name) for name in ["targetBoxes", "matched", "boxWeight"]}
    with torch.no_grad():
        target = match(boxes, presence, listed, weights["matchPresence"])
    gamma = weights["focalGamma"]
    return {**terms, **localiser_terms(masks, boxes, presence, of, target, gamma, weights["presenceAlpha"])}


def localiser_terms(masks, boxes, presence, of, target, gamma=2.0, alpha=0.85):
    """Losses of masks and of matched boxes."""
    focal = losses.focal_loss(masks, of("maskTarget"), gamma).flatten(1).mean(1)
    found = losses.focal_loss(presence, target["matched"], gamma, alpha)
    return {
        "dice": (losses.dice_loss(masks, of("maskTarget")) * of("maskWeight")).sum(),
        "maskFocal": (focal * of("maskWeight")).sum(),
        "boxL1": ((boxes - target["targetBoxes"]).abs().mean(-1) * target["boxWeight"]).sum(),
        "boxGiou": ((1 - giou(boxes, target["targetBoxes"])) * target["boxWeight"]).sum(),
        "presence": (found * of("presenceWeight")).sum(),
    }


def shares(parts, lm_mean):
    """What the terms of each part count for in those of the batch: that of the text, and the others, which are means of samples."""
    samples = [len(batch["ids"]) for batch in parts]
    tokens = samples if lm_mean == "samples" else [(batch["labels"] >= 0).sum().item() for batch in parts]
    return [{"lm": t / sum(tokens), "others": s / sum(samples)} for t, s in zip(tokens, samples)]


def load(file):
    """What the first engine wrote: the setup, the parameters by name, and the arrays of each part by name."""
    stored, metadata = tensors.read_with_metadata(file)
    of = lambda prefix: {name[len(prefix):]: x for name, x in stored.items() if name.startswith(prefix)}
    parts = itertools.takewhile(bool, (of(f"part{i}.") for i in itertools.count()))
    return json.loads(metadata["setup"]), of("params."), list(parts)


def make(case, file):
    setup, params, parts = load(file)
    model = Model(setup["model"])
    model.load_state_dict(params)
    named = {name: p for name, p in model.named_parameters() if name not in setup["fixed"]}
    decayed = [p for name, p in named.items() if name in setup["decayed"]]
    others = [p for name, p in named.items() if name not in setup["decayed"]]
    settings = setup["optimiser"]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": settings["weightDecay"]}, {"params": others, "weight_decay": 0.0}],
        lr=1e-3, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])

    counts = shares(parts, setup["loss"]["lmMean"])

    def run():
        optimiser.zero_grad(set_to_none=True)
        total = 0
        for group, batch, share in zip(setup["groups"], parts, counts):
            loss = sum(term * setup["loss"][name] * share["lm" if name == "lm" else "others"]
                       for name, term in loss_terms(model, setup, group, batch).items())
            loss.backward()
            total += loss.item()
        nn.utils.clip_grad_norm_(named.values(), settings["clipNorm"])
        optimiser.step()
        return total

    return run
