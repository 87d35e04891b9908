"""The whole localiser (paper 3.2.2): image encoder, decoder with mask and instance tokens in parallel, and its heads."""
import torch
import torch.nn.functional as F
from torch import nn

from .box_reference import box_reference
from .image_encoder import ImageEncoder
from .two_way import FourierPositions, TwoWayTransformer
from .upscaling import Upscaling


class Hypernetwork(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width // 8)])

    def forward(self, x):
        first, second, third = self.layers
        return third(second(first(x).relu()).relu())


class Token(nn.Module):
    """Rows of learned vectors; a module, since checkpoints name them `<token>.weight`."""

    def __init__(self, rows, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(rows, width))


class MaskDecoder(nn.Module):
    def __init__(self, width, decoder_depth, decoder_heads, decoder_mlp_width, num_instances, num_hypernetworks,
                 token_similarity, windows):
        super().__init__()
        self.transformer = TwoWayTransformer(width, decoder_depth, decoder_heads, decoder_mlp_width)
        self.iou_token = Token(1, width)
        self.mask_tokens = Token(1 + num_instances, width)
        self.output_upscaling = Upscaling(width)
        self.output_hypernetworks_mlps = nn.ModuleList(Hypernetwork(width) for _ in range(num_hypernetworks))
        self.txt_align_upscaled_embedding = nn.Linear(width, width // 8)
        if windows:
            self.instance_windows = Token(num_instances, 6)
            self.instance_prior = nn.Linear(width, num_instances)
        if token_similarity:
            self.txt_align_embedding = nn.Linear(width, width + 1)


class Localiser(nn.Module):
    def __init__(self, in_channels, patch, position_grid, width, encoder_depth, encoder_heads, encoder_mlp_width,
                 decoder_depth, decoder_heads, decoder_mlp_width, num_instances, positioned_image=False,
                 box_reference=False, token_similarity=False):
        super().__init__()
        self.positioned_image, self.box_reference = positioned_image, box_reference
        self.token_similarity = token_similarity
        self.image_encoder = ImageEncoder(
            in_channels, patch, position_grid, width, encoder_depth, encoder_heads, encoder_mlp_width
        )
        self.prompt_encoder = nn.ModuleDict({"pe_layer": FourierPositions(width), "no_mask_embed": Token(1, width)})
        self.mask_decoder = MaskDecoder(
            width, decoder_depth, decoder_heads, decoder_mlp_width, num_instances, 2 if box_reference else 1,
            token_similarity, box_reference
        )
        self.box_head = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 6)
        )
        self.disc_head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, image, prompts, image_index, patch_depth, taps):
        """image [B, Cin, D, H, W], prompts [K, C], image_index [K] -> mask logits, boxes, presence logits."""
        embedding = self.image_encoder(image, patch_depth, taps)
        grid = embedding.shape[2:]
        decoder = self.mask_decoder
        rows = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
        tokens = torch.cat([rows.expand(len(prompts), -1, -1), prompts[:, None]], 1)
        dense = embedding.flatten(2).transpose(1, 2) + self.prompt_encoder["no_mask_embed"].weight
        image_code = self.prompt_encoder["pe_layer"](grid)
        seen = dense[image_index] + image_code if self.positioned_image else dense[image_index]
        tokens, features = decoder.transformer(tokens, seen, image_code, taps)
        features = decoder.output_upscaling(features.transpose(1, 2).unflatten(2, grid), stop=image.shape[2])
        taps["upscaled"] = features.movedim(1, -1)
        hyper = decoder.output_hypernetworks_mlps[0](tokens[:, 1])
        similar = decoder.txt_align_upscaled_embedding(prompts)
        logits = (torch.einsum("kc,kcdhw->kdhw", hyper, features)
                  + torch.einsum("kc,kcdhw->kdhw", similar, features))
        alike = torch.zeros_like(logits)
        if self.token_similarity:
            alike = resize_logits(token_similarity(decoder.txt_align_embedding, embedding, prompts, image_index),
                                  features.shape[2:])
            taps["tokenSimilarity"] = alike
        logits = logits + alike
        instances = tokens[:, 2:-1]
        box_logits = self.box_head(instances)
        presence = self.disc_head(instances)[..., 0]
        if self.box_reference:
            kernels = decoder.output_hypernetworks_mlps[1](instances) + similar[:, None]
            looked = kernels @ features.flatten(2) + alike.detach().flatten(1)[:, None]
            reference, evidence = box_reference(looked, decoder.instance_windows.weight, features.shape[2:])
            taps["boxReference"], taps["evidence"] = reference, evidence
            box_logits, presence = box_logits + reference, presence + evidence + decoder.instance_prior(prompts)
        return logits, box_logits.sigmoid(), presence


def token_similarity(align, embedding, prompts, image_index):
    """How alike each phrase [K, C] and the cells of its image [B, C, d, h, w] are: [K, d, h, w]."""
    width = prompts.shape[1]
    maps = []
    for prompt, image in zip(prompts, image_index):
        aligned = align(prompt)
        cells = torch.einsum("c,cdhw->dhw", aligned[:width], embedding[image]) + aligned[width]
        maps.append(cells / width**0.5)
    return torch.stack(maps)


def resize_logits(logits, size):
    """[K, d, h, w] -> [K, D, H, W]."""
    return F.interpolate(logits[:, None], size, mode="trilinear", align_corners=False)[:, 0]
