"""Writes localisation.json: metrics of masks and boxes by other code than ours.

Surfaces, distances and percentiles by scipy and numpy; areas of surface elements by surface-distance; contours by
scikit-image; detections by pycocotools; assignments by scipy. What none of them has is written here as its definition reads, by
brute force.

Run with a Python that has numpy, scipy and scikit-image (Debian: python3-scipy, python3-skimage) and, of PyPI, pycocotools
2.0.11 and surface-distance (google-deepmind/surface-distance@1f805ce):
    python3 packages/metrics/test/oracle/localisation.py
"""
import contextlib
import io
import json
from pathlib import Path

import numpy as np
import scipy
import skimage
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from skimage.measure import find_contours
from surface_distance import lookup_tables

rng = np.random.default_rng(20)


def number(value):
    """JSON has neither NaN nor infinity."""
    value = float(value)
    if np.isnan(value):
        return "nan"
    return "inf" if np.isinf(value) else float(f"{value:.12g}")


def bits(mask):
    return np.packbits(mask.astype(bool).ravel()).tobytes().hex()


# Pairs of masks


def blob(shape, share):
    noise = ndimage.gaussian_filter(rng.normal(size=shape), [0 if n == 1 else rng.uniform(0.6, 1.4) for n in shape])
    return noise > np.quantile(noise, 1 - share)


def block(shape):
    mask = np.zeros(shape, bool)
    low = [int(rng.integers(0, n)) for n in shape]
    mask[tuple(slice(a, int(rng.integers(a, n)) + 1) for a, n in zip(low, shape))] = True
    return mask


def draw(shape, kind):
    if kind == "empty":
        return np.zeros(shape, bool)
    if kind == "full":
        return np.ones(shape, bool)
    if kind == "voxel":
        mask = np.zeros(shape, bool)
        mask[tuple(int(rng.integers(0, n)) for n in shape)] = True
        return mask
    if kind == "scattered":
        return rng.random(shape) < 0.1
    return block(shape) if kind == "block" else blob(shape, rng.uniform(0.1, 0.6))


def moved(mask):
    return np.roll(mask, [int(rng.integers(-1, 2)) if n > 1 else 0 for n in mask.shape], range(3))


def pairs():
    kinds = ["blob", "blob", "block", "voxel", "scattered", "full"]
    for index in range(216):
        flat = index % 3 == 0
        shape = (1 if flat else int(rng.integers(2, 7)), int(rng.integers(2, 10)), int(rng.integers(2, 10)))
        spacing = [1.0, 1.0, 1.0] if index % 5 == 0 else [round(float(v), 3) for v in rng.uniform(0.3, 5, 3)]
        if index < 12:
            a, b = [(("empty", "blob"), ("voxel", "empty"), ("empty", "empty"))[index % 3][i] for i in (0, 1)]
        else:
            a, b = rng.choice(kinds, 2)
        first = draw(shape, a)
        yield first, moved(first) if rng.random() < 0.3 else draw(shape, b), spacing


# Distances between surfaces


def squeezed(mask, spacing):
    return (mask[0], spacing[1:]) if mask.shape[0] == 1 else (mask, spacing)


def summary(there, back, weights_there, weights_back, percentile, tolerance):
    if len(there) + len(back) == 0:
        return {name: "nan" for name in ("hausdorff", "hausdorff95", "assd", "masd", "surfaceDice")}
    total = np.sum(weights_there) + np.sum(weights_back)
    within = np.sum(weights_there[there <= tolerance]) + np.sum(weights_back[back <= tolerance])
    one_empty = len(there) == 0 or len(back) == 0
    return {
        "hausdorff": number(max(np.max(there, initial=0), np.max(back, initial=0))),
        "hausdorff95": "inf" if one_empty else number(max(percentile(there, weights_there), percentile(back, weights_back))),
        "assd": number((np.sum(there * weights_there) + np.sum(back * weights_back)) / total),
        "masd": "inf" if one_empty else number((np.average(there, weights=weights_there) + np.average(back, weights=weights_back)) / 2),
        "surfaceDice": number(within / total),
    }


