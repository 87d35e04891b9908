"""Text metrics of generated reports, for test/text.test.ts: NLTK for BLEU, METEOR, Porter stems, words and sentences; formulas
of the definitions, written here, for the rest. Writes text.json beside itself.

Debian: python3-nltk (3.8) and wordnet-base (3.0). From anywhere, then `pnpm format`:
    /usr/bin/python3 packages/metrics/test/oracle/text.py
"""

import hashlib
import json
import math
import os
import random
import re
import string
import tempfile
from collections import Counter

import nltk
import numpy as np
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from nltk.stem.porter import PorterStemmer
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer
from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu, sentence_bleu
from nltk.translate.meteor_score import meteor_score

WORDNET = "/usr/share/wordnet"
rng = random.Random(20)

# Texts: findings of the chest in our own words, with what trips tokenizers.
SUBJECTS = "the heart;cardiac silhouette;mediastinal contour;the left lung;the right upper lobe;both lung bases;aorta;the trachea;" \
    "pleural space;osseous structures;the liver;an endotracheal tube;the car;a fluid collection".split(";")
VERBS = "is;appears;remains;was noted to be;has become;shows;are".split(";")
STATES = "normal;enlarged;mildly enlarged;unchanged since 3.5.2019;clear;well-aerated;stable, as before;5-mm larger;within normal limits;" \
    "calcified;12.5 mm thick;poorly defined (see above);suspicious for pneumonia;liquid;an auto".split(";")
EXTRAS = "No pleural effusion or pneumothorax is seen.;There's no acute process.;Dr. Meier was informed at 4 p.m. by phone.;" \
    "Compare with CT, e.g. of the chest.;The patient's left-sided PICC line can't be seen!;Is there oedema?;" \
    "Impression: 1. No change. 2. Small nodule.;T2-weighted signal ... increased;Findings: \"ground-glass\" opacity;" \
    "Volume 1,000 ml & rising; 40% of baseline;No no no effusion.;Grade B. The rest is fine.;Size <5 mm / [unclear]".split(";")
UNICODE = ["Pleuraerguß links, Größe 3 cm.", "œdème pulmonaire – stable", "肺 は 正常", "température ≥ 38°C “fever”", "x\u00a0ray\u2003clear\x85ok", "\ufeffno change"]


def sentence():
    text = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(STATES)}"
    return (text[0].upper() + text[1:] if rng.random() < 0.7 else text) + rng.choice([".", ".", ".", " .", ""])


def report():
    parts = [rng.choice(EXTRAS) if rng.random() < 0.3 else sentence() for _ in range(rng.randint(1, 5))]
    return rng.choice([" ", " ", "\n"]).join(parts)


