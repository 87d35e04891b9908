import { createRng } from '@vividmed/core';
import type { Case } from '@vividmed/datasets';
import type { ModelInUse } from '@vividmed/inference';
import { type LocalisationScores, scoreLocalisation } from '../evaluation/localisation.js';
import { scoreText, type TextScores } from '../evaluation/text.js';
import type { Corpus, OnProgress } from '../data/corpus.js';
import { compiledReader } from '../reader.js';

/** Figures of a model on images it never saw; 2D are radiographs, 3D are CTs. */
export interface Evaluation {
  localisation: { radiographs: LocalisationScores; cts: LocalisationScores };
  text: Omit<TextScores, 'readings'>;
  seconds: number;
}

/** Measures localisation with the phrase given, then what the model writes by itself. */
export async function evaluate(
  model: ModelInUse,
  held: Corpus,
  seed: number,
  onProgress: OnProgress,
): Promise<Evaluation> {
  const began = performance.now();
  const total = held.radiographs.length + held.cts.length;
  const reader = compiledReader(model);
  try {
    const radiographs = await scoreLocalisation(reader, held.radiographs, (done) => onProgress(done, 2 * total));
    const cts = await scoreLocalisation(reader, held.cts, (done) =>
      onProgress(held.radiographs.length + done, 2 * total),
    );
    const { readings: _, ...text } = await scoreText(reader, [...held.radiographs, ...held.cts], seed);
    onProgress(2 * total, 2 * total);
    return { localisation: { radiographs, cts }, text, seconds: (performance.now() - began) / 1000 };
  } finally {
    reader.dispose();
  }
}

/** The cases that the page shows: some with findings of each kind, and one slice, whatever the model made of them. */
export function shownCases({ radiographs, slices, cts }: Corpus, count: number, seed: number): Case[] {
  const choose = (cases: readonly Case[], most = count): Case[] =>
    createRng(seed)
      .fork('shown')
      .shuffle(cases.filter(({ findings }) => findings.length > 0))
      .slice(0, most);
  return [...choose(radiographs), ...choose(cts), ...choose(slices, Math.min(1, count))];
}
