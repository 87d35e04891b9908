import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createRng, type Rng } from '@vividmed/core';
import {
  createBleu,
  createMeteor,
  createRouge,
  splitWhiteSpace,
  tokenizeTreebank,
  type Tokenizer,
} from '../src/index.js';
import { wordNetSynonyms } from '../src/wordnet.js';

/*
 * Text metrics beside NLTK and plain Python on the same pairs, in one run: `pnpm --filter @vividmed/metrics bench:text`.
 * Needs Debian's python3-nltk, and takes wordnet-base where it is. Both sides get words, but for `bleuOfText` and `words`; times are of the
 * processor, so that what else runs does not count, of the best round.
 */
const numPairs = 300;
const words =
  'the heart is not enlarged lungs are clear no pleural effusion or pneumothorax seen there small left right opacity . , with mild stable unchanged base'.split(
    ' ',
  );
const text = (rng: Rng, length: number) => Array.from({ length }, () => rng.pick(words)).join(' ');

const rng = createRng(1);
const pairs = Array.from({ length: numPairs }, () => [text(rng, 80), text(rng, 80)] as const);
const folder = '/usr/share/wordnet';
const wordnet = existsSync(`${folder}/data.noun`) ? folder : '';

const python = spawnSync('/usr/bin/python3', [fileURLToPath(new URL('text.py', import.meta.url))], {
  input: JSON.stringify({ pairs, wordnet }),
  encoding: 'utf8',
  stdio: ['pipe', 'pipe', 'inherit'],
});
if (python.status !== 0) throw new Error('bench: Python failed; it needs nltk.');
/** Seconds and the sum of all scores. */
type Timed = [seconds: number, sum: number];
// As text.py prints it.
const theirs = JSON.parse(python.stdout) as Record<string, Timed | null>;

/** The best round, as over a large corpus: of those that 3 seconds of the processor have room for, first slow ones included. */
function bestRound(compute: () => number): Timed {
  let [best, sum] = [Infinity, 0];
  for (let spent = 0; spent < 3;) {
    const start = process.cpuUsage();
    sum = compute();
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    best = Math.min(best, seconds);
    spent += seconds;
  }
  return [best, sum];
}

const known = new Map(pairs.flat().map((each) => [each, splitWhiteSpace(each)]));
/** Python is given words, so that here too they are there. */
const tokenize: Tokenizer = (each) => known.get(each) ?? splitWhiteSpace(each);
const over = (add: (a: string, b: string) => number): number => pairs.reduce((sum, [a, b]) => sum + add(a, b), 0);
const synonyms = wordnet ? wordNetSynonyms(wordnet) : undefined;
const ours: Record<string, () => number> = {
  bleu: () => {
    const metric = createBleu({ definition: 'nltk', tokenize });
    return over((a, b) => metric.add(a, b).at(-1)!);
  },
  meteor: () => {
    const metric = createMeteor({ tokenize });
    return over((a, b) => metric.add(a, b).score);
  },
  meteorWordNet: () => {
    const metric = createMeteor({ tokenize, ...(synonyms ? { synonyms } : {}) });
    return over((a, b) => metric.add(a, b).score);
  },
  rougeL: () => {
    const metric = createRouge({ tokenize });
    return over((a, b) => metric.add(a, b).rougeL.f1);
  },
  bleuOfText: () => {
    const metric = createBleu({ definition: 'nltk' });
    return over((a, b) => metric.add(a, b).at(-1)!);
  },
  words: () => pairs.reduce((sum, [a]) => sum + tokenizeTreebank(a).length, 0),
};
for (const [name, compute] of Object.entries(ours)) {
  const other = theirs[name];
  if (!other) continue;
  const [seconds, sum] = bestRound(compute);
  console.log(
    JSON.stringify({
      metric: name,
      millisecondsAText: Number(((1000 * seconds) / numPairs).toPrecision(3)),
      pythonMilliseconds: Number(((1000 * other[0]) / numPairs).toPrecision(3)),
      timesAsFast: Number((other[0] / seconds).toPrecision(3)),
      difference: Math.abs(sum - other[1]),
    }),
  );
}

// Memory over many texts, each made for the moment.
const metrics = [createBleu(), createRouge({ stemmer: 'porter' }), createMeteor()];
const megabytes = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e5) / 10;
};
for (let i = 1; i <= 100_000; i++) {
  const [a, b] = [`${text(rng, 30)} ${i}`, text(rng, 30)];
  for (const metric of metrics) metric.add(a, b);
  if (i % 25_000 === 0) console.log(JSON.stringify({ texts: i, heapMegabytes: megabytes() }));
}
