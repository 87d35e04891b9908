"""Greedy tokens after a prompt, with a cache that each step makes longer."""
import torch
from torch import nn

from vividmed import language, load, rotations, split_heads, turn
from reference.language import LanguageModel  # found by vividmed


class Text(nn.Module):
    """The language model with its head."""

    def __init__(self, config):
        super().__init__()
        self.model = LanguageModel(config)
        self.lm_head = nn.Linear(config["width"], config["vocabSize"], bias=False)


def read(model, config, ids, positions, image):
    """The state [B, C] at the last token of prompts, and the cache."""
    cache = []
    return language(model, config, ids.long(), positions, image, cache)[:, -1], cache


def step(model, config, ids, turned, cache):
    """The same after one more token [B] of each row; `turned` are the rotations of its position."""
    heads, longer = config["numHeads"], []
    x = model.embed_tokens(ids)[:, None]
    for layer, (keys, values) in zip(model.layers, cache):
        experts = layer.self_attn
        q, k, v = experts["language_expert_query_key_value"](layer.input_layernorm(x)).chunk(3, -1)
        q, k, v = (split_heads(t, heads) for t in (q, k, v))
        keys, values = torch.cat([keys, turn(k, *turned)], 2), torch.cat([values, v], 2)
        longer.append((keys, values))
        scores = turn(q, *turned) @ keys.transpose(-1, -2) / q.shape[-1] ** 0.5
        x = x + experts["language_expert_dense"]((scores.softmax(-1) @ values).transpose(1, 2).flatten(2))
        x = x + layer.mlp["language_mlp"](layer.post_attention_layernorm(x))
    return model.norm(x)[:, 0], longer


def make(case, file):
    setup, params, (batch,) = load(file)
    config, tokens = setup["language"], case["sizes"]["tokens"]
    model = Text(config)
    model.load_state_dict(params)
    with torch.inference_mode():
        prompted, prompts = read(model.model, config, batch["ids"], batch["positions"], batch["image"])
    first = batch["positions"][:1, -1:] + 1

    def run():
        with torch.inference_mode():
            state, cache, total = prompted, prompts, 0
            for i in range(tokens):
                logit, ids = model.lm_head(state).max(-1)
                total += logit.mean().item()
                if i < tokens - 1:
                    state, cache = step(model.model, config, ids, rotations(config, first + i), cache)
        return total / tokens

    return run
