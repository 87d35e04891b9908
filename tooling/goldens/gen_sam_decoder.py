"""Goldens of @vividmed/sam-decoder."""
import torch
from torch import nn

from common import golden_tensors, randomise, save_golden, tensor
from reference import losses
from reference.image_encoder import ImageEncoder
from reference.localiser import Localiser, resize_logits
from reference.two_way import FourierPositions, TwoWayTransformer
from reference.upscaling import Upscaling

GENERATOR = "gen_sam_decoder.py"
WIDTH = 16
ENCODER = dict(in_channels=2, patch=(4, 2, 3), position_grid=(2, 3, 4), width=WIDTH, encoder_depth=2, encoder_heads=2,
               encoder_mlp_width=24)
DECODER = dict(decoder_depth=2, decoder_heads=4, decoder_mlp_width=24)
SWITCHES = dict(positioned_image=True, box_reference=True, token_similarity=True)


def save(name, seed, module, inputs, outputs, taps):
    save_golden("sam-decoder", name, golden_tensors(module, inputs, outputs, taps, seed), GENERATOR, seed)


def fill(module, seed):
    """Fills parameters and the Fourier matrix, which is a buffer, for double precision."""
    randomise(module, seed)
    for name, buffer in module.named_buffers():
        buffer.copy_(tensor(seed + 1, *buffer.shape).detach())
    for name, parameter in module.named_parameters():
        if name.endswith("instance_windows.weight"):
            with torch.no_grad():
                parameter[:, 3:] += 1
    module.double()


def image_encoder(name, seed, shape, patch_depth):
    module = ImageEncoder(**ENCODER)
    fill(module, seed)
    image, taps = tensor(seed, *shape, 2), {}
    embedding = module(image.movedim(-1, 1), patch_depth, taps).movedim(1, -1)
    save(name, seed, module, {"image": image}, {"embedding": embedding}, taps)


def fourier(seed):
    module = FourierPositions(WIDTH)
    fill(module, seed)
    outputs = {"flat": module((1, 5, 7)), "deep": module((3, 2, 4))}
    tensors = {f"params.{name}": value.float() for name, value in module.state_dict().items()}
    tensors.update({f"output.{name}": value.float() for name, value in outputs.items()})
    save_golden("sam-decoder", "fourier", tensors, GENERATOR, seed)


def two_way(seed):
    module = TwoWayTransformer(WIDTH, **DECODER)
    fill(module, seed)
    inputs = {
        "tokens": tensor(seed, 3, 6, WIDTH), "image": tensor(seed + 1, 3, 35, WIDTH), "imageCode": tensor(seed + 2, 1, 35, WIDTH)
    }
    taps = {}
    tokens, image = module(inputs["tokens"], inputs["image"], inputs["imageCode"], taps)
    save("two-way-transformer", seed, module, inputs, {"tokens": tokens, "image": image}, taps)


def upscaling(seed):
    """Three cells along depth: both rules, for patches 1, 2 and 4 deep, which give depths of 3, 6 and 12."""
    module = Upscaling(WIDTH)
    fill(module, seed)
    image = tensor(seed, 2, 3, 2, 5, WIDTH)
    first = image.movedim(-1, 1)
    outputs = {f"depth{3 * p}": module(first, stop=3 * p).movedim(1, -1) for p in (1, 2, 4)}
    for p in (1, 2, 4):
        assert torch.equal(outputs[f"depth{3 * p}"], module(first, patch_depth=p).movedim(1, -1))
    outputs["depth5"] = module(first, stop=5).movedim(1, -1)
    save("upscale", seed, module, {"image": image}, outputs, {})


def localiser(name, seed, shape, patch_depth, **switches):
    module = Localiser(**ENCODER, **DECODER, num_instances=3, **switches)
    fill(module, seed)
    image, prompts, taps = tensor(seed, *shape, 2), tensor(seed + 1, 3, WIDTH), {}
    image_index = torch.tensor([1, 0, 1], dtype=torch.int32)
    logits, boxes, presence = module(image.movedim(-1, 1), prompts, image_index.long(), patch_depth, taps)
    inputs = {"image": image, "prompts": prompts, "imageIndex": image_index}
    outputs = {"maskLogits": logits, "boxes": boxes, "presenceLogits": presence,
               "resized": resize_logits(logits, shape[1:])}
    save(name, seed, module, inputs, outputs, taps)


def loss_terms(seed):
    generator = torch.Generator().manual_seed(seed)
    logits = tensor(seed, 3, 2, 5, 7, std=2.0)
    target = (torch.rand(3, 2, 5, 7, generator=generator) < 0.3).double()
    target[1] = 0
    centres, sizes = torch.rand(2, 2, 4, 3, generator=generator), torch.rand(2, 2, 4, 3, generator=generator)
    boxes, others = torch.cat([0.3 + 0.4 * centres, 0.05 + 0.5 * sizes], -1).double()
    boxes.requires_grad_()
    presence = tensor(seed + 1, 2, 4, std=2.0)
    matched = torch.tensor([[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1.0, 0.0]]).double()
    # Weights are means over what counts; a phrase or query of weight 0 is left out.
    mask_weight, presence_weight = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([[0.25] * 4, [0.0] * 4])
    box_weight = matched / 3
    l1 = (boxes - others).abs().mean(-1)
    focal = losses.focal_loss(logits, target)
    outputs = {
        "dice": losses.dice_loss(logits, target),
        "focal": focal,
        "focalAlpha": losses.focal_loss(logits, target, alpha=0.85),
        "focalGamma": losses.focal_loss(logits, target, gamma=1.5, alpha=0.25),
        "entropy": losses.focal_loss(logits, target, gamma=0.0),
        "maskDice": (losses.dice_loss(logits, target) * mask_weight).sum(),
        "maskFocal": (focal.flatten(1).mean(1) * mask_weight).sum(),
        "boxL1": (l1 * box_weight).sum(),
        "boxGiou": ((1 - losses.generalised_iou(boxes, others)) * box_weight).sum(),
        "presence": (losses.focal_loss(presence, matched, alpha=0.85) * presence_weight).sum(),
        "giou": losses.generalised_iou(boxes, others),
        "giouOriginal": losses.generalised_iou(boxes, others, 2.0 ** -23),
    }
    inputs = {"logits": logits, "target": target, "boxes": boxes, "others": others, "presenceLogits": presence,
              "matched": matched, "maskWeight": mask_weight, "presenceWeight": presence_weight, "boxWeight": box_weight}
    save("losses", seed, nn.Module(), inputs, outputs, {})


def main():
    image_encoder("image-encoder-2d", 21, (2, 1, 10, 21), patch_depth=1)
    image_encoder("image-encoder-3d", 22, (2, 5, 9, 8), patch_depth=2)
    fourier(23)
    two_way(24)
    upscaling(25)
    localiser("localiser-2d", 26, (2, 1, 10, 21), patch_depth=1)
    localiser("localiser-depth-2", 27, (2, 6, 6, 12), patch_depth=2)
    localiser("localiser-depth-4", 28, (2, 8, 6, 12), patch_depth=4)
    loss_terms(29)
    localiser("localiser-switches-2d", 30, (2, 1, 10, 21), patch_depth=1, **SWITCHES)
    localiser("localiser-switches-depth-2", 31, (2, 6, 6, 12), patch_depth=2, **SWITCHES)
