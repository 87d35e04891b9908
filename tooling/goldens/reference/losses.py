"""Losses of masks and instances (paper 3.2.2)."""
import torch
import torch.nn.functional as F


def dice_loss(logits, target):
    """[K, ...] -> [K]."""
    p, g = logits.sigmoid().flatten(1), target.flatten(1)
    return 1 - 2 * (p * g).sum(1) / (p.sum(1) + g.sum(1)).clamp(min=1e-8)


def focal_loss(logits, target, gamma=2.0, alpha=None):
    """Elementwise."""
    p = logits.sigmoid()
    right = torch.where(target > 0, p, 1 - p)
    loss = (1 - right) ** gamma * F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return loss if alpha is None else loss * torch.where(target > 0, alpha, 1 - alpha)


def generalised_iou(a, b, epsilon=0.0):
    """Centre-size boxes [..., 6] -> [...]; epsilon is what the published code adds to both denominators, 2 ** -23."""
    low_a, high_a = a[..., :3] - a[..., 3:] / 2, a[..., :3] + a[..., 3:] / 2
    low_b, high_b = b[..., :3] - b[..., 3:] / 2, b[..., :3] + b[..., 3:] / 2
    shared = (torch.minimum(high_a, high_b) - torch.maximum(low_a, low_b)).clamp(min=0).prod(-1)
    hull = (torch.maximum(high_a, high_b) - torch.minimum(low_a, low_b)).prod(-1)
    union = (high_a - low_a).prod(-1) + (high_b - low_b).prod(-1) - shared
    return shared / (union + epsilon) - (hull - union) / (hull + epsilon)