def altered(text):
    words = text.split(" ")
    for _ in range(rng.randint(0, max(1, len(words) // 3))):
        at = rng.randrange(len(words))
        change = rng.random()
        if change < 0.3:
            words.pop(at)
        elif change < 0.6:
            words[at] = rng.choice(["no", "mild", "effusions", "enlarging", "lungs", "liquid", "autos", "shown"])
        elif change < 0.8:
            other = rng.randrange(len(words))
            words[at], words[other] = words[other], words[at]
        else:
            words.insert(at, words[at])
        if not words:
            return ""
    return " ".join(words)


def make_pairs():
    pairs = []
    for i in range(196):
        truth = report()
        references = [truth] + [altered(truth) for _ in range(rng.choice([0, 0, 0, 1, 2]))]
        pairs.append((altered(truth) if rng.random() < 0.8 else report(), references))
    words = "the heart is normal"
    pairs += [("", ["no effusion"]), ("no effusion", [""]), ("", [""]), ("   ", ["..."]), (".", ["."])]
    pairs += [(words, [words]), ("the the the the the", [words]), (words, [words, "the heart"]), ("normal", [words, "heart"])]
    pairs += [(text, [altered(text)]) for text in UNICODE]
    pairs += [("a " * 60, ["a " * 30]), ("Normal.", ["normal"])]
    return pairs


# NLTK's words, by the rules of Punkt with the words that the package knows.
MODEL = {
    "abbreviations": "approx cf dr e.g etc fig i.e jr mr mrs ms prof resp sr st vs a.m p.m".split(),
    "commonWords": ("a after again all also an and are as at be both but by clear comparison compared for from has have heart however "
                    "if impression in interval is it left lung lungs mild mildly moderate new no normal not of on or otherwise "
                    "patient please pleural right severe small stable suggest that the there these this to unchanged was when with "
                    "within").split(),
}
parameters = PunktParameters()
parameters.abbrev_types.update(MODEL["abbreviations"])
for word in MODEL["commonWords"]:
    parameters.add_ortho_context(word, 1 << 5)  # seen small in the middle of a sentence
punkt = PunktSentenceTokenizer(parameters)
treebank = NLTKWordTokenizer()


def words_of(text):
    return [word for part in punkt.tokenize(text) for word in treebank.tokenize(part)]


# Definitions of others, from their formulas.
def tokens_13a(text):
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, mark in [("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")]:
        text = text.replace(entity, mark)
    text = f" {text} "
    for pattern, by in [(r"([!-&(-+/:-@[-`{-~])", r" \1 "), (r"([^0-9])([.,])", r"\1 \2 "), (r"([.,])([^0-9])", r" \1 \2"), (r"([0-9])-", r"\1 - ")]:
        text = re.sub(pattern, by, text)
    return text.split()


def grams(tokens, order):
    return Counter(zip(*(tokens[i:] for i in range(order))))


def bleu_counts(tokens, references):
    matched, possible = [], []
    for order in range(1, 5):
        own, best = grams(tokens, order), Counter()
        for reference in references:
            best |= grams(reference, order)
        matched.append(sum((own & best).values()))
        possible.append(max(0, len(tokens) - order + 1))
    return matched, possible


def nmt(matched, possible, length, reference_length):
    scores = []
    for order in range(1, 5):
        precisions = [m / p if p else 0 for m, p in zip(matched[:order], possible[:order])]
        if min(precisions) == 0:
            scores.append(0)
            continue
        mean = math.exp(sum(map(math.log, precisions)) / order)
        scores.append(mean * (1 if length > reference_length else math.exp(1 - reference_length / length)))
    return scores


def coco(matched, possible, length, reference_length):
    scores, product = [], 1.0
    for order in range(4):
        product *= (matched[order] + 1e-15) / (possible[order] + 1e-9)
        scores.append(product ** (1 / (order + 1)))
    ratio = (length + 1e-15) / (reference_length + 1e-9)
    return [s * math.exp(1 - 1 / ratio) for s in scores] if ratio < 1 else scores


def rouge_tokens(text, stemmer):
    tokens = [t for t in re.split(r"\s+", re.sub(r"[^a-z0-9]+", " ", text.lower())) if t]
    return [stemmer.stem(t) if len(t) > 3 else t for t in tokens] if stemmer else tokens


def lcs_table(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table


def lcs(a, b):
    return lcs_table(a, b)[-1][-1]


def lcs_places(a, b):
    table, i, j, places = lcs_table(a, b), len(a), len(b), set()
    while i and j:
        if a[i - 1] == b[j - 1]:
            i, j = i - 1, j - 1
            places.add(i)
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return places


def prf(shared, size, reference_size):
    p, r = shared / max(size, 1), shared / max(reference_size, 1)
    return [p, r, 2 * p * r / (p + r) if p + r else 0.0]


def rouge(text, reference, stemmer):
    a, b = rouge_tokens(text, stemmer), rouge_tokens(reference, stemmer)
    scores = [prf(sum((grams(a, n) & grams(b, n)).values()), max(0, len(a) - n + 1), max(0, len(b) - n + 1)) for n in (1, 2)]
    scores.append(prf(lcs(a, b), len(a), len(b)))
    lines = [[rouge_tokens(line, stemmer) for line in x.split("\n") if line] for x in (text, reference)]
    left = [Counter(t for line in x for t in line) for x in lines]
    sizes, shared = [sum(c.values()) for c in left], 0
    for line in lines[1]:
        for place in sorted(set().union(*(lcs_places(line, other) for other in lines[0]))):
            if all(c[line[place]] > 0 for c in left):
                shared += 1
                for c in left:
                    c[line[place]] -= 1
    return scores + [prf(shared, *sizes)]


def coco_rouge(a, references):
    if not a:
        return 0.0
    p, r = max(lcs(a, b) / len(a) for b in references), max(lcs(a, b) / max(1, len(b)) for b in references)
    return (1 + 1.2 ** 2) * p * r / (r + 1.2 ** 2 * p) if p and r else 0.0


def cider(candidates, references, clipped):
    documents = Counter()
    for refs in references:
        documents.update({g for r in refs for n in range(1, 5) for g in grams(r, n)})
    log_n = math.log(len(references))

    def vector(tokens):
        return [{g: c * (log_n - math.log(max(1, documents[g]))) for g, c in grams(tokens, n).items()} for n in range(1, 5)]

    scores = []
    for tokens, refs in zip(candidates, references):
        own, total = vector(tokens), 0
        for reference in refs:
            value = 0
            for a, b in zip(own, vector(reference)):
                norm = math.sqrt(sum(x * x for x in a.values())) * math.sqrt(sum(x * x for x in b.values()))
                dot = sum((min(x, b.get(g, 0)) if clipped else x) * b.get(g, 0) for g, x in a.items())
                value += dot / norm if norm else 0
            if clipped:
                value *= math.exp(-((max(0, len(tokens) - 1) - max(0, len(reference) - 1)) ** 2) / 72)
            total += value / 4
        scores.append(10 * total / len(refs))
    return scores


def squad(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def token_f1(text, reference):
    a, b = squad(text).split(), squad(reference).split()
    if not a or not b:
        return float(a == b)
    return prf(sum((Counter(a) & Counter(b)).values()), len(a), len(b))[2]


# BERTScore of made-up embeddings.
WIDTH, START, END = 8, 0, 2


def embed(ids):
    return np.array([[math.sin(1.3 * i + 0.7 * c + (i * c) % 7) for c in range(WIDTH)] for i in ids], np.float32).astype(float)


def bert_score(candidate, reference, weight):
    a, b = embed(candidate), embed(reference)
    a, b = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    similar = a @ b.T
    wa, wb = np.array([weight(i) for i in candidate]), np.array([weight(i) for i in reference])
    p, r = (similar.max(1) * wa).sum() / wa.sum(), (similar.max(0) * wb).sum() / wb.sum()
    return [p, r, 2 * p * r / (p + r)]


def bert_cases():
    texts = [[START] + [rng.randint(3, 40) for _ in range(rng.randint(1, 12))] + [END] for _ in range(24)]
    pairs = list(zip(texts[:12], texts[12:]))
    n, seen = 12, Counter(i for _, reference in pairs for i in set(reference))
    special = (START, END)
    return [
        {
            "candidate": a,
            "reference": b,
            "plain": round_all(bert_score(a, b, lambda i: 0 if i in special else 1)),
            "idf": round_all(bert_score(a, b, lambda i: math.log((n + 1) / (seen[i] + 1)))),
        }
        for a, b in pairs
    ]


def round_all(value):
    if isinstance(value, list):
        return [round_all(x) for x in value]
    return float(f"{value:.12g}")


STEMS = "abl abstract accept accumul adapt adjust agre allow appar archaeolog argu aspir atel bas bl calcif card centr clar cl comm consolid " \
    "contro crepit degener dens dilat disagre effus elev enlarg fal feed fli flow gener geolog hap hop ill indic inject iz lay liqu log " \
    "mat mill minim nodul normal oper oss oti pan perf pl pleur pneumon poss qual rat relat resolv sens siz sky soft str suc sy " \
    "theolog thick tr troubl und us ventil vol vy wid wy x y yy z".split()
SUFFIXES = ["", *("s es ies ied eed ed ing ings y ly al ally ational tional ization isation izer ation ations ator ative alism iveness fulness "
    "ousness aliti ality iviti ivity biliti bility bli ably alli fulli fully entli ently eli ousli ously logi logy enci ency anci ancy icate "
    "alize iciti icity ical ful ness ance ence er ic able ible ant ement ment ent ion sion tion ou ism ate iti ous ive ize e ee ll lle tt tted "
    "tting sses ss zz zzing eing oed").split()]


def open_wordnet():
    """Debian leaves out the names of the lexicographer files, which NLTK reads and nothing here uses."""
    folder = tempfile.mkdtemp()
    for name in os.listdir(WORDNET):
        os.symlink(os.path.join(WORDNET, name), os.path.join(folder, name))
    with open(os.path.join(folder, "lexnames"), "w", encoding="ascii") as file:
        file.writelines(f"{i:02} file{i} 0\n" for i in range(45))
    return WordNetCorpusReader(folder, None)


def main():
    pairs = make_pairs()
    stemmer = PorterStemmer()
    wordnet = open_wordnet()

    class Nothing:
        def synsets(self, _word):
            return []

    nltk_words = [(words_of(c), [words_of(r) for r in refs]) for c, refs in pairs]
    t13 = [(tokens_13a(c.lower()), [tokens_13a(r.lower()) for r in refs]) for c, refs in pairs]
    plain = [(c.split(), [r.split() for r in refs]) for c, refs in pairs]
    radcliq = [[[t for t in x.lower().replace(".", " .").split(" ") if t] for x in (c, *refs)] for c, refs in pairs]
    smooth = SmoothingFunction()
    methods = [smooth.method0, smooth.method1, smooth.method2, smooth.method3, smooth.method4]
    ciders = [cider([c for c, _ in plain], [r for _, r in plain], clipped) for clipped in (True, False)]

    def closest(length, references):
        return min((abs(len(r) - length), len(r)) for r in references)[1]

    rows, totals = [], {"nmt": [[0] * 4, [0] * 4, 0, 0], "coco": [[0] * 4, [0] * 4, 0, 0]}
    for i, (text, references) in enumerate(pairs):
        row = {"candidate": text, "references": references}
        row["words"] = " ".join(nltk_words[i][0])
        own = {}
        for name, (tokens, refs), length_of in [("nmt", t13[i], lambda _, r: min(map(len, r))), ("coco", plain[i], closest)]:
            counts = (*bleu_counts(tokens, refs), len(tokens), length_of(len(tokens), refs))
            own[name] = counts
            total = totals[name]
            for k in (0, 1):
                total[k] = [x + y for x, y in zip(total[k], counts[k])]
            total[2] += counts[2]
            total[3] += counts[3]
        row["nmt"], row["coco"] = nmt(*own["nmt"]), coco(*own["coco"])
        tokens, refs = nltk_words[i]
        row["nltk"] = [float(sentence_bleu(refs, tokens, smoothing_function=m)) for m in methods]
        row["fastBleu"] = float(sentence_bleu(radcliq[i][1:], radcliq[i][0], weights=(0.5, 0.5), smoothing_function=smooth.method1))
        for name, stem in [("rouge", None), ("rougeStem", stemmer)]:
            each = [rouge(text, r, stem) for r in references]
            row[name] = [max((e[k] for e in each), key=lambda s: s[2]) for k in range(4)]
        row["cocoRougeL"] = coco_rouge(plain[i][0], plain[i][1])
        row["meteor"] = [float(meteor_score(refs, tokens, wordnet=w)) for w in (Nothing(), wordnet)]
        row["cider"] = [c[i] for c in ciders]
        row["exact"] = int(any(squad(text) == squad(r) for r in references))
        row["f1"] = max(token_f1(text, r) for r in references)
        rows.append({k: v if isinstance(v, (str, int)) or k == "references" else round_all(v) for k, v in row.items()})

    # Every word that METEOR may look up: stems of the texts.
    stems = sorted({stemmer.stem(w.lower()) for c, refs in nltk_words for text in (c, *refs) for w in text})
    synonyms = {
        w: sorted({l.name() for s in wordnet.synsets(w) for l in s.lemmas() if "_" not in l.name()}) for w in stems
    }
    looked_up = ["lungs", "enlarging", "bigger", "feet", "ran", "worst", "a", "X-ray", "Paris", "men", "axes", "unknownword", "s", "opacities"]
    words = [stem + suffix for stem in STEMS for suffix in SUFFIXES]
    tricky = UNICODE + [e for e in EXTRAS] + [
        "It measures 5. then grows. 6. The end", "He said \"no.\" Then (he left.) [Done.] ok", "cannot gonna wanna go 'tis d'ye more'n",
        "Mr. J. Doe vs. Dr. A. b. Then... more.... End", "a.b.c. d", "No. 5-fr. tube etc. The rest. etc. rest", "'quoted' it's 'a b' they'll don't ''x''",
        "`tick` ``double`` *star* a--b -- c", "Why?! Yes!! No?", "mixed,comma ,x 1,000 x:y 3:4 end:", "a. \n\nB c.\nd", ". . . x", "#5 @home $3 50% x;y",
    ]
    result = {
        "versions": {"nltk": nltk.__version__, "numpy": np.__version__},
        "model": MODEL,
        "pairs": rows,
        "corpus": {
            "nmt": round_all(nmt(*totals["nmt"])),
            "coco": round_all(coco(*totals["coco"])),
            "nltk": round_all([float(corpus_bleu([r for _, r in nltk_words], [c for c, _ in nltk_words], smoothing_function=m)) for m in methods]),
        },
        "synonyms": {w: s for w, s in synonyms.items() if s},
        "wordnet": {w: sorted({l.name() for s in wordnet.synsets(w) for l in s.lemmas() if "_" not in l.name()}) for w in looked_up},
        "wordnetStemsSha256": hashlib.sha256("\n".join(f"{w} {' '.join(s)}" for w, s in synonyms.items()).encode()).hexdigest(),
        "sentences": [{"text": t, "sentences": punkt.tokenize(t), "words": words_of(t)} for t in tricky],
        "porter": {
            "stems": STEMS,
            "suffixes": SUFFIXES,
            "sha256": hashlib.sha256("\n".join(stemmer.stem(w) for w in words).encode()).hexdigest(),
            "examples": {w: stemmer.stem(w) for w in sorted(stemmer.pool) + words[:: len(words) // 60]},
        },
        "bertScore": bert_cases(),
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "text.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
