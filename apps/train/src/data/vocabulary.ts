import { createRng } from '@vividmed/core';
import {
  groundedReport,
  phantomTaxonomy,
  reportQuestions,
  type Sample,
  targetPresence,
  taxonomy,
  textOf,
  visualQuestions,
} from '@vividmed/datasets';
import { type WordTokenizer, wordTokenizer, wordVocabulary } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';
import { type Corpus, generateCorpus } from './corpus.js';

/** Conversations drawn per case and task when words are collected: each wording occurs many times in them. */
const drawsPerCase = 4;

function* textsOf({ turns }: Sample): Generator<string> {
  for (const { question, answer } of turns) {
    yield ` ${question}`;
    // Segments are encoded one by one, so a phrase begins and ends a text of its own.
    for (const segment of answer) yield 'phrase' in segment ? segment.phrase : segment.text;
    yield textOf(answer);
  }
}

/**
 * The words that conversations about phantoms use: collected from drawn ones, with every name of the phantom's taxonomy. Small
 * phantoms say the same things as large ones, so they are small.
 */
export async function phantomTokenizer(
  seed: number,
  corpus?: Corpus,
  more: readonly string[] = [],
): Promise<WordTokenizer> {
  const { radiographs, cts } =
    corpus ?? (await generateCorpus(seed, 60, undefined, { radiograph: [32, 32], ct: [24, 24, 24] }));
  const texts: string[] = [...more, ...reportQuestions.map((question) => ` ${question}`)];
  for (const { name, synonyms } of phantomTaxonomy) {
    for (const word of [name, ...synonyms])
      texts.push(word, ` ${word}`, ` left ${word}`, ` right ${word}`, `Is ${word} in the image?`);
  }
  const rng = createRng(seed);
  for (const subject of [...radiographs, ...cts]) {
    for (let i = 0; i < drawsPerCase; i++) {
      const stream = rng.fork(`${subject.id} ${i}`);
      for (const make of [targetPresence, visualQuestions, groundedReport])
        texts.push(...textsOf(make(subject, stream)));
    }
  }
  return wordTokenizer(wordVocabulary(texts));
}

/** The words of a stage: those of the phantom, and, on data sets, every name of the taxonomy. */
export const stageTokenizer = ({ seed, data }: Pick<TrainConfig, 'seed' | 'data'>): Promise<WordTokenizer> =>
  phantomTokenizer(
    seed,
    undefined,
    data.sources
      ? taxonomy.flatMap(({ name, synonyms }) => [name, ...synonyms].flatMap((word) => [word, ` ${word}`]))
      : [],
  );
