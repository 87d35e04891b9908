"""Goldens of @vividmed/vlm: its parts and the whole toy model, in double precision."""
import torch
from torch import nn

from common import golden_tensors, randomise, save_golden
from reference import losses
from reference.language import LanguageModel, lm_loss
from reference.localiser import resize_logits
from reference.sequence import build_sequence
from reference.vision import Adapter, VisionTower
from reference.vividmed import VividMed, WordPrompts, phrase_prompts

GENERATOR = "gen_vlm.py"
SPECIAL = dict(zip(["sys", "usr", "grd", "ngrd", "p", "/p", "np", "/np"], range(16, 24)), bos=1, eos=2)
VOCABULARY = 24


def random(seed, *shape, std=1.0):
    return (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * std).float().double().requires_grad_()


def fill(module, seed, std=0.2):
    """Parameters and constants that single precision holds exactly."""
    randomise(module, seed, std)
    for buffer in module.buffers():
        buffer.copy_(random(seed + 1, *buffer.shape).detach())
    return module.float().double()


def save(name, tensors, seed):
    single = {key: x.float() if x.is_floating_point() else x.int() for key, x in tensors.items()}
    save_golden("vlm", name, single, GENERATOR, seed)


def vision_tower(name, seed, shape, channels, patch_depth, pool_depth):
    config = {"inChannels": channels, "patch": (4, 4, 4), "positionGrid": (2, 4, 4), "width": 8, "depth": 2, "numHeads": 2,
              "mlpWidth": 12}
    module, image, taps = fill(VisionTower(config), seed), random(seed, *shape, 1), {}
    tokens = module(image, patch_depth, pool_depth, taps)
    save(name, golden_tensors(module, {"image": image}, {"tokens": tokens}, taps, seed), seed)


def adapter(seed):
    module, tokens = fill(Adapter(6, 8, 10), seed), random(seed, 2, 3, 6)
    save("adapter", golden_tensors(module, {"tokens": tokens}, {"image": module(tokens)}, {}, seed), seed)


def prompts(seed):
    module, states = fill(phrase_prompts(8, 6), seed), random(seed, 4, 8)
    save("phrase-prompts", golden_tensors(module, {"states": states}, {"prompts": module(states)}, {}, seed), seed)


def word_prompts(seed):
    """Four phrases of one to three words."""
    module, states, embedding = fill(WordPrompts(8, 6), seed), random(seed, 4, 8), random(seed + 1, 10, 8, std=0.1)
    shares = torch.zeros(4, 10)
    for row, words in enumerate([[3], [3, 7], [9, 0, 4], [5, 5, 1]]):
        for word in words:
            shares[row, word] += 1 / len(words)
    inputs = {"states": states, "embedding": embedding, "shares": shares.float().double()}
    save("word-prompts", golden_tensors(module, inputs, {"prompts": module(states, inputs["shares"], embedding)}, {}, seed), seed)


# Rows of different lengths and of 3, 3, 2 and 3 image tokens.
CONVERSATIONS = [
    (3, [4, 5], [("text", [6]), ("phrase", [7, 8]), ("text", [9])]),
    (3, [4], [("phrase", [10]), ("text", [6]), ("negative", [11, 12]), ("text", [9, 13]), ("phrase", [7])]),
    (2, [5, 14], [("negative", [15]), ("text", [6, 9]), ("phrase", [12, 4])]),
    (3, [4], [("text", [13, 6])]),
]


def batch():
    """The conversations as right-padded arrays [B, S]."""
    rows = [build_sequence(question, answer, SPECIAL, tokens) for tokens, question, answer in CONVERSATIONS]
    length = max(len(row["ids"]) for row in rows)
    pad = lambda key, fill: torch.tensor([row[key] + [fill] * (length - len(row[key])) for row in rows])
    arrays = {"ids": pad("ids", 0), "positions": pad("positions", 0), "labels": pad("labels", -100),
              "weights": pad("weights", 0.0)}
    return arrays, [row["phraseIndex"] for row in rows]


