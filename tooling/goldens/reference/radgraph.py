"""The project's own reference of RadGraph's heads and decoding (Wadden et al. 2019, DyGIE++; Jain et al. 2021): pairs one by one."""
import itertools
import math
import re

import torch
from torch import nn


def scorer(in_dim, hidden, out_dim):
    layers = [nn.Linear(a, b) for a, b in zip([in_dim] + hidden, hidden)]
    return nn.ModuleDict({"layers": nn.ModuleList(layers), "scorer": nn.Linear(hidden[-1], out_dim)})


def score(module, x):
    for layer in module["layers"]:
        x = torch.relu(layer(x))
    return module["scorer"](x)


class Heads(nn.Module):
    """Parameters under the names of the TypeScript module."""

    def __init__(self, width, max_span_width, feature_size, hidden, num_entities, num_relations):
        super().__init__()
        span = 2 * width + feature_size
        self.max_span_width = max_span_width
        self.widths = nn.Embedding(max_span_width, feature_size)
        self.entity = scorer(span, hidden, num_entities)
        self.mention = scorer(span, hidden, 1)
        self.relation = scorer(3 * span, hidden, num_relations)

    def spans(self, num_words):
        return [(i, j) for i in range(num_words) for j in range(i, min(num_words, i + self.max_span_width))]

    def span_states(self, words, spans):
        return torch.stack([torch.cat([words[i], words[j], self.widths.weight[j - i]]) for i, j in spans])

    def relations(self, states, mentions):
        """[K, E] and [K] -> [K, K, R]."""
        rows = []
        for (a, score_a), (b, score_b) in itertools.product(zip(states, mentions), repeat=2):
            rows.append(score(self.relation, torch.cat([a, b, a * b])) + score_a + score_b)
        return torch.stack(rows).unflatten(0, (len(states), len(states)))


def words_of(report, rule):
    """Words of a report: each sign apart (the first model), or between letters and signs (the later ones)."""
    if rule == "radgraph":
        spaced = "".join(f" {c} " if c in "/,:.!?()" else c for c in report)
        return spaced.split()
    for old, new in [("\\n", "  "), ("\\f", "  "), ("\\u2122", "      "), ("\n", " "), ('\\"', "``")]:
        report = report.replace(old, new)
    joined = " ".join(re.findall(r"\w+|[^\w\s]+", report))
    for old, new in [(").", ") ."), ("%.", "% ."), (".'", ". '"), ("%,", "% ,"), ("%)", "% )")]:
        joined = joined.replace(old, new)
    return joined.split()


def word_states(pieces_of_words, encoder, start, end, room):
    """Means of the pieces of each word; pieces are read in parts of `room`, each between special tokens."""
    flat = [piece for pieces in pieces_of_words for piece in pieces]
    states = []
    for at in range(0, len(flat), room):
        ids = torch.tensor([[start, *flat[at:at + room], end]])
        states += list(encoder(ids, torch.ones_like(ids))[-1][0, 1:-1])
    words, at = [], 0
    for pieces in pieces_of_words:
        own = states[at:at + len(pieces)]
        at += len(pieces)
        width = encoder.embeddings["word_embeddings"].weight.shape[1]
        words.append(torch.stack(own).mean(0) if own else torch.zeros(width, dtype=torch.double))
    return torch.stack(words)


def read(heads, words, states, spans_per_word, entity_labels, relation_labels):
    """The graph of a report, and all numbers on whose sign or order it depends."""
    spans = heads.spans(len(words))
    span_states = heads.span_states(states, spans)
    entities, mentions = score(heads.entity, span_states), score(heads.mention, span_states)[:, 0]
    keep = math.ceil(len(words) * spans_per_word)
    order = sorted(range(len(spans)), key=lambda i: -mentions[i].item())
    top = sorted(order[:keep])
    relations = heads.relations(span_states[top], mentions[top])
    found = [(i, row.argmax().item()) for i, row in enumerate(entities) if row.max() > 0]
    numbers = {i: n + 1 for n, (i, _) in enumerate(found)}
    graph = {}
    for i, label in found:
        first, last = spans[i]
        links = []
        for b, target in enumerate(top):
            if i in top and target in numbers and relations[top.index(i), b].max() > 0:
                links.append([relation_labels[relations[top.index(i), b].argmax().item()], str(numbers[target])])
        graph[str(numbers[i])] = {"tokens": " ".join(words[first:last + 1]), "label": entity_labels[label + 1],
                                  "start_ix": first, "end_ix": last, "relations": links}
    gap = (mentions[order[keep - 1]] - mentions[order[keep]]).item() if keep < len(order) else math.inf
    return {"text": " ".join(words), "entities": graph}, {"entities": entities, "relations": relations, "gap": gap}
