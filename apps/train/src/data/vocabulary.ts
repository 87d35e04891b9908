import { createRng } from '@vividmed/core';
import {
  type Case,
  conversationOf,
  groundedReport,
  phantomTaxonomy,
  reportQuestions,
  type Sample,
  studyOf,
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
  more: (cases: readonly Case[]) => readonly string[] = () => [],
): Promise<WordTokenizer> {
  const { radiographs, cts } =
    corpus ?? (await generateCorpus(seed, 60, undefined, { radiograph: [32, 32], ct: [24, 24, 24] }));
  const texts: string[] = [...more([...radiographs, ...cts]), ...reportQuestions.map((question) => ` ${question}`)];
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

/** The words of conversations about studies: every name of the taxonomy, and every wording, met on phantoms. */
function studyTexts(cases: readonly Case[], seed: number): string[] {
  const names = taxonomy.flatMap(({ name, synonyms }) => [name, ...synonyms].flatMap((word) => [word, ` ${word}`]));
  const rng = createRng(seed).fork('studies');
  const often = { modality: 1, plane: 1, abnormality: 1 };
  const talks = cases.flatMap((subject, i) =>
    (['grounding', 'instruction', 'groundedReport'] as const).flatMap((stage) => {
      const stream = rng.fork(`${subject.id} ${stage}`);
      const sample = conversationOf(studyOf(subject), stage, stream, { ...often, single: i % 2 });
      return sample ? [...textsOf(sample)] : [];
    }),
  );
  return [...names, ...talks];
}

/**
 * The words of a stage: those of the phantom, and, on data sets, of conversations about studies. Words of the reports and questions of
 * a data set that are in neither become `<unk>`.
 */
export const stageTokenizer = ({ seed, data }: Pick<TrainConfig, 'seed' | 'data'>): Promise<WordTokenizer> =>
  phantomTokenizer(seed, undefined, data.sources ? (cases) => studyTexts(cases, seed) : undefined);
