"""Goldens of @vividmed/nn: layers and optimisation against torch.nn and torch.optim, in double precision."""
import math
import os
from collections import OrderedDict

import torch
from torch import nn

from common import ROOT, golden_tensors, list_file, randomise, save_golden
from reference.layers import GatedMlp, RmsNorm

SEED = 20240817


def random(shape, seed, std=1.0):
    """Values that single precision holds exactly, in double precision."""
    return (torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * std).double()


def save(name, tensors):
    save_golden("nn", name, {key: value.float() if value.is_floating_point() else value for key, value in tensors.items()},
                "gen_nn.py", SEED)


def layer_golden(name, module, run, inputs):
    """Output of a layer and its gradients, in double precision; `run` is given the module and the inputs."""
    module = module.double()
    randomise(module, SEED)
    for value in inputs.values():
        value.requires_grad_()
    save(name, golden_tensors(module, inputs, {"y": run(module, **inputs)}, {}, SEED))


class Adapted(nn.Module):
    """A linear map with a low-rank adapter: W x + b + scale * B A x (Hu et al. 2022)."""

    def __init__(self, in_dim, out_dim, rank):
        super().__init__()
        self.base = nn.Linear(in_dim, out_dim)
        self.lora_A = nn.Linear(in_dim, rank, bias=False)
        self.lora_B = nn.Linear(rank, out_dim, bias=False)

    def forward(self, x):
        return self.base(x) + 0.75 * self.lora_B(self.lora_A(x))


def layers():
    x = (2, 5, 7)
    layer_golden("linear", nn.Linear(7, 6), lambda m, x: m(x), {"x": random(x, 1)})
    layer_golden("linear-lora", Adapted(7, 6, 2), lambda m, x: m(x), {"x": random(x, 2)})
    layer_golden("layer-norm", nn.LayerNorm(7, eps=1e-6), lambda m, x: m(x), {"x": random(x, 3, 3.0)})
    layer_golden("rms-norm", RmsNorm(7, eps=1e-5), lambda m, x: m(x), {"x": random(x, 4, 3.0)})
    layer_golden("gelu", nn.GELU(), lambda m, x: m(x), {"x": random(x, 5, 3.0)})
    layer_golden("gated-mlp", GatedMlp(7, 9), lambda m, x: m(x), {"x": random(x, 6)})
    # torch's own multi-head attention, of 5 queries and 6 keys; the bias hides keys and shifts scores.
    heads = nn.MultiheadAttention(8, 2, batch_first=True)
    bias = torch.where(torch.rand(5, 6, generator=torch.Generator().manual_seed(7)) < 0.3, -1e9, 0.5)
    bias[:, 0] = 0
    layer_golden("attention", heads, lambda m, q, k, v, bias: m(q, k, v, attn_mask=bias)[0],
                 {"q": random((2, 5, 8), 8), "k": random((2, 6, 8), 9), "v": random((2, 6, 8), 10), "bias": bias.double()})


def adamw():
    """Six updates of torch.optim.AdamW at changing rates: a matrix with decay, a vector without."""
    params = {"matrix": nn.Parameter(random((4, 3), 20)), "vector": nn.Parameter(random((5,), 21))}
    tensors = {f"params.{name}": p.clone() for name, p in params.items()}
    optimiser = torch.optim.AdamW([
        {"params": [params["matrix"]], "weight_decay": 0.05},
        {"params": [params["vector"]], "weight_decay": 0.0},
    ], lr=1.0, betas=(0.9, 0.999), eps=1e-8)
    rates = [1e-3, 5e-3, 1e-2, 1e-2, 2e-3, 1e-4]
    for step, rate in enumerate(rates):
        for group in optimiser.param_groups:
            group["lr"] = rate
        for i, (name, p) in enumerate(params.items()):
            # Of very different sizes, so that the epsilon and the bias corrections matter.
            p.grad = random(p.shape, 30 + 2 * step + i, 10.0 ** (step - 4))
            tensors[f"input.grad.{step}.{name}"] = p.grad.clone()
        optimiser.step()
        for name, p in params.items():
            tensors[f"output.{step}.{name}"] = p.detach().clone()
    tensors["input.rates"] = torch.tensor(rates).double()
    save("adamw", tensors)


def clip():
    tensors = {}
    for name, std in {"large": 3.0, "small": 0.01}.items():
        params = [nn.Parameter(torch.zeros(shape).double()) for shape in [(3, 4), (5,)]]
        for i, p in enumerate(params):
            p.grad = random(p.shape, 50 + i, std)
            tensors[f"input.{name}.{i}"] = p.grad.clone()
        tensors[f"output.{name}.norm"] = torch.nn.utils.clip_grad_norm_(params, 1.0)
        tensors |= {f"output.{name}.{i}": p.grad for i, p in enumerate(params)}
    save("clip", tensors)


def schedule():
    """Rates of each update by torch's schedulers: warm-up to the peak at update 7, a cosine to 0 at update 40."""
    warmup, total, peak = 7, 40, 5e-5
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=peak)
    rising = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda epoch: (epoch + 1) / warmup)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, total - warmup)
    both = torch.optim.lr_scheduler.SequentialLR(optimiser, [rising, falling], [warmup - 1])
    rates = []
    for _ in range(total):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        both.step()
    assert math.isclose(rates[warmup - 1], peak)
    save("schedule", {"output.rates": torch.tensor(rates).double()})


class Unknown:
    """Something that a reader does not know, and must not run."""

    def __init__(self):
        self.note = "beside the tensors"


def torch_files():
    """Files of torch.save, as it writes them since 1.6 and as it did before, and their tensors in single precision."""
    base = random((4, 6), 60)
    values = {
        "single": base.float(), "double": base, "half": base.half(), "brain": base.bfloat16(),
        "long": torch.arange(-3, 5), "int": torch.arange(5).int(), "short": torch.arange(5).short(),
        "char": torch.arange(-2, 3).char(), "byte": torch.arange(250, 255).byte(), "bool": torch.tensor([True, False, True]),
        "turned": base.float().t(), "part": base.float()[1:3, ::2], "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
        "parameter": nn.Parameter(base.float()),
    }
    state = OrderedDict(values)
    state._metadata = {"": {"version": 1}}
    shared = base.float()
    whole = {"epoch": 3, "best": 0.5, "name": "état", "big": 2**70, "negative": -(2**40), "none": None, "flag": True,
             "unknown": Unknown(), "model": {"state": state}, "list": [shared[0], (shared[1],)], "same": shared}
    names = {**{f"model.state.{name}": value for name, value in values.items()}, "list.0": shared[0], "list.1.0": shared[1],
             "same": shared}
    save("torch-state", {f"output.{name}": value.detach().float() for name, value in names.items()})
    for name, archive in [("torch-state.pt", True), ("torch-state-legacy.pt", False)]:
        folder = os.path.join(ROOT, "packages", "nn", "test", "golden")
        torch.save(whole, os.path.join(folder, name), _use_new_zipfile_serialization=archive)
        list_file(folder, name, "gen_nn.py", SEED)


def main():
    layers()
    torch_files()
    adamw()
    clip()
    schedule()


if __name__ == "__main__":
    main()