def distances(a_border, b_border, spacing):
    """From the points of a to b, by the distance transform of scipy; infinite without b."""
    if not b_border.any():
        return np.full(int(a_border.sum()), np.inf)
    return ndimage.distance_transform_edt(~b_border, sampling=spacing)[a_border]


def by_border_voxels(a, b, spacing, tolerance):
    a, spacing_mm = squeezed(a, spacing)
    b, _ = squeezed(b, spacing)
    a_border, b_border = [mask & ~ndimage.binary_erosion(mask) for mask in (a, b)]
    there, back = distances(a_border, b_border, spacing_mm), distances(b_border, a_border, spacing_mm)
    linear = lambda values, _: np.percentile(values, 95)
    return summary(there, back, np.ones(len(there)), np.ones(len(back)), linear, tolerance)


def area_percentile(values, weights):
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return values[order][np.argmax(reached >= (0.95 - 1e-9) * reached[-1])]


def by_surface_elements(a, b, spacing, tolerance):
    a, spacing_mm = squeezed(a, spacing)
    b, _ = squeezed(b, spacing)
    if a.ndim == 2:
        table, kernel = lookup_tables.create_table_neighbour_code_to_contour_length, lookup_tables.ENCODE_NEIGHBOURHOOD_2D_KERNEL
    else:
        table, kernel = lookup_tables.create_table_neighbour_code_to_surface_area, lookup_tables.ENCODE_NEIGHBOURHOOD_3D_KERNEL
    areas = table(spacing_mm)
    codes = [ndimage.correlate(np.pad(mask, 1).astype("uint8"), kernel, mode="constant") for mask in (a, b)]
    borders = [(code != 0) & (code != len(areas) - 1) for code in codes]
    there, back = distances(borders[0], borders[1], spacing_mm), distances(borders[1], borders[0], spacing_mm)
    weights = [areas[code[border]] for code, border in zip(codes, borders)]
    return summary(there, back, *weights, area_percentile, tolerance)


def mask_case(first, second, spacing):
    tolerance = round(float(rng.uniform(0, 4)), 3)
    sizes, shared = [int(first.sum()), int(second.sum())], int((first & second).sum())
    return {
        "shape": list(first.shape),
        "spacingMm": spacing,
        "toleranceMm": tolerance,
        "first": bits(first),
        "second": bits(second),
        "dice": number(2 * shared / sum(sizes)) if sum(sizes) else 1,
        "volumetricSimilarity": number(1 - abs(sizes[0] - sizes[1]) / sum(sizes)) if sum(sizes) else 1,
        "borderVoxels": by_border_voxels(first, second, spacing, tolerance),
        "surfaceElements": by_surface_elements(first, second, spacing, tolerance),
    }


def transform_case(index):
    """Squared distances by comparing every cell with every point."""
    shape = tuple(int(n) for n in rng.integers(1, 8, 3))
    spacing = [round(float(v), 3) for v in rng.uniform(0.2, 6, 3)]
    points = rng.random(shape) < (0.02, 0.1, 0.5)[index % 3]
    cells = np.argwhere(np.ones(shape, bool)) * spacing
    values = cdist(cells, cells[points.ravel()], "sqeuclidean").min(axis=1) if points.any() else np.full(len(cells), np.inf)
    return {"shape": list(shape), "spacingMm": spacing, "points": bits(points), "squares": [number(v) for v in values]}


def element_areas(spacing):
    """Our corner of weight 2^k is the one of weight 2^k in the kernel turned around."""
    theirs = lookup_tables.create_table_neighbour_code_to_surface_area(spacing)
    kernel = lookup_tables.ENCODE_NEIGHBOURHOOD_3D_KERNEL
    ours = [sum(int(kernel[d, h, w]) for d in (0, 1) for h in (0, 1) for w in (0, 1) if code >> (4 * d + 2 * h + w) & 1) for code in range(256)]
    return {"spacingMm": spacing, "areas": [number(theirs[code]) for code in ours]}


