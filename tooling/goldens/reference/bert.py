"""The project's own reference of BERT and its kin, from the papers; names are those of the published checkpoints."""
import torch
from torch import nn
from torch.nn import functional as F

from reference.layers import attention


class Layer(nn.Module):
    """One layer of Devlin et al. 2019: norms after the sums."""

    def __init__(self, width, mlp_width, num_heads, eps):
        super().__init__()
        self.num_heads = num_heads

        def block(**parts):
            return nn.ModuleDict(parts)

        self.attention = block(
            self=block(query=nn.Linear(width, width), key=nn.Linear(width, width), value=nn.Linear(width, width)),
            output=block(dense=nn.Linear(width, width), LayerNorm=nn.LayerNorm(width, eps)))
        self.intermediate = block(dense=nn.Linear(width, mlp_width))
        self.output = block(dense=nn.Linear(mlp_width, width), LayerNorm=nn.LayerNorm(width, eps))

    def forward(self, x, mask):
        own, out = self.attention["self"], self.attention["output"]
        read = attention(own["query"](x), own["key"](x), own["value"](x), self.num_heads, mask[:, None, None, :])
        x = out["LayerNorm"](x + out["dense"](read))
        return self.output["LayerNorm"](x + self.output["dense"](F.gelu(self.intermediate["dense"](x))))


class Encoder(nn.Module):
    """BERT without its pooler. RoBERTa (Liu et al. 2019) begins to count positions at `first`, DistilBERT has no segments."""

    def __init__(self, vocab, width, depth, heads, mlp, positions, first=0, types=2, eps=1e-12):
        super().__init__()
        self.first = first
        tables = {"word_embeddings": nn.Embedding(vocab, width), "position_embeddings": nn.Embedding(positions, width)}
        if types:
            tables["token_type_embeddings"] = nn.Embedding(types, width)
        tables["LayerNorm"] = nn.LayerNorm(width, eps)
        self.embeddings = nn.ModuleDict(tables)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList([Layer(width, mlp, heads, eps) for _ in range(depth)])})

    def forward(self, ids, mask):
        """ids [B, S] and mask [B, S], true for tokens -> the states of the embeddings and of each layer."""
        parts, ids = self.embeddings, ids.long()
        x = parts["word_embeddings"](ids) + parts["position_embeddings"](torch.arange(ids.shape[1]) + self.first)
        if "token_type_embeddings" in parts:
            x = x + parts["token_type_embeddings"](torch.zeros_like(ids))
        states = [parts["LayerNorm"](x)]
        for layer in self.encoder["layer"]:
            states.append(layer(states[-1], mask.bool()))
        return states


class CheXbert(nn.Module):
    """Smit et al. 2020: 13 heads of four classes and one of two, on the first state."""

    def __init__(self, **sizes):
        super().__init__()
        self.bert = Encoder(**sizes)
        self.linear_heads = nn.ModuleList([nn.Linear(sizes["width"], classes) for classes in [4] * 13 + [2]])

    def forward(self, ids, mask):
        first = self.bert(ids, mask)[-1][:, 0]
        return first, torch.cat([head(first) for head in self.linear_heads], 1)


class RadBert(nn.Module):
    """The text classifier of CT-RATE (Hamamci et al. 2024), in the layout of RobertaForSequenceClassification."""

    def __init__(self, labels, **sizes):
        super().__init__()
        self.roberta = Encoder(**sizes)
        self.classifier = nn.ModuleDict({"dense": nn.Linear(sizes["width"], sizes["width"]),
                                         "out_proj": nn.Linear(sizes["width"], labels)})

    def forward(self, ids, mask):
        first = self.roberta(ids, mask)[-1][:, 0]
        return torch.sigmoid(self.classifier["out_proj"](torch.tanh(self.classifier["dense"](first))))
