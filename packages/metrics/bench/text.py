"""Times the text metrics of NLTK and plain Python for bench/text.ts: pairs come on standard input, seconds of the processor go out."""

import json
import os
import sys
import tempfile
import time
import warnings

from nltk.corpus.reader.wordnet import WordNetCorpusReader
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.tokenize.punkt import PunktSentenceTokenizer
from nltk.translate.bleu_score import sentence_bleu
from nltk.translate.meteor_score import meteor_score

warnings.simplefilter("ignore")


class Nothing:
    def synsets(self, _word):
        return []


def longest_common(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, 1):
            above = row[j]
            row[j] = diagonal + 1 if x == y else max(above, row[j - 1])
            diagonal = above
    return row[-1]


def rouge_l(a, b):
    shared = longest_common(a, b)
    p, r = shared / max(1, len(a)), shared / max(1, len(b))
    return 2 * p * r / (p + r) if p + r else 0.0


def best_of(rounds, compute):
    best, total = float("inf"), 0.0
    for _ in range(rounds):
        start = time.process_time()
        total = compute()
        best = min(best, time.process_time() - start)
    return [best, total]


def open_wordnet(source):
    """Debian leaves out the names of the lexicographer files, which NLTK reads and nothing here uses."""
    folder = tempfile.mkdtemp()
    for name in os.listdir(source):
        os.symlink(os.path.join(source, name), os.path.join(folder, name))
    with open(os.path.join(folder, "lexnames"), "w", encoding="ascii") as file:
        file.writelines(f"{i:02} file{i} 0\n" for i in range(45))
    return WordNetCorpusReader(folder, None)


data = json.load(sys.stdin)
pairs = [(a.split(" "), b.split(" ")) for a, b in data["pairs"]]
treebank, punkt = NLTKWordTokenizer(), PunktSentenceTokenizer()


def words_of(text):
    return [word for sentence in punkt.tokenize(text) for word in treebank.tokenize(sentence)]


wordnet = open_wordnet(data["wordnet"]) if data["wordnet"] else None
print(
    json.dumps(
        {
            "bleu": best_of(5, lambda: sum(sentence_bleu([b], a) for a, b in pairs)),
            "meteor": best_of(5, lambda: sum(meteor_score([b], a, wordnet=Nothing()) for a, b in pairs)),
            "meteorWordNet": wordnet and best_of(5, lambda: sum(meteor_score([b], a, wordnet=wordnet) for a, b in pairs)),
            "rougeL": best_of(5, lambda: sum(rouge_l(a, b) for a, b in pairs)),
            "bleuOfText": best_of(5, lambda: sum(sentence_bleu([words_of(b)], words_of(a)) for a, b in data["pairs"])),
            "words": best_of(5, lambda: sum(len(words_of(a)) for a, _ in data["pairs"])),
        }
    )
)
