"""Single operations, the same as in kernels.ts, in PyTorch's own layout (channels first)."""
import torch
import torch.nn.functional as F


def random(*shape):
    return torch.randn(shape)


def matmul(s):
    a, b = random(s["n"], s["n"]), random(s["n"], s["n"])
    return lambda: a @ b


def attention_scores(s):
    q, k = (random(s["heads"], s["tokens"], s["dim"]) for _ in range(2))
    return lambda: q @ k.transpose(-1, -2)


def conv(s, dims):
    x = random(1, s["channels"], *[s["n"]] * dims)
    weight = random(s["channels"], s["channels"], *[3] * dims)
    function = F.conv2d if dims == 2 else F.conv3d
    return lambda: function(x, weight, padding=1)


def rows(s, function):
    x = random(s["rows"], s["n"])
    return lambda: function(x)


def layer_norm(s):
    x, weight, bias = random(s["rows"], s["n"]), random(s["n"]), random(s["n"])
    return lambda: F.layer_norm(x, (s["n"],), weight, bias)


def add(s):
    a, b = random(s["n"]), random(s["n"])
    return lambda: a + b


KERNELS = {
    "matmul": matmul,
    "attentionScores": attention_scores,
    "conv2d": lambda s: conv(s, 2),
    "conv3d": lambda s: conv(s, 3),
    "softmax": lambda s: rows(s, lambda x: x.softmax(-1)),
    "layerNorm": layer_norm,
    "gelu": lambda s: rows(s, F.gelu),
    "add": add,
}


def make(case, file):
    compute = KERNELS[case["sizes"]["op"]](case["sizes"])

    def run():
        with torch.inference_mode():
            compute()

    return run
