"""Goldens of the statistics: scipy's bootstrap on our own draws, and its exact permutation test.

    /usr/bin/python3 packages/metrics/test/oracle/statistics.py

Writes statistics.json beside itself. scipy draws its resamples through `rng_integers`; here it gets those of the
generator of @vividmed/core (sfc32), written again from its description, so that intervals must agree to rounding.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import scipy
from scipy import stats

MASK = 0xFFFFFFFF


def mix(label: str, start: int) -> int:
    h = (0x811C9DC5 ^ start) & MASK
    for character in label:
        h = ((h ^ ord(character)) * 0x01000193) & MASK
    h = ((h ^ (h >> 16)) * 0x45D9F3B) & MASK
    return h ^ (h >> 16)


def draws(seed: int):
    """Numbers in [0, 1) of sfc32."""
    a, b, c, counter = mix("a", seed), mix("b", seed), seed, 1
    step = 0
    while True:
        t = (a + b + counter) & MASK
        counter = (counter + 1) & MASK
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & MASK
        c = ((c << 21) | (c >> 11)) & MASK
        c = (c + t) & MASK
        step += 1
        if step > 12:
            yield t / 2**32


def intervals(values, statistic, seed, resamples):
    out = {}
    for method, name in (("percentile", "percentile"), ("BCa", "bca")):
        stream = draws(seed)

        def integers(_state, _low, high, shape):
            return np.array([math.floor(next(stream) * high) for _ in range(math.prod(shape))]).reshape(shape)

        module = sys.modules["scipy.stats._resampling" if "scipy.stats._resampling" in sys.modules else "scipy.stats._bootstrap"]
        module.rng_integers = integers
        result = stats.bootstrap(
            (np.array(values),), statistic, method=method, n_resamples=resamples, confidence_level=0.9,
            vectorized=False, random_state=np.random.RandomState(0),
        ).confidence_interval
        out[name] = [float(result.low), float(result.high)]
    return out


def main():
    rng = np.random.RandomState(4)
    bootstrap = []
    statistics = {"mean": np.mean, "median": np.median, "meanOfSquares": lambda v: np.mean(np.asarray(v) ** 2)}
    for case, (size, skew) in enumerate([(5, 0), (12, 1), (40, 2), (61, 0)]):
        values = [float(v) for v in np.round(np.exp(rng.randn(size)) if skew else rng.randn(size), 6)]
        for name, statistic in statistics.items():
            if name == "median" and size < 12:
                continue  # Few different values: BCa of scipy warns.
            bootstrap.append(
                {"values": values, "statistic": name, "seed": case + 1, "resamples": 199,
                 **intervals(values, statistic, case + 1, 199)}
            )
    permutation = []
    for size in (5, 8, 11):
        first, second = np.round(rng.rand(size), 3), np.round(rng.rand(size) + 0.2, 3)
        exact = stats.permutation_test(
            (first, second), lambda a, b: np.mean(a) - np.mean(b), permutation_type="samples", vectorized=False,
            n_resamples=np.inf, alternative="two-sided",
        )
        permutation.append(
            {"first": first.tolist(), "second": second.tolist(), "difference": float(exact.statistic),
             "pValue": float(exact.pvalue)}
        )
    at = [-9, -8, -5, -2.5, -1, -0.1, 0, 0.3, 1.96, 4, 7, 9]
    shares = [1e-12, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.9, 0.999999]
    golden = {
        "scipy": scipy.__version__,
        "bootstrap": bootstrap,
        "permutation": permutation,
        "cdf": [[x, float(stats.norm.cdf(x))] for x in at],
        "quantile": [[p, float(stats.norm.ppf(p))] for p in shares],
    }
    path = Path(__file__).with_name("statistics.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
