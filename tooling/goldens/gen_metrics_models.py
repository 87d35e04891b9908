"""Goldens of @vividmed/metrics/models: forward passes, and tiny checkpoints in the published layouts with what they say of texts.

Weights are random. Every choice that a reader makes of them (the largest class, spans that are kept, the sign of a score) is
checked here to hold by more than rounding could undo.
"""
import gzip
import io
import json
import os
import tarfile
from collections import OrderedDict

import torch
from torch import nn

from common import ROOT, golden_tensors, list_file, randomise, save_golden, write_safetensors
from reference import radgraph
from reference.bert import CheXbert, Encoder, RadBert
from reference.subwords import LETTERS, byte_pairs, learn_merges, word_pieces

GENERATOR = "gen_metrics_models.py"
SEED = 20250611
FOLDER = "test/models/golden"
CHECKPOINTS = os.path.join(ROOT, "packages", "metrics", "test", "models", "checkpoints")
#: Least distance of a choice from the other one.
MARGIN = 3e-4

REPORTS = [
    "The heart is mildly enlarged. No pleural effusion or pneumothorax.",
    "Lungs are clear; the heart size is normal.",
    "Small left-sided pleural effusion (unchanged), with adjacent atelectasis.",
    "No acute cardiopulmonary process.",
    "ET tube tip is 3.5 cm above the carina.",
    "Right lower lobe opacity, pneumonia cannot be excluded!",
    "Oedème pulmonaire léger; épanchement à gauche.",
    "normal",
    "  Two  spaces,\tone tab\nand a new line.  ",
    "1/2 of the left lung is opaque: compare with CT (10/11).",
    "Nodule of 4mm in the RUL, follow-up in 6-12 months.",
    "Interval removal of the right chest tube. No residual pneumothorax is seen. The heart is not enlarged, and the lungs "
    "are clear but for small atelectasis at the left base, which is unchanged. No effusion.",
]
HARD = [
    "", " ", "\n\t ", "[CLS]", "a [SEP] b", "[UNK][PAD]", "<s>x</s>", "<mask> here", "don't we'll they've I'm it's he'd you're",
    "''s ' s 'S", "naïve café Ångström", "İstanbul ǅ", "心臓は正常 heart", "x" * 101, "y" * 100, "3.14159 1,000 10^3 50%",
    "a\u200bb", "tab\there", "soft\u00adhyphen", "non\u00a0breaking", "🫁 lungs 👩‍⚕️", "e\u0301", "—dash– “quotes” …", "a  b   c",
    " leading", "trailing ", "\r\nlines\r\n", "MiXeD CaSe", "ﬁ ligature ½ ² Ⅷ", "___ **Name** ___", "\ufffdbad\x00null", "٣٤ ١٢",
]


def texts():
    """Reports, hard cases, and combinations of both."""
    mixed = [" ".join((REPORTS[i % 12], HARD[(7 * i) % 32], REPORTS[(5 * i + 3) % 12])[: 1 + i % 3]) for i in range(40)]
    return list(OrderedDict.fromkeys(REPORTS + HARD + mixed))