def contour_length(index):
    """Length of the outline half-way between pixels, which scikit-image follows."""
    mask = blob((1, 9, 11), (0.2, 0.4)[index % 2])
    outlines = find_contours(np.pad(mask[0], 1).astype(float), 0.5)
    length = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in outlines)
    return {"shape": list(mask.shape), "mask": bits(mask), "length": number(length)}


# Boxes


def box(size, flat):
    low, extent = rng.uniform(0, 0.7, 3), rng.uniform(0.02, 0.6, 3)
    if flat:
        low[0], extent[0] = 0, 1 / size[0]
    return np.round(np.concatenate([low, np.minimum(low + extent, 1)]) * [*size, *size], 2)


def near(other, size):
    shift = rng.normal(0, 0.05, 6) * [*size, *size]
    shift[[0, 3]] = 0
    moved = other + shift
    return np.round(np.concatenate([np.minimum(moved[:3], moved[3:]), np.maximum(moved[:3], moved[3:])]), 2)


def iou(a, b):
    shared = np.prod(np.clip(np.minimum(a[3:], b[3:]) - np.maximum(a[:3], b[:3]), 0, None))
    return shared / (np.prod(a[3:] - a[:3]) + np.prod(b[3:] - b[:3]) - shared)


def giou(a, b):
    shared = np.prod(np.clip(np.minimum(a[3:], b[3:]) - np.maximum(a[:3], b[:3]), 0, None))
    union = np.prod(a[3:] - a[:3]) + np.prod(b[3:] - b[:3]) - shared
    hull = np.prod(np.maximum(a[3:], b[3:]) - np.minimum(a[:3], b[:3]))
    return shared / union - (hull - union) / hull


def centre_size(corners, size):
    parts = corners / np.array([*size, *size])
    return np.concatenate([(parts[:3] + parts[3:]) / 2, parts[3:] - parts[:3]])


def match_case(index):
    size = [1, 90, 70] if index % 2 else [20, 60, 80]
    truths = [box(size, bool(index % 2)) for _ in range(int(rng.integers(0, 5)))]
    found = [near(t, size) for t in truths if rng.random() < 0.8] + [box(size, bool(index % 2)) for _ in range(int(rng.integers(0, 3)))]
    l1 = np.array([[np.abs(centre_size(f, size) - centre_size(t, size)).mean() for t in truths] for f in found]).reshape(len(found), len(truths))
    overlap = np.array([[giou(f, t) for t in truths] for f in found]).reshape(l1.shape)
    rows, columns = linear_sum_assignment(5 * l1 + 2 * (1 - overlap))
    return {
        "imageShape": size,
        "predictions": [f.tolist() for f in found],
        "truths": [t.tolist() for t in truths],
        "pairs": [[int(r), int(c), number(overlap[r, c]), number(l1[r, c])] for r, c in zip(rows, columns)],
    }


def union_case(index):
    grid, flat = (224, True) if index % 2 else (12, False)
    size = [1, 1, 1]
    boxes = [[box(size, flat).clip(0, 1) for _ in range(int(rng.integers(0, 4)))] for _ in range(2)]
    masks = []
    for some in boxes:
        mask = np.zeros((1 if flat else grid, grid, grid), bool)
        for each in some:
            d0, h0, w0, d1, h1, w1 = (each * grid).astype(int)
            mask[0 if flat else slice(d0, d1), h0:h1, w0:w1] = True
        masks.append(mask)
    shared, either = (masks[0] & masks[1]).sum(), (masks[0] | masks[1]).sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        values = [np.float64(shared) / n for n in (either, masks[0].sum(), masks[1].sum())]
    return {"grid": grid, "boxes": [[b.tolist() for b in some] for some in boxes], "values": [number(v) for v in values]}


