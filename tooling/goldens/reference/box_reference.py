"""Where the instance queries look and what they see: what the switch `boxReference` of the localiser adds to its heads."""
import torch


def box_reference(similarity, grid):
    """Queries against cells [K, m, d * h * w] -> centre and size along each axis as logits, [K, m, 6]; evidence, [K, m].

    The similarity is the logit that a cell is alike; its probability, squared and divided by the sum over the cells, is
    taken as a density that is even within each cell, so a cell n to an axis adds the variance 1 / (12 n^2). The box is the
    one that an even density of the same mean and variance fills. The evidence is the expectation of the similarity under the
    density.
    """
    squared = similarity.sigmoid() ** 2
    share = squared / squared.sum(-1, keepdim=True)
    evidence = torch.einsum("kmn,kmn->km", share, similarity)
    density = share.unflatten(-1, grid)
    centres, sizes = [], []
    for axis, count in enumerate(grid):
        marginal = density.sum([2 + other for other in range(3) if other != axis])
        at = (torch.arange(count, dtype=marginal.dtype) + 0.5) / count
        mean = (marginal * at).sum(-1, keepdim=True)
        variance = (marginal * (at - mean) ** 2).sum(-1, keepdim=True) + 1 / (12 * count**2)
        centres.append(mean)
        sizes.append((12 * variance).sqrt())
    # Kept off 0 and 1, where a logit has no end.
    return torch.cat(centres + sizes, -1).clamp(0.005, 0.995).logit(), evidence
