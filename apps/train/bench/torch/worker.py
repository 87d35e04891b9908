"""PyTorch as an engine of the benchmark: answers each JSON line on standard input with one on standard output.

The only argument is the number of threads. The protocol and the warm-up are those of tfjs.ts and work.ts.
"""
import importlib
import json
import math
import os
import sys
import time

import torch

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SAMPLE_MS = 50
WARM_UPS = 3
WARM_UP_MS = 3000

run, repeats = None, 1


def timed():
    start = time.perf_counter()
    value = run()
    return (time.perf_counter() - start) * 1000, value


def prepare(case, file):
    global run, repeats
    run = None
    run = importlib.import_module({"kernel": "kernels"}.get(case["kind"], case["kind"])).make(case, file)
    first, value = timed()
    ms, _ = timed()
    spent = first + ms
    for _ in range(WARM_UPS - 2):
        if spent >= WARM_UP_MS:
            break
        ms, _ = timed()
        spent += ms
    repeats = max(1, math.ceil(SAMPLE_MS / ms))
    return {"ms": ms} if value is None else {"ms": ms, "value": value}


def sample():
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return {"ms": (time.perf_counter() - start) * 1000 / repeats}


def blas():
    """The library that computes products: by far the most of the time, and several may be installed."""
    with open("/proc/self/maps") as file:
        loaded = file.read()
    for name in ["mkl", "openblas", "blis", "atlas"]:
        if name in loaded:
            return name
    return "reference"


def answer(request):
    if request["op"] == "start":
        torch.set_num_threads(int(sys.argv[1]))
        return {"torch": torch.__version__, "blas": blas(), "threads": str(torch.get_num_threads())}
    if request["op"] == "finish":
        return {}
    return prepare(request["case"], request["file"]) if request["op"] == "prepare" else sample()


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:  # Whatever goes wrong is the answer.
        reply = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(reply), flush=True)