class TextModel(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.model = LanguageModel(config)
        self.lm_head = nn.Linear(config["width"], config["vocabSize"], bias=False)


def language(seed):
    config = {"vocabSize": VOCABULARY, "width": 8, "depth": 2, "numHeads": 2, "mlpWidth": 12}
    module, taps = fill(TextModel(config), seed, 0.4), {}
    arrays, _ = batch()
    images = {f"image.{g}": random(seed + g, rows, tokens + 2, 8) for g, (rows, tokens) in enumerate([(2, 3), (1, 2), (1, 3)])}
    hidden = module.model(arrays["ids"], arrays["positions"], [row for group in images.values() for row in group], taps)
    logits = module.lm_head(hidden)
    loss = lm_loss(logits.flatten(0, 1), arrays["labels"].flatten(), arrays["weights"].flatten())
    outputs = {"hidden": hidden, "logits": logits, "loss": loss}
    save("language", golden_tensors(module, {**arrays, **images}, outputs, taps, seed), seed)


TOY = {
    "vision": {"inChannels": 1, "patch": (4, 4, 4), "positionGrid": (2, 4, 4), "width": 16, "depth": 2, "numHeads": 2,
               "mlpWidth": 32},
    "adapter": {"inWidth": 16, "width": 16, "mlpWidth": 24},
    "language": {"vocabSize": VOCABULARY, "width": 16, "depth": 2, "numHeads": 2, "mlpWidth": 24},
    "sam": {"inChannels": 1, "patch": (4, 4, 4), "positionGrid": (2, 4, 4), "width": 16, "encoderDepth": 2, "encoderHeads": 2,
            "encoderMlpWidth": 32, "decoderDepth": 2, "decoderHeads": 2, "decoderMlpWidth": 32, "numInstances": 3},
}
# Weights of the losses, original-implementation 10.1.
LOSS_WEIGHTS = {"lm": 1, "dice": 2, "maskFocal": 2, "boxL1": 5, "boxGiou": 2, "presence": 2}


def targets(seed, num_prompts, size):
    """Masks of the first phrase, boxes of the others: the first two queries of each are matched."""
    generator = torch.Generator().manual_seed(seed)
    rand = lambda *shape: torch.rand(shape, generator=generator).float().double()
    boxed = torch.arange(num_prompts) > 0
    matched = torch.zeros(num_prompts, 3)
    matched[boxed, :2] = 1
    return {
        "maskTarget": (rand(num_prompts, *size) < 0.3).double(),
        "maskWeight": (~boxed).double(),
        "targetBoxes": torch.cat([0.3 + 0.4 * rand(num_prompts, 3, 3), 0.05 + 0.5 * rand(num_prompts, 3, 3)], -1),
        "matched": matched,
        "boxWeight": matched / matched.sum(),
        "presenceWeight": boxed[:, None].expand(-1, 3) / (3.0 * boxed.sum()),
    }


def loss_terms(found, target, size):
    logits, boxes, presence = found
    masks = resize_logits(logits, size)
    focal = losses.focal_loss(masks, target["maskTarget"]).flatten(1).mean(1)
    giou = losses.generalised_iou(boxes, target["targetBoxes"])
    return {
        "dice": (losses.dice_loss(masks, target["maskTarget"]) * target["maskWeight"]).sum(),
        "maskFocal": (focal * target["maskWeight"]).sum(),
        "boxL1": ((boxes - target["targetBoxes"]).abs().mean(-1) * target["boxWeight"]).sum(),
        "boxGiou": ((1 - giou) * target["boxWeight"]).sum(),
        "presence": (losses.focal_loss(presence, target["matched"], alpha=0.85) * target["presenceWeight"]).sum(),
    }


def whole_model(seed):
    """Two flat images with three phrases, a volume with two, and a flat image of which nothing is localised."""
    module = fill(VividMed(TOY), seed, 0.3)
    arrays, closes = batch()
    shapes = [(2, 1, 8, 24), (1, 4, 16, 8), (1, 1, 8, 24)]
    depths = [(1, 1), (2, 2), (1, 1)]
    groups = [{"image": random(seed + g, *shape, 1, std=0.3), "patch_depth": p, "pool_depth": pool}
              for g, (shape, (p, pool)) in enumerate(zip(shapes, depths))]
    groups[0] |= {"states": [(row, i) for row in (0, 1) for i in closes[row]],
                  "image_index": torch.tensor([row for row in (0, 1) for _ in closes[row]])}
    groups[1] |= {"states": [(2, i) for i in closes[2]], "image_index": torch.tensor([0 for _ in closes[2]])}
    inputs, outputs = dict(arrays), {}
    hidden, logits, found = module(arrays["ids"], arrays["positions"], groups)
    terms = {name: torch.zeros(()) for name in LOSS_WEIGHTS}
    terms["lm"] = lm_loss(logits.flatten(0, 1), arrays["labels"].flatten(), arrays["weights"].flatten())
    for g, (group, result) in enumerate(zip(groups, found)):
        inputs[f"group{g}.image"] = group["image"]
        if result is None:
            continue
        size = group["image"].shape[1:4]
        target = targets(seed + 10 + g, len(group["states"]), size)
        for name, term in loss_terms(result, target, size).items():
            terms[name] = terms[name] + term
        length = arrays["ids"].shape[1]
        inputs |= {f"group{g}.{name}": value for name, value in target.items()}
        inputs[f"group{g}.hiddenIndex"] = torch.tensor([row * length + i for row, i in group["states"]])
        inputs[f"group{g}.imageIndex"] = group["image_index"]
        outputs |= {f"group{g}.{name}": x for name, x in zip(["maskLogits", "boxes", "presenceLogits"], result)}
    total = sum(terms[name] * weight for name, weight in LOSS_WEIGHTS.items())
    total.backward()
    differentiated = {**dict(module.named_parameters()), **{name: x for name, x in inputs.items() if x.requires_grad}}
    tensors = {f"params.{name}": value for name, value in module.state_dict().items()}
    tensors |= {f"input.{name}": value for name, value in inputs.items()} | {"input.cotangent.total": torch.ones(())}
    tensors |= {f"output.{name}": x for name, x in {**outputs, **terms, "hidden": hidden, "logits": logits, "total": total}.items()}
    tensors |= {f"grad.{name}": value.grad for name, value in differentiated.items()}
    save("vividmed", tensors, seed)


def main():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    vision_tower("vision-tower-2d", 31, (2, 1, 8, 24), channels=3, patch_depth=1, pool_depth=1)
    vision_tower("vision-tower-3d", 32, (2, 8, 16, 8), channels=1, patch_depth=2, pool_depth=2)
    adapter(33)
    prompts(34)
    word_prompts(37)
    language(35)
    whole_model(36)
    torch.set_default_dtype(before)


if __name__ == "__main__":
    main()
