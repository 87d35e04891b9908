"""Steps of the benchmark: the loss alone, or with gradients and AdamW. Settings are those of adam.ts."""
import torch


def forward_only(loss):
    def run():
        with torch.inference_mode():
            return loss().item()

    return run


def adam_step(loss, params):
    optimiser = torch.optim.AdamW(params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)

    def run():
        optimiser.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimiser.step()
        return value.item()

    return run
