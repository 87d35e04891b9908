"""The project's own tokenizers, by the rules of the papers and with nothing but Python: slow and plain."""
import unicodedata


def basic_tokens(text, lower=True):
    """BERT's basic tokenization (Devlin et al. 2019): words and single punctuation marks."""
    cleaned = ""
    for char in text:
        category = unicodedata.category(char)
        if char in "\t\n\r" or category == "Zs":
            cleaned += " "
        elif ord(char) in (0, 0xFFFD) or category in ("Cc", "Cf", "Cs", "Co"):
            continue
        elif is_ideograph(ord(char)):
            cleaned += f" {char} "
        else:
            cleaned += char
    if lower:
        cleaned = "".join(c for c in unicodedata.normalize("NFD", cleaned.lower()) if unicodedata.category(c) != "Mn")
    tokens = []
    for word in cleaned.split():
        token = ""
        for char in word:
            if is_punctuation(char):
                tokens += [token, char] if token else [char]
                token = ""
            else:
                token += char
        if token:
            tokens.append(token)
    return tokens


def is_ideograph(code):
    return any(low <= code <= high for low, high in [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF)])


def is_punctuation(char):
    code = ord(char)
    ascii_mark = 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return ascii_mark or unicodedata.category(char).startswith("P")


def word_pieces(text, vocab, lower=True):
    """Ids by the longest match from the left; a word that cannot be cut, or is longer than 100 signs, is [UNK]."""
    ids = []
    for word in basic_tokens(text, lower):
        pieces, start = [], 0
        while start < len(word) and len(word) <= 100:
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in vocab:
                    pieces.append(vocab[piece])
                    start = end
                    break
            else:
                break
        ids += pieces if start == len(word) else [vocab["[UNK]"]]
    return ids


def byte_letters():
    """A printable letter for each byte (Radford et al. 2019): itself where it has one, else one from 256 on."""
    shown = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    letters = {byte: chr(byte) for byte in shown}
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + len(letters) - len(shown))
    return letters


LETTERS = byte_letters()
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]


def kind(char):
    category = unicodedata.category(char)[0]
    if category in "LN":
        return category
    return " " if char.isspace() and char not in "\x1c\x1d\x1e\x1f\x85" else "?"


def runs(text):
    """Contractions, runs of letters, of numbers, of other signs, each with the space before it; then runs of spaces."""
    found, at = [], 0
    while at < len(text):
        start = at
        contraction = next((c for c in CONTRACTIONS if text.startswith(c, at)), None)
        if contraction:
            at += len(contraction)
        else:
            first = at + 1 if text[at] == " " and at + 1 < len(text) and kind(text[at + 1]) != " " else at
            at = first
            while at < len(text) and kind(text[at]) == kind(text[first]):
                at += 1
            # Of several spaces before a word, the last one is left to the word.
            if kind(text[first]) == " " and at < len(text) and at - first > 1:
                at -= 1
        found.append(text[start:at])
    return found


def byte_pairs(text, vocab, merges, prefix_space):
    """Ids of byte-level BPE: in each run, the pair of the lowest rank is joined again and again."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    if prefix_space and text and not text.startswith(" "):
        text = " " + text
    ids = []
    for run in runs(text):
        parts = [LETTERS[byte] for byte in run.encode()]
        while True:
            pairs = [(ranks[pair], i) for i, pair in enumerate(zip(parts, parts[1:])) if pair in ranks]
            if not pairs:
                break
            i = min(pairs)[1]
            parts[i:i + 2] = [parts[i] + parts[i + 1]]
        ids += [vocab[part] for part in parts]
    return ids


def learn_merges(texts, count):
    """Merges of a small vocabulary: the commonest pair, the first in order among equals, `count` times."""
    words = [[LETTERS[byte] for byte in run.encode()] for text in texts for run in runs(" " + text)]
    merges = []
    for _ in range(count):
        pairs = {}
        for word in words:
            for pair in zip(word, word[1:]):
                pairs[pair] = pairs.get(pair, 0) + 1
        best = max(sorted(pairs), key=lambda pair: pairs[pair])
        merges.append(best)
        for word in words:
            i = 0
            while i < len(word) - 1:
                if (word[i], word[i + 1]) == best:
                    word[i:i + 2] = ["".join(best)]
                i += 1
    return merges
