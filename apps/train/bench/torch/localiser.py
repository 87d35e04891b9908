"""The train step of the localiser alone."""
import steps
from vividmed import load, localiser, localiser_terms, make_localiser


def make(case, file):
    setup, params, (batch,) = load(file)
    group, model = setup["group"], make_localiser(setup["model"]["sam"])
    model.load_state_dict(params)
    of = lambda name: batch[f"group0.{name}"]

    def loss():
        masks, boxes, presence = model(
            of("image").movedim(-1, 1), batch["prompts"], of("imageIndex").long(), group["patchDepth"], {})
        masks = localiser.resize_logits(masks, group["padded"])
        target = {name: of(name) for name in ["targetBoxes", "matched", "boxWeight"]}
        return sum(localiser_terms(masks, boxes, presence, of, target).values())

    return steps.adam_step(loss, [p for name, p in model.named_parameters() if name not in setup["fixed"]])
