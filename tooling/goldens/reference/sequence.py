"""Token ids, positions, labels and weights of a conversation (original-implementation 1.2)."""


def build_sequence(question, answer, special, num_image_tokens, phrase_weight=5.0, before_close=False):
    """One conversation of one turn as token ids, positions, labels, weights and indices of prompting states.

    question: ids. answer: stretches (kind, ids), kind being text, phrase or negative. Follows original-implementation 1.2: the
    answer is first written with brackets of its own for negative phrases, which are then replaced.
    """
    written = []
    for kind, ids in answer:
        opens, closes = {"text": ([], []), "phrase": (["p"], ["/p"]), "negative": (["np"], ["/np"])}[kind]
        written += [special[name] for name in opens] + ids + [special[name] for name in closes]
    prompt = [special["usr"]] + question + [special["sys"]]
    text = prompt + written
    following = text[1:] + [special["eos"]]
    labels = [-100] * (len(prompt) - 1) + following[len(prompt) - 1:]
    for i, token in enumerate(following):
        if token == special["np"]:
            labels[i] = following[i + 1]
        elif token == special["/np"]:
            labels[i] = special["/p"]
    seen = [{special["np"]: special["p"], special["/np"]: special["/p"]}.get(token, token) for token in text]
    weights = [phrase_weight if after == special["p"] else 1.0 for after in seen[1:] + [None]]
    positions = [5]
    for before, token in zip(seen, seen[1:]):
        positions.append(positions[-1] + (before != special["p"] and token != special["/p"]))
    front = num_image_tokens + 4
    closes = [front + i for i, token in enumerate(seen) if token == special["/p"]]
    return {
        "ids": [special["bos"]] + [0] * (num_image_tokens + 2) + [special["grd"]] + seen,
        "positions": [0, 1] + [2] * num_image_tokens + [3, 4] + positions,
        "labels": [-100] * front + labels,
        "weights": [1.0] * front + weights,
        "phraseIndex": [i - before_close for i in closes],
    }
