"""Where the instance queries look and what they see: what the switch `boxReference` of the localiser adds to its heads."""
import torch


def box_reference(similarity, windows, grid):
    """Queries against cells [K, m, d * h * w], windows [m, 6] -> centre and size along each axis as logits, [K, m, 6]; evidence,
    [K, m].

    The similarity is the logit that a cell is alike; its probability, squared, times the share of the cell that the window of the query
    covers, divided by the sum over the cells, is taken as a density. The window rises and falls along each axis as a logistic
    function of width 1 / 40 of the image. The box is the one around an even ellipsoid with the mean and variance of
    the density, and never smaller than a cell. The evidence is the expectation of the similarity under the density.
    """
    places = [(torch.arange(count, dtype=similarity.dtype) + 0.5) / count for count in grid]
    squared = (similarity.sigmoid() ** 2).unflatten(-1, grid)
    for axis, at in enumerate(places):
        first, last = windows[:, axis, None], windows[:, 3 + axis, None]
        inside = ((at - first) * 40).sigmoid() * ((last - at) * 40).sigmoid()
        shape = [1, len(windows), 1, 1, 1]
        shape[2 + axis] = len(at)
        squared = squared * inside.reshape(shape)
    density = squared / squared.sum((2, 3, 4), keepdim=True)
    evidence = (density.flatten(2) * similarity).sum(-1)
    dims = sum(count > 1 for count in grid)
    centres, sizes = [], []
    for axis, at in enumerate(places):
        marginal = density.sum([2 + other for other in range(3) if other != axis])
        mean = (marginal * at).sum(-1, keepdim=True)
        variance = (marginal * (at - mean) ** 2).sum(-1, keepdim=True)
        centres.append(mean)
        sizes.append((4 * (dims + 2) * variance + 1 / len(at) ** 2).sqrt())
    # Kept off 0 and 1, where a logit has no end.
    return torch.cat(centres + sizes, -1).clamp(0.005, 0.995).logit(), evidence
