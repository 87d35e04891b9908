"""Writes scores of random labels, ranks, graphs and vectors by scikit-learn, scipy and plain Python.

    /usr/bin/python3 clinical.py > clinical.json      # Debian: python3-sklearn, python3-scipy

Everything random comes from one seed. Labels are written as digits, a case a word;
graphs as lists of entities. A value that has no denominator is null.
"""

import json
import math
import sys
import warnings

import numpy as np
import scipy
import sklearn
from scipy.spatial.distance import cosine
from sklearn import metrics
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20250)
AVERAGES = ["macro", "micro", "weighted", "samples"]


def clean(value):
    """Floats of JSON: no numpy, null for NaN."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [clean(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def words(matrix):
    return " ".join("".join(str(int(x)) for x in row) for row in matrix)


def ratio(above, below):
    return above / below if below else math.nan


def without_nan(values):
    kept = [value for value in values if not math.isnan(value)]
    return sum(kept) / len(kept) if kept else math.nan


def f1_of(predicted, truth):
    """Precision, recall and F1 of two columns, NaN where nothing is counted."""
    both = sum(1 for p, t in zip(predicted, truth) if p and t)
    precision, recall = ratio(both, sum(predicted)), ratio(both, sum(truth))
    return precision, recall, ratio(2 * both, sum(predicted) + sum(truth))


def classification():
    for i in range(200):
        cases, labels = int(rng.integers(1, 13)), int(rng.integers(2, 7))
        density = rng.choice([0.05, 0.3, 0.5, 0.9], size=labels)
        truth = (rng.random((cases, labels)) < density).astype(int)
        predicted = np.where(rng.random((cases, labels)) < 0.6, truth, (rng.random((cases, labels)) < density)).astype(int)
        zero = {
            average: metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)[:3]
            for average in AVERAGES
        }
        by_label = metrics.precision_recall_fscore_support(truth, predicted, average=None, zero_division=0)
        confusion = metrics.multilabel_confusion_matrix(truth, predicted)
        columns = [f1_of(list(p), list(t)) for p, t in zip(predicted.T, truth.T)]
        rows = [f1_of(list(p), list(t)) for p, t in zip(predicted, truth)]
        yield {
            "predicted": words(predicted),
            "truth": words(truth),
            "zero": {average: clean(values) for average, values in zero.items()},
            "labels": [clean(values) for values in zip(*by_label[:3])],
            "support": clean(by_label[3]),
            "skip": {
                "macro": clean([without_nan(values) for values in zip(*columns)]),
                "samples": clean([without_nan(values) for values in zip(*rows)]),
            },
            "falseNegativeRate": clean([ratio(c[1, 0], c[1, 0] + c[1, 1]) for c in confusion]),
            "falseOmissionRate": clean([ratio(c[1, 0], c[1, 0] + c[0, 0]) for c in confusion]),
        }


def ranks():
    for i in range(200):
        cases = int(rng.integers(2, 30))
        scores = rng.integers(0, rng.choice([3, 10, 1000]), size=cases)
        truth = rng.random(cases) < rng.choice([0.1, 0.5, 0.9])
        yield {
            "scores": clean(list(scores)),
            "truth": words([truth]),
            "auroc": clean(metrics.roc_auc_score(truth, scores)) if 0 < truth.sum() < cases else None,
            "averagePrecision": clean(metrics.average_precision_score(truth, scores)) if truth.any() else None,
        }


def agreement():
    for i in range(200):
        cases, classes = int(rng.integers(1, 25)), int(rng.integers(1, 6))
        truth = rng.integers(0, classes, size=cases)
        predicted = np.where(rng.random(cases) < 0.5, truth, rng.integers(0, classes, size=cases))
        yield {
            "predicted": words([predicted]),
            "truth": words([truth]),
            "balancedAccuracy": clean(metrics.balanced_accuracy_score(truth, predicted)),
            "matthewsCorrelation": clean(metrics.matthews_corrcoef(truth, predicted)),
            "cohenKappa": clean(metrics.cohen_kappa_score(truth, predicted)),
        }


WORDS = ["effusion", "Effusion", "lung", "left", "small", "EDEMA", "edema", "opacity"]
LABELS = ["ANAT-DP", "OBS-DP", "OBS-DA", "OBS-U"]
RELATIONS = ["located_at", "modify", "suggestive_of"]


def graph():
    size = int(rng.integers(0, 6))
    entities = {}
    for i in range(size):
        relations = [
            [str(rng.choice(RELATIONS)), str(int(rng.integers(1, size + 1)))] for _ in range(int(rng.choice([0, 0, 1, 2])))
        ]
        entities[str(i + 1)] = {
            "tokens": str(rng.choice(WORDS)),
            "label": str(rng.choice(LABELS, p=[0.3, 0.5, 0.1, 0.1])),
            "start_ix": i,
            "end_ix": i,
            "relations": relations,
        }
    return {"entities": entities}


def listed(source):
    """A graph as a list of entities: words, label, relations; keys are their places from 1."""
    return [[e["tokens"], e["label"], e["relations"]] for e in source["entities"].values()]


def overlap(a, b):
    """F1 of two lists as sets, from precision and recall."""
    a, b = sorted(set(a)), sorted(set(b))
    hits = sum(1 for item in a if item in b)
    precision, recall = (hits / len(a) if a else 0), (hits / len(b) if b else 0)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def reward(a, b, level, case):
    """case: which words are lower-cased, none, relations or all."""
    lists = []
    for side in (a, b):
        items = []
        for entity in side["entities"].values():
            word = entity["tokens"].lower() if case == "all" else entity["tokens"]
            if level == "simple" or not entity["relations"]:
                items.append(repr((word, entity["label"])))
            elif level == "partial":
                items.append(repr((word, entity["label"], True)))
            else:
                for kind, target in entity["relations"]:
                    ends = [entity["tokens"], side["entities"][target]["tokens"]]
                    if case != "none":
                        ends = [end.lower() for end in ends]
                    items.append(repr((ends[0], entity["label"], kind, ends[1])))
        lists.append(items)
    return overlap(*lists)


def combined(a, b):
    entities = [[repr((e["tokens"], e["label"])) for e in side["entities"].values()] for side in (a, b)]
    relations = [
        [
            repr((e["tokens"], e["label"], side["entities"][to]["tokens"], side["entities"][to]["label"], kind))
            for e in side["entities"].values()
            for kind, to in e["relations"]
        ]
        for side in (a, b)
    ]
    return (overlap(*entities) + overlap(*relations)) / 2


def altered(source):
    """A copy with some words and relations changed, so that pairs have something in common."""
    copy = json.loads(json.dumps(source))
    for entity in copy["entities"].values():
        if rng.random() < 0.25:
            entity["tokens"] = str(rng.choice(WORDS))
        if rng.random() < 0.2:
            entity["relations"] = []
    return copy


def graphs():
    for i in range(200):
        a = graph()
        b = graph() if rng.random() < 0.3 else altered(a)
        yield {
            "predicted": listed(a),
            "truth": listed(b),
            **{
                name: [reward(a, b, level, case) for level in ("simple", "partial", "complete")]
                for name, case in (("head", "all"), ("0.1.18", "relations"), ("mmmm", "none"))
            },
            "combined": combined(a, b),
        }


RADCLIQ = {
    "v0": {
        "mean": [0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605],
        "scale": [0.3018344440559102, 0.22466950746141123, 0.24750333805236252, 0.30336670936092264],
        "coefficients": [-0.4796252644863446, -0.6762170542369337, -0.46366575161751994, 0.2165861905287535],
        "intercept": 1.641666666666666,
    },
    "v1": {
        "mean": [0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174],
        "scale": [0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838],
        "coefficients": [-0.37708368261038905, -0.37030009974480316, -0.25261621789593225, 4.315048405024756e-12],
        "intercept": 2.466552561323256e-10,
    },
}


def radcliq():
    models = {}
    for version, numbers in RADCLIQ.items():
        scaler, regression = StandardScaler(), LinearRegression()
        scaler.mean_, scaler.scale_ = np.array(numbers["mean"]), np.array(numbers["scale"])
        regression.coef_, regression.intercept_ = np.array(numbers["coefficients"]), numbers["intercept"]
        models[version] = lambda x, s=scaler, r=regression: float(r.predict(s.transform(np.array([x])))[0])
    for i in range(200):
        features = [float(x) for x in rng.random(4)]
        yield {"features": features, **{version: predict(features) for version, predict in models.items()}}


def cosines():
    for i in range(20):
        a, b = rng.normal(size=(2, 8))
        yield {"a": clean(list(a)), "b": clean(list(b)), "cosine": float(1 - cosine(a, b))}


json.dump(
    {
        "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "classification": list(classification()),
        "ranks": list(ranks()),
        "agreement": list(agreement()),
        "graphs": list(graphs()),
        "radcliq": list(radcliq()),
        "cosines": list(cosines()),
    },
    sys.stdout,
)
