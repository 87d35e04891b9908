"""From the image that the model reads to the text, masks and boxes of its phrases."""
import torch

from decode import read, step
from vividmed import Model, load, localiser, rotations


def write(model, config, batch, image, special):
    """States [K, C] of the phrases of a report, and the share of each word in them [K, V]."""
    states, words, phrase = [], [], []
    state, cache = read(model.model, config, batch["ids"], batch["positions"], image)
    for position in batch["answerPositions"]:
        ids = model.lm_head(state).argmax(-1)
        state, cache = step(model.model, config, ids, rotations(config, position[None, None]), cache)
        token = ids.item()
        if token == special["beginPhrase"]:
            phrase = []
        elif token == special["endPhrase"]:
            states.append(state[0])
            words.append(torch.bincount(torch.tensor(phrase), minlength=config["vocabSize"]) / len(phrase))
        else:
            phrase.append(token)
    return torch.stack(states), torch.stack(words)


def mask_score(logits, plan):
    """Mean probability of the voxels inside the mask, the padding left out; the highest where none is."""
    for axis, (start, size) in enumerate(zip(plan["padBefore"], plan["resized"])):
        logits = logits.narrow(axis, start, size)
    inside = logits[logits >= 0]
    return (inside.sigmoid().mean() if len(inside) else logits.max().sigmoid()).item()


def make(case, file):
    setup, params, (batch,) = load(file)
    config, plan = setup["model"], setup["plan"]
    model = Model(config)
    model.load_state_dict(params)

    def run():
        with torch.inference_mode():
            tokens = model.model.vision(batch["image"], plan["patchDepth"], plan["poolDepth"])
            states, words = write(model, config["language"], batch, tokens, setup["special"])
            prompts = model.vg_proj(states, words, model.model.embed_tokens.weight)
            # All phrases in one call, which is faster than one by one as they close.
            masks, boxes, presence = model.sam(
                batch["image"].movedim(-1, 1), prompts, torch.zeros(len(prompts), dtype=torch.long), plan["patchDepth"], {})
            masks = localiser.resize_logits(masks, plan["padded"])
            scores = [mask_score(mask, plan) + best.item() for mask, best in zip(masks, presence.sigmoid().amax(1))]
            return sum(scores) / (2 * len(scores))

    return run