def small_vocab():
    """Tokens of a WordPiece vocabulary of 140."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = "the heart is no left right lung lungs effusion pleural small normal clear pneu of and in tube chest a".split()
    ends = "##s ##ed ##ing ##thorax ##monia ##al ##ion ##ly ##ar".split()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens = special + list(".,:;()!?/-%'[]") + list(letters) + ["##" + c for c in letters] + words + ends
    return list(OrderedDict.fromkeys(tokens))


def bpe_vocab(merges):
    tokens = ["<s>", "<pad>", "</s>", "<unk>"] + [LETTERS[byte] for byte in range(256)] + ["".join(pair) for pair in merges]
    return {token: i for i, token in enumerate([*OrderedDict.fromkeys(tokens), "<mask>"])}


def write(name, data):
    path = os.path.join(CHECKPOINTS, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    list_file(CHECKPOINTS, name, GENERATOR, SEED)


def write_json(name, value):
    write(name, json.dumps(value, ensure_ascii=False) + "\n")


def write_torch(name, value, legacy=False):
    buffer = io.BytesIO()
    torch.save(value, buffer, _use_new_zipfile_serialization=not legacy)
    write(name, buffer.getvalue())


def save_json(name, value):
    folder = os.path.join(ROOT, "packages", "metrics", FOLDER)
    with open(os.path.join(folder, name), "w") as file:
        json.dump(value, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")
    list_file(folder, name, GENERATOR, SEED)


def numbers(tensor):
    """Values with the digits of single precision."""
    return [float(f"{x:.7g}") for x in tensor.detach().flatten().tolist()]


def prefixed(prefix, state):
    return OrderedDict((prefix + key, value.float().clone()) for key, value in state.items())


def margin(scores):
    """How far the largest of each row is from the next."""
    best = scores.topk(2, -1).values
    return (best[..., 0] - best[..., 1]).min().item()


# Forward passes, with intermediate values and gradients.

BERT = {"vocab": 20, "width": 8, "depth": 2, "heads": 2, "mlp": 12, "positions": 11}
SHALLOW = {**BERT, "depth": 1}
ROBERTA = {**SHALLOW, "first": 3, "types": 1, "eps": 1e-5}
DISTIL = {**SHALLOW, "types": 0}


def rows():
    """Three rows of tokens, of which two are filled up."""
    ids = torch.randint(3, 20, (3, 7), generator=torch.Generator().manual_seed(SEED))
    mask = torch.tensor([[1] * 7, [1] * 4 + [0] * 3, [1] * 2 + [0] * 5]).double()
    return {"ids": torch.where(mask.bool(), ids, 0).int(), "mask": mask}


def fill(module, seed, std=0.3):
    randomise(module, seed, std)
    return module.float().double()


def save(name, module, inputs, outputs, taps, seed):
    save_golden("metrics", name, golden_tensors(module, inputs, outputs, taps, seed), GENERATOR, seed, FOLDER)


def hidden_states(mask, states):
    """Those of tokens: what padding has is nobody's."""
    return {f"state{i}": x * mask[..., None] for i, x in enumerate(states)}


def forward_passes():
    inputs = rows()
    for i, (name, sizes) in enumerate({"bert": BERT, "roberta": ROBERTA, "distilbert": DISTIL}.items()):
        module = fill(Encoder(**sizes), SEED + i)
        states = module(inputs["ids"], inputs["mask"])
        save(f"encoder-{name}", module, inputs, hidden_states(inputs["mask"], states), {}, SEED + i)
    module = fill(CheXbert(**SHALLOW), SEED + 10)
    embedding, logits = module(**inputs)
    save("chexbert", module, inputs, {"embedding": embedding, "logits": logits}, {}, SEED + 10)
    module = fill(RadBert(18, **ROBERTA), SEED + 11)
    save("radbert", module, inputs, {"probabilities": module(**inputs)}, {}, SEED + 11)


def radgraph_heads():
    """Six words, spans of up to three, of which five are paired."""
    heads = fill(radgraph.Heads(8, 3, 4, [7, 5], 4, 3), SEED + 20)
    words = (torch.randn(6, 8, generator=torch.Generator().manual_seed(SEED)) * 1.0).float().double().requires_grad_()
    states = heads.span_states(words, heads.spans(6))
    entities, mentions = radgraph.score(heads.entity, states), radgraph.score(heads.mention, states)[:, 0]
    top = [0, 3, 4, 9, 14]
    outputs = {"entities": entities, "mentions": mentions, "relations": heads.relations(states[top], mentions[top])}
    save("radgraph-heads", heads, {"words": words}, outputs, {}, SEED + 20)


# Tokenizers.

def tokenizers():
    tokens = small_vocab()
    vocab = {token: i for i, token in enumerate(tokens)}
    merges = learn_merges(REPORTS, 120)
    pairs = bpe_vocab(merges)
    # What is read whole out of a text is the business of Hugging Face's library, and told by hand in the tests.
    plain = [text for text in texts() if not any(c in text for c in "[<")]
    save_json("tokenizers.json", {
        "vocab": tokens,
        "bpe": {"vocab": pairs, "merges": [" ".join(pair) for pair in merges]},
        "texts": plain,
        "uncased": [word_pieces(text, vocab) for text in plain],
        "cased": [word_pieces(text, vocab, lower=False) for text in plain],
        "pairs": [byte_pairs(text, pairs, merges, False) for text in plain],
        "spaced": [byte_pairs(text, pairs, merges, True) for text in plain],
    })