# Detections


def scene(num_images, flat):
    size = [1, 200, 200] if flat else [40, 100, 100]
    truths, found = [], []
    for image in range(num_images):
        for label in ("a", "b", "c", "never found")[: int(rng.integers(0, 5))]:
            for _ in range(int(rng.integers(1, 5))):
                truth = box(size, flat)
                truths.append({"image": image, "label": label, "box": truth.tolist()})
                for _ in range(int(rng.choice([0, 1, 1, 1, 2]))):
                    if label != "never found":
                        found.append({"image": image, "label": label, "box": near(truth, size).tolist(), "score": float(rng.integers(0, 40)) / 40})
        for _ in range(int(rng.integers(0, 3))):
            label = str(rng.choice(["a", "b", "never there"]))
            found.append({"image": image, "label": label, "box": box(size, flat).tolist(), "score": float(rng.integers(0, 30)) / 40})
    return truths, found


def coco_case():
    truths, found = scene(40, True)
    labels = ["a", "b", "c", "never found", "never there"]
    xywh = lambda corners: [corners[2], corners[1], corners[5] - corners[2], corners[4] - corners[1]]
    area = lambda corners: (corners[5] - corners[2]) * (corners[4] - corners[1])
    images = [{"id": i + 1, "width": 200, "height": 200} for i in range(40)]
    entry = lambda i, t: {"id": i + 1, "image_id": t["image"] + 1, "category_id": labels.index(t["label"]) + 1, "bbox": xywh(t["box"]), "area": area(t["box"]), "iscrowd": 0}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = {"images": images, "categories": [{"id": i + 1, "name": n} for i, n in enumerate(labels)], "annotations": [entry(i, t) for i, t in enumerate(truths)]}
        coco.createIndex()
        results = coco.loadRes([{**entry(i, f), "score": f["score"]} for i, f in enumerate(found)])
        evaluation = COCOeval(coco, results, "bbox")
        evaluation.params.maxDets = [1, 2, 10]
        evaluation.params.areaRng = [[0, 1e10], [0, 40**2], [40**2, 80**2], [80**2, 1e10]]
        evaluation.evaluate()
        evaluation.accumulate()
    # [threshold, recall, class, area, detections] and [threshold, class, area, detections]; -1 where nothing is to be found.
    precision, recall = evaluation.eval["precision"], evaluation.eval["recall"]
    mean = lambda values: number(values[values > -1].mean()) if (values > -1).any() else "nan"
    table = lambda k, area: {
        "ap": mean(precision[:, :, k, area, 2]),
        "apByThreshold": [mean(precision[t, :, k, area, 2]) for t in range(10)],
        "arByMaxDetections": [mean(recall[:, k, area, m]) for m in range(3)],
    }
    every = slice(None)
    return {
        "truths": truths,
        "predictions": found,
        "overall": table(every, 0),
        "sizes": {name: table(every, i + 1) for i, name in enumerate(["small", "medium", "large"])},
        "perClass": {name: table(i, 0) for i, name in enumerate(labels)},
    }


def average_precision_3d():
    """COCO's rules for one class in 3D, written down once more."""
    truths, found = scene(25, False)
    truths, found = [[x for x in some if x["label"] == "a"] for some in (truths, found)]
    order = sorted(range(len(found)), key=lambda i: -found[i]["score"])
    result = {}
    for threshold in (0.1, 0.25, 0.5):
        taken, hits = set(), []
        for i in order:
            best = None
            for j, truth in enumerate(truths):
                if truth["image"] == found[i]["image"] and j not in taken:
                    value = iou(np.array(found[i]["box"]), np.array(truth["box"]))
                    if value >= threshold and (best is None or value >= best[0]):
                        best = (value, j)
            hits.append(best is not None)
            if best is not None:
                taken.add(best[1])
        precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        recall = np.cumsum(hits) / len(truths)
        steps = [float(precision[i:].max()) * (recall[i] - (recall[i - 1] if i else 0)) for i in range(len(hits))]
        points = [float(precision[recall >= r].max()) if (recall >= r).any() else 0.0 for r in np.linspace(0, 1, 101)]
        result[str(threshold)] = {"allPoint": number(sum(steps)), "points": number(np.mean(points))}
    return {"truths": truths, "predictions": found, "ap": result}


