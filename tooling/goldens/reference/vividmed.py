"""The whole model (paper Figure 1): base VLM, phrase states as prompts, localiser; names as in the published checkpoint."""
import torch
from torch import nn

from .language import LanguageModel
from .localiser import Localiser
from .vision import Adapter, VisionTower


def phrase_prompts(width, prompt_width):
    """States of phrases -> prompts: Linear, ReLU, Linear (original-implementation 1.3)."""
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, prompt_width))


class WordPrompts(nn.Module):
    """The same with the words of each phrase beside its state: the mean of their embeddings, of unit root mean square."""

    def __init__(self, width, prompt_width):
        super().__init__()
        self.add_module("0", nn.Linear(width, width))
        self.add_module("words", nn.Linear(width, width, bias=False))
        self.add_module("2", nn.Linear(width, prompt_width))

    def forward(self, states, shares, embedding):
        mean = shares @ embedding
        words = mean / (mean.square().mean(1, keepdim=True) + 1e-12).sqrt()
        first, second = self._modules["0"], self._modules["2"]
        return second(torch.relu(first(states) + self.words(words)))


class Vision(VisionTower):
    """Vision tower and adapter side by side, as the checkpoint has them under `model.vision`."""

    def __init__(self, config):
        super().__init__(config["vision"])
        sizes = config["adapter"]
        for name, child in Adapter(sizes["inWidth"], sizes["width"], sizes["mlpWidth"]).named_children():
            self.add_module(name, child)
        self.boi = nn.Parameter(torch.zeros(1, 1, sizes["width"]))
        self.eoi = nn.Parameter(torch.zeros(1, 1, sizes["width"]))

    def forward(self, image, patch_depth, pool_depth, taps=None, prefix=""):
        return Adapter.forward(self, super().forward(image, patch_depth, pool_depth, taps, prefix))


class VividMed(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, sam = config["language"]["width"], config["sam"]
        self.model = LanguageModel(config["language"])
        self.model.vision = Vision(config)
        self.lm_head = nn.Linear(width, config["language"]["vocabSize"], bias=False)
        self.vg_proj = phrase_prompts(width, sam["width"])
        self.sam = Localiser(
            sam["inChannels"], sam["patch"], sam["positionGrid"], sam["width"], sam["encoderDepth"], sam["encoderHeads"],
            sam["encoderMlpWidth"], sam["decoderDepth"], sam["decoderHeads"], sam["decoderMlpWidth"], sam["numInstances"])

    def forward(self, ids, positions, groups, taps=None):
        """groups: images of one shape [B, D, H, W, 1] with patch_depth and pool_depth and, where something is localised, the rows
        and indices of the phrases' states (`states`) and the images that they are about (`image_index`).

        Returns hidden states [B, S, C], logits [B, S, V] and per group mask logits, boxes and presence logits, or None.
        """
        images = []
        for group in groups:
            images += list(self.model.vision(group["image"], group["patch_depth"], group["pool_depth"]))
        hidden = self.model(ids, positions, images, taps)
        found = []
        for group in groups:
            if "states" not in group:
                found.append(None)
                continue
            states = torch.stack([hidden[row, index] for row, index in group["states"]])
            image = group["image"].movedim(-1, 1)
            found.append(self.sam(image, self.vg_proj(states), group["image_index"], group["patch_depth"], {}))
        return hidden, self.lm_head(hidden), found