def bert_config(kind, sizes, pad=0):
    return {"model_type": kind, "vocab_size": sizes["vocab"], "hidden_size": sizes["width"],
            "num_hidden_layers": sizes["depth"], "num_attention_heads": sizes["heads"], "intermediate_size": sizes["mlp"],
            "hidden_act": "gelu", "max_position_embeddings": sizes["positions"], "type_vocab_size": sizes.get("types", 2),
            "layer_norm_eps": sizes.get("eps", 1e-12), "pad_token_id": pad, "position_embedding_type": "absolute"}


def row(tokens, start, end, room):
    return [start, *tokens[:room - 2], end]


def one(ids):
    """A row of its own, without padding."""
    ids = torch.tensor([ids])
    return ids, torch.ones_like(ids)


# Checkpoints as they were published, and what they say.

def chexbert():
    """torch.save of torch 1.4: no archive, `model_state_dict` of a DataParallel model, the optimiser beside it."""
    tokens = small_vocab()
    vocab = {token: i for i, token in enumerate(tokens)}
    sizes = {"vocab": len(tokens), "width": 8, "depth": 2, "heads": 2, "mlp": 16, "positions": 24}
    model = fill(CheXbert(**sizes), SEED + 30, 1.0)
    ids = [row(word_pieces(text, vocab), 2, 3, 24) for text in REPORTS + ["", "x" * 101]]
    results = [model(*one(each)) for each in ids]
    heads = [list(logits[0].split([4] * 13 + [2])) for _, logits in results]
    assert min(margin(head) for row in heads for head in row) > MARGIN
    classes = [[head.argmax().item() for head in row] for row in heads]
    assert {c for row in classes for c in row} == {0, 1, 2, 3}, "every class should occur"
    state = prefixed("module.", model.state_dict())
    state["module.bert.embeddings.position_ids"] = torch.arange(24)[None]
    state["module.bert.pooler.dense.weight"], state["module.bert.pooler.dense.bias"] = torch.zeros(8, 8), torch.zeros(8)
    optimiser = {"state": {0: {"step": 3, "exp_avg": torch.ones(2, 3)}}, "param_groups": [{"lr": 2e-5, "params": [0]}]}
    write_torch("chexbert/chexbert.pth", {"epoch": 7, "model_state_dict": state, "optimizer_state_dict": optimiser}, legacy=True)
    write("chexbert/vocab.txt", "\n".join(tokens) + "\n")
    write_json("chexbert/config.json", bert_config("bert", sizes))
    save_json("chexbert.json", {"texts": REPORTS + ["", "x" * 101], "rows": ids, "classes": classes,
                                "embeddings": [numbers(embedding) for embedding, _ in results]})


def roberta_files(folder, sizes, pairs, merges):
    write_json(f"{folder}/vocab.json", pairs)
    write(f"{folder}/merges.txt", "#version: 0.2\n" + "\n".join(" ".join(pair) for pair in merges) + "\n")
    write_json(f"{folder}/config.json", bert_config("roberta", sizes, pad=1))


def radbert():
    """CT-CLIP's classifier with its pooler as torch writes it today, and the same as RobertaForSequenceClassification."""
    merges = learn_merges(REPORTS, 60)
    pairs = bpe_vocab(merges)
    sizes = {"vocab": len(pairs), "width": 4, "depth": 2, "heads": 2, "mlp": 6, "positions": 42, "first": 2, "types": 1, "eps": 1e-5}
    model = fill(RadBert(18, **sizes), SEED + 31, 0.7)
    ids = [row(byte_pairs(text, pairs, merges, False), 0, 2, 40) for text in REPORTS + [""]]
    state = prefixed("", model.state_dict())
    published = OrderedDict()
    for name, value in state.items():
        for old, new in [("roberta.", "model."), ("classifier.dense.", "model.pooler.dense."), ("classifier.out_proj.", "classifier.")]:
            if name.startswith(old):
                published[new + name[len(old):]] = value
    assert len(published) == len(state)
    # Both folders share the files of the tokenizer; the weights of this one are named in the call.
    write_torch("radbert/RadBertClassifier.pth", published)
    write_safetensors(os.path.join(CHECKPOINTS, "radbert/model.safetensors"), state, {"format": "pt"})
    list_file(CHECKPOINTS, "radbert/model.safetensors", GENERATOR, SEED)
    roberta_files("radbert", sizes, pairs, merges)
    save_json("radbert.json", {"texts": REPORTS + [""], "rows": ids,
                               "probabilities": [numbers(model(*one(each))) for each in ids]})