def hungarian_case():
    """Most pairs first, then the greatest sum of IoU, by scipy."""
    truths, found = scene(30, False)
    truths, found = [[x for x in some if x["label"] == "b"] for some in (truths, found)]
    pairs, total = 0, 0.0
    for image in range(30):
        rows = [np.array(f["box"]) for f in found if f["image"] == image]
        columns = [np.array(t["box"]) for t in truths if t["image"] == image]
        values = np.array([[iou(r, c) for c in columns] for r in rows]).reshape(len(rows), len(columns))
        gain = np.where(values >= 0.2, 1000 + values, 0)
        for r, c in zip(*linear_sum_assignment(gain, maximize=True)):
            if values[r, c] >= 0.2:
                pairs, total = pairs + 1, total + values[r, c]
    return {"truths": truths, "predictions": found, "truePositives": pairs, "iouSum": number(total)}


def froc_case():
    """Every score as threshold: found are the boxes that hold the centre of a prediction kept, false what no box holds."""
    truths, found = scene(20, False)
    holds = lambda t, f: t["image"] == f["image"] and all(t["box"][k] <= (f["box"][k] + f["box"][k + 3]) / 2 <= t["box"][k + 3] for k in range(3))
    curve = [(0.0, 0.0)]
    for threshold in sorted({f["score"] for f in found}, reverse=True):
        kept = [f for f in found if f["score"] >= threshold]
        hit = sum(any(holds(t, f) for f in kept) for t in truths)
        curve.append((sum(not any(holds(t, f) for t in truths) for f in kept) / 24, hit / len(truths)))
    rates = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8]
    line = np.interp(rates, [x for x, _ in curve], [y for _, y in curve])
    step = [max(y for x, y in curve if x <= rate) for rate in rates]
    return {"truths": truths, "predictions": found, "numImages": 24, "line": [number(v) for v in line], "step": [number(v) for v in step]}


def risk_case(index):
    """Mean over many random orders of cases of one confidence."""
    n = int(rng.integers(1, 25))
    confidence = rng.integers(0, (4, 1000)[index % 2], n).astype(float)
    loss = rng.random(n) if index % 3 else (rng.random(n) < 0.3).astype(float)
    areas = []
    for _ in range(4000 if index % 2 == 0 else 1):
        order = np.lexsort((rng.random(n), -confidence))
        areas.append(np.mean(np.cumsum(loss[order]) / np.arange(1, n + 1)))
    best = np.mean(np.cumsum(np.sort(loss)) / np.arange(1, n + 1))
    return {"confidence": confidence.tolist(), "loss": [number(v) for v in loss], "ties": len(set(confidence)) < n, "aurc": number(np.mean(areas)), "best": number(best)}


from importlib.metadata import version

result = {
    "by": f"numpy {np.__version__}, scipy {scipy.__version__}, scikit-image {skimage.__version__}, pycocotools {version('pycocotools')}, surface-distance@1f805ce",
    "masks": [mask_case(*pair) for pair in pairs()],
    "transforms": [transform_case(i) for i in range(24)],
    "elementAreas": [element_areas([1.0, 1.0, 1.0]), element_areas([2.5, 0.7, 1.3])],
    "contours": [contour_length(i) for i in range(10)],
    "matches": [match_case(i) for i in range(60)],
    "unions": [union_case(i) for i in range(60)],
    "coco": coco_case(),
    "averagePrecision3d": average_precision_3d(),
    "hungarian": hungarian_case(),
    "froc": froc_case(),
    "risks": [risk_case(i) for i in range(20)],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
