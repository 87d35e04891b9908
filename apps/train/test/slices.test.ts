import { beforeAll, describe, expect, it } from 'vitest';
import { isPhrase, reportSegments } from '@vividmed/datasets';
import { planVolume, presetConfig } from '@vividmed/vlm';
import { createCollate } from '../src/data/collate.js';
import { type Corpus, generateCorpus } from '../src/data/corpus.js';
import { createCaseDraw, createDraw, type DrawnCase } from '../src/data/draw.js';
import { phantomTokenizer } from '../src/data/vocabulary.js';
import { shownCases } from '../src/quickstart/evaluate.js';
import { heldOutCase } from '../src/quickstart/page-data.js';
import { toyConfig, toyStage } from './toy.js';

const numCases = 6;
let corpus: Corpus;

beforeAll(async () => {
  corpus = await generateCorpus(3, numCases, undefined, { radiograph: [32, 24], ct: [24, 24, 24] });
});

const configOf = (data: object, changes: object = {}): ReturnType<typeof toyConfig> =>
  toyConfig({ batchSize: 10, ...changes, data: { ...toyStage.data, radiographShare: 0.6, ...data } });
const steps = Array.from({ length: 60 }, (_, i) => i + 1);
const idsOf = (groups: readonly (readonly DrawnCase[])[]): string[][] =>
  groups.map((group) => group.map(({ subject }) => subject.id));
const isSlice = (id: string): boolean => id.endsWith('-slice');

describe('a corpus', () => {
  it('holds a slice of each patient that a model reads as it reads the radiograph', () => {
    const model = presetConfig('toy', { vocabSize: 100 });
    expect(corpus.slices).toHaveLength(numCases);
    corpus.slices.forEach(({ seed, volume }, i) => {
      expect(seed).toBe(corpus.radiographs[i]!.seed);
      expect(volume.modality).toBe('CT');
      const plans = [volume, corpus.radiographs[i]!.volume].map(({ shape }) => planVolume(shape, model));
      expect(plans[0]).toEqual(plans[1]);
    });
  });
});

describe('the draw of cases', () => {
  it('gives slices the share of the 2D images that the config asks for, a fifth by default', () => {
    expect(toyConfig().data.sliceShare).toBe(0.2);
    for (const seed of [0, 1, 2]) {
      for (const sliceShare of [0, 0.2, 0.7, 1]) {
        const draw = createCaseDraw(configOf({ sliceShare }, { seed }), corpus);
        const flat = steps.flatMap((step) => idsOf(draw(step))[0]!);
        const share = flat.filter(isSlice).length / flat.length;
        // 360 draws: four deviations at most.
        expect(Math.abs(share - sliceShare), `${seed} ${sliceShare}`).toBeLessThanOrEqual(
          4 * Math.sqrt((sliceShare * (1 - sliceShare)) / flat.length),
        );
      }
    }
  });

  it('puts slices in the place of radiographs of the same patients and changes nothing else', () => {
    const [mixed, plain] = [0.4, 0].map((sliceShare) => createCaseDraw(configOf({ sliceShare }), corpus));
    for (const step of steps) {
      const [some, none] = [mixed!(step), plain!(step)];
      expect(some.map((group) => group.map(({ subject }) => subject.seed))).toEqual(
        none.map((group) => group.map(({ subject }) => subject.seed)),
      );
      expect(idsOf(some)[1]).toEqual(idsOf(none)[1]);
      some
        .flat()
        .forEach(({ rng }, i) => expect(rng.fork('task').uniform()).toBe(none.flat()[i]!.rng.fork('task').uniform()));
    }
  });

  it('is a function of seed and step, whatever was drawn before', () => {
    const [forth, back] = [createCaseDraw(configOf({}), corpus), createCaseDraw(configOf({}), corpus)];
    const drawn = new Map(steps.toReversed().map((step) => [step, idsOf(back(step))]));
    for (const step of steps) expect(idsOf(forth(step))).toEqual(drawn.get(step));
    const other = createCaseDraw(configOf({}, { seed: 1 }), corpus);
    expect(steps.map((step) => idsOf(other(step)))).not.toEqual([...drawn.values()].toReversed());
  });

  it('refuses a share that is none', () => {
    expect(() => configOf({ sliceShare: 1.5 })).toThrow('data.sliceShare');
  });
});

describe('a batch', () => {
  it('has slices and radiographs in one group, and words for what slices say', async () => {
    const tokenizer = await phantomTokenizer(0);
    const train = configOf({ sliceShare: 0.5 }, { maxLength: 256 });
    const model = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
    const step = steps.find((one) => {
      const kinds = new Set(createCaseDraw(train, corpus)(one)[0]!.map(({ subject }) => isSlice(subject.id)));
      return kinds.size === 2;
    })!;
    const batch = createCollate({ model, train, tokenizer })(createDraw(train, corpus)(step));
    expect(batch.groups.map(({ numImages }) => numImages)).toEqual([6, 4]);
    for (const { report } of corpus.slices) {
      for (const segment of reportSegments(report)) {
        const ids = tokenizer.encode(isPhrase(segment) ? segment.phrase : segment.text);
        expect(ids).not.toContain(tokenizer.special.unk);
      }
    }
  });
});

it('the page shows one slice with findings, beside radiographs and CTs', () => {
  const shown = shownCases(corpus, 2, 0);
  expect(shown.filter(({ id }) => isSlice(id))).toHaveLength(1);
  expect(shown.every(({ findings }) => findings.length > 0)).toBe(true);
  expect(shownCases(corpus, 0, 0)).toEqual([]);
  const titles = [corpus.radiographs, corpus.slices, corpus.cts].map(
    ([first]) => heldOutCase(first!, { text: '', ids: [], phrases: [], finishReason: 'eos' }).title,
  );
  expect(titles).toEqual(['Radiograph of phantom 3', 'CT slice of phantom 3', 'CT of phantom 3']);
});
