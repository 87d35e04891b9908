import { createRng } from '@vividmed/core';
import { reportWriting, visualQuestions } from '@vividmed/datasets';
import { disposeParams } from '@vividmed/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import type { Corpus } from '../src/data/corpus.js';
import { createDraw } from '../src/data/draw.js';
import { newModel } from '../src/stage.js';
import { toyConfig, toyCorpus } from './toy.js';

let corpus: Corpus;
beforeAll(async () => {
  corpus = await toyCorpus();
});

describe('first tasks', () => {
  const later = { tasks: { report: 1 } };
  const lesson = { firstTasks: { steps: 3, tasks: { visualQuestions: 1 } } };
  const tasksOf = (changes: object): string[][] => {
    const draw = createDraw(toyConfig(changes), corpus);
    return [1, 2, 3, 4, 5].map((step) => draw(step).flatMap((drawn) => drawn.map(({ sample }) => sample.task)));
  };

  it('are all that the first steps draw, and none that the others do', () => {
    const tasks = tasksOf({ ...later, ...lesson });
    for (const drawn of tasks.slice(0, 3)) expect(new Set(drawn)).toEqual(new Set(['visualQuestions']));
    for (const drawn of tasks.slice(3)) expect(new Set(drawn)).toEqual(new Set(['report']));
  });

  it('leave the other steps as they would be without them', () => {
    const ids = (changes: object): string[] =>
      createDraw(
        toyConfig(changes),
        corpus,
      )(4)
        .flat()
        .map(({ sample }) => JSON.stringify(sample.turns));
    expect(ids({ ...later, ...lesson })).toEqual(ids(later));
  });

  it('are refused where nothing would be drawn', () => {
    expect(() => toyConfig({ firstTasks: { steps: 3, tasks: {} } })).toThrow(
      'firstTasks.tasks: expected a weight above 0',
    );
  });
});

describe('a mean over samples', () => {
  it('weighs the tokens of a short answer and of a report so that both samples count as much', async () => {
    const { config: model, tokenizer, params } = await newModel(toyConfig());
    disposeParams(params);
    const subject = corpus.radiographs[0]!;
    const samples = [reportWriting(subject, createRng(1)), visualQuestions(subject, createRng(2))];
    const weigh = (lmMean: 'tokens' | 'samples') => {
      const train = toyConfig({ maxLength: 320, loss: { lmMean, beginPhrase: 4 } });
      const { arrays } = createCollate({ model, train, tokenizer })([
        samples.map((sample) => ({ sample, rng: createRng(0) })),
      ]);
      const [weights, labels, rows] = ['weights', 'labels', 'rowIndex'].map((key) => [...arrays[key]!.data]) as [
        number[],
        number[],
        number[],
      ];
      const length = arrays['ids']!.shape[1]!;
      expect(length % 32).toBe(0);
      const labelled = labels.flatMap((label, i) => (label >= 0 ? [i] : []));
      const sumOf = (sample: number): number =>
        labelled.filter((i) => Math.floor(rows[i]! / length) === sample).reduce((sum, i) => sum + weights[i]!, 0);
      const counts = [0, 1].map((sample) => labelled.filter((i) => Math.floor(rows[i]! / length) === sample).length);
      return { sums: [sumOf(0), sumOf(1)], counts, total: labelled.length };
    };
    const tokens = weigh('tokens');
    expect(tokens.counts[0]!).toBeGreaterThan(2 * tokens.counts[1]!);
    expect(tokens.sums[1]!).toBeCloseTo(tokens.counts[1]!, 4);
    const { sums, counts, total } = weigh('samples');
    // The loss divides the sum by the number of labelled tokens: each sample is half of it, times the mean of its weights.
    expect(sums[1]! / total).toBeCloseTo(1 / 2, 4);
    expect(sums[0]! / total).toBeCloseTo(tokens.sums[0]! / counts[0]! / 2, 4);
  });
});