def bert_score():
    """distilroberta-base and distilbert-base-uncased in small, of which the first layer is asked for."""
    merges = learn_merges(REPORTS, 60)
    pairs, tokens = bpe_vocab(merges), small_vocab()
    vocab = {token: i for i, token in enumerate(tokens)}
    some = [*REPORTS[:3], "", "  padded  "]
    sizes = {"vocab": len(pairs), "width": 4, "depth": 2, "heads": 2, "mlp": 6, "positions": 34, "first": 2, "types": 1, "eps": 1e-5}
    model = fill(Encoder(**sizes), SEED + 32, 0.7)
    state = prefixed("roberta.", model.state_dict())
    state["roberta.embeddings.position_ids"] = torch.arange(34)[None]
    state["lm_head.bias"] = torch.zeros(3)
    write_torch("distilroberta/pytorch_model.bin", state)
    roberta_files("distilroberta", sizes, pairs, merges)
    ids = [row(byte_pairs(text.strip(), pairs, merges, True) if text.strip() else [], 0, 2, 32) for text in some]
    found = {"texts": some, "distilroberta": {"rows": ids, "states": [numbers(model(*one(each))[1]) for each in ids]}}

    sizes = {"vocab": len(tokens), "width": 8, "depth": 2, "heads": 2, "mlp": 12, "positions": 32, "types": 0}
    model = fill(Encoder(**sizes), SEED + 33, 0.7)
    names = [("encoder.layer.", "transformer.layer."), ("attention.self.query", "attention.q_lin"), ("attention.self.key", "attention.k_lin"),
             ("attention.self.value", "attention.v_lin"), ("attention.output.dense", "attention.out_lin"),
             ("attention.output.LayerNorm", "sa_layer_norm"), ("intermediate.dense", "ffn.lin1"),
             (".output.dense", ".ffn.lin2"), (".output.LayerNorm", ".output_layer_norm")]
    state = OrderedDict()
    for name, value in model.state_dict().items():
        for old, new in names:
            name = name.replace(old, new)
        state["distilbert." + name] = value.float()
    write_safetensors(os.path.join(CHECKPOINTS, "distilbert/model.safetensors"), state, {"format": "pt"})
    list_file(CHECKPOINTS, "distilbert/model.safetensors", GENERATOR, SEED)
    write("distilbert/vocab.txt", "\n".join(tokens) + "\n")
    write_json("distilbert/config.json", {
        "model_type": "distilbert", "vocab_size": len(tokens), "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 12,
        "activation": "gelu", "max_position_embeddings": 32, "pad_token_id": 0})
    ids = [row(word_pieces(text.strip(), vocab), 2, 3, 32) for text in some]
    found["distilbert"] = {"rows": ids, "states": [numbers(model(*one(each))[1]) for each in ids]}
    save_json("bert-score.json", found)


ENTITIES = ["", "ANAT-DP", "OBS-DP", "OBS-U", "OBS-DA"]
RELATIONS = ["modify", "located_at", "suggestive_of"]
#: Pieces that the encoder reads at once, special tokens included, so that most reports are read in parts.
MAX_LENGTH = 16
#: One of those with which every label and relation occurs and every choice is clear.
RADGRAPH_SEED = 100


def spread(scorer, scores, share):
    """Moves the biases of a scorer so that each class is chosen at times, and about a share of the largest scores is above 0."""
    scores = torch.cat(scores)
    means = scores.mean(0)
    with torch.no_grad():
        scorer.bias -= means + torch.quantile((scores - means).max(-1).values, 1 - share)
        scorer.bias.copy_(scorer.bias.float().double())


def radgraph_archive():
    """An archive of AllenNLP with scorers of one data set, those of coreference beside them."""
    tokens = small_vocab()
    vocab = {token: i for i, token in enumerate(tokens)}
    sizes = {"vocab": len(tokens), "width": 12, "depth": 1, "heads": 3, "mlp": 12, "positions": 20}
    encoder = fill(Encoder(**sizes), RADGRAPH_SEED, 1.0)
    heads = fill(radgraph.Heads(12, 3, 4, [8, 8], len(ENTITIES) - 1, len(RELATIONS)), RADGRAPH_SEED + 1, 1.0)
    reports = [*REPORTS, "None", "odd /. a\u200b \u200b /? end", "50%. (mild). 'quoted.' 10%) 3%, \\n \\f x", "OK"]

    def read_all(rule):
        graphs, checks = [], []
        for report in reports:
            words = radgraph.words_of(report, rule)
            pieces = [word_pieces(word[1:] if word in ("/.", "/?") else word, vocab) for word in words]
            states = radgraph.word_states(pieces, encoder, 2, 3, MAX_LENGTH - 2)
            graph, check = radgraph.read(heads, words, states, 0.5, ENTITIES, RELATIONS)
            graphs.append(graph)
            checks.append(check)
        return graphs, checks

    _, checks = read_all("radgraph")
    spread(heads.entity["scorer"], [check["entities"] for check in checks], 0.3)
    spread(heads.relation["scorer"], [check["relations"].flatten(0, 1) for check in checks], 0.4)
    result = {"reports": reports}
    for rule in ["radgraph", "radgraph-xl"]:
        graphs, checks = read_all(rule)
        for check in checks:
            assert check["gap"] > MARGIN and margin(check["entities"]) > MARGIN and margin(check["relations"]) > MARGIN
            assert min(check[key].max(-1).values.abs().min().item() for key in ["entities", "relations"]) > MARGIN
        entities = [entity for graph in graphs for entity in graph["entities"].values()]
        assert {entity["label"] for entity in entities} == set(ENTITIES[1:])
        assert {link[0] for entity in entities for link in entity["relations"]} == set(RELATIONS)
        result[rule] = graphs
    save_json("radgraph.json", result)

    ner, relation = "radgraph__ner_labels", "radgraph__relation_labels"
    table = [("widths.", "_endpoint_span_extractor._span_width_embedding."),
             ("entity.layers.", f"_ner._ner_scorers.{ner}.0._module._linear_layers."),
             ("entity.scorer.", f"_ner._ner_scorers.{ner}.1._module."),
             ("mention.layers.", f"_relation._mention_pruners.{relation}._scorer.0._module._linear_layers."),
             ("mention.scorer.", f"_relation._mention_pruners.{relation}._scorer.1._module."),
             ("relation.layers.", f"_relation._relation_feedforwards.{relation}._linear_layers."),
             ("relation.scorer.", f"_relation._relation_scorers.{relation}.")]
    transformer = "_embedder.token_embedder_bert._matched_embedder.transformer_model."
    state = prefixed(transformer, encoder.state_dict())
    state[transformer + "pooler.dense.weight"], state[transformer + "pooler.dense.bias"] = torch.zeros(12, 12), torch.zeros(12)
    for name, value in heads.state_dict().items():
        old, new = next(pair for pair in table if name.startswith(pair[0]))
        state[new + name[len(old):]] = value.float()
    state["_coref._distance_embedding.weight"] = torch.zeros(10, 4)
    state["_events._distance_embedding.weight"] = torch.zeros(10, 4)
    buffer = io.BytesIO()
    torch.save(state, buffer)
    config = {
        "dataset_reader": {"type": "dygie", "max_span_width": 3,
                           "token_indexers": {"bert": {"type": "pretrained_transformer_mismatched", "model_name": "tiny", "max_length": MAX_LENGTH}}},
        "model": {"type": "dygie", "embedder": {"token_embedders": {"bert": {"model_name": "tiny", "max_length": MAX_LENGTH}}},
                  "feature_size": 4, "max_span_width": 3, "target_task": "relation",
                  "feedforward_params": {"num_layers": 2, "hidden_dims": 8, "dropout": 0.4},
                  "loss_weights": {"ner": 0.2, "relation": 1.0, "coref": 0.0, "events": 0.0},
                  "modules": {"coref": {"spans_per_word": 0.3, "max_antecedents": 100, "coref_prop": 0},
                              "ner": {}, "relation": {"spans_per_word": 0.5}, "events": {}}}}
    files = {"config.json": json.dumps(config), "vocabulary/non_padded_namespaces.txt": "*tags\n*labels\n",
             f"vocabulary/{ner}.txt": "\n".join(ENTITIES) + "\n", f"vocabulary/{relation}.txt": "\n".join(RELATIONS)}
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for name, data in [("weights.th", buffer.getvalue())] + [(name, text.encode()) for name, text in files.items()]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    write("radgraph/radgraph.tar.gz", packed.getvalue())
    write("radgraph/encoder/vocab.txt", "\n".join(tokens) + "\n")
    write_json("radgraph/encoder/config.json", bert_config("bert", sizes))


def main():
    forward_passes()
    radgraph_heads()
    tokenizers()
    chexbert()
    radbert()
    bert_score()
    radgraph_archive()


if __name__ == "__main__":
    main()
