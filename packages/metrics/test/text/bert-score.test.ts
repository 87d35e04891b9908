import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bertScore, bertScoreBaselines, type EmbeddedText, inverseDocumentFrequencies } from '../../src/index.js';
import { oracle } from './oracle.js';

const width = 8;
const specialIds = [0, 2];
/** Made-up embeddings, the same as in the oracle. */
const embed = (ids: readonly number[]): EmbeddedText => ({
  ids,
  embeddings: Float32Array.from({ length: ids.length * width }, (_, at) => {
    const [i, c] = [ids[Math.floor(at / width)]!, at % width];
    return Math.sin(1.3 * i + 0.7 * c + ((i * c) % 7));
  }),
});
const values = ({ precision, recall, f1 }: ReturnType<typeof bertScore>) => [precision, recall, f1];

describe('BERTScore', () => {
  it('has precision, recall and F1 of an independent run in numpy, with idf and without', () => {
    const idf = inverseDocumentFrequencies(oracle.bertScore.map(({ reference }) => reference));
    for (const { candidate, reference, plain, idf: weighted } of oracle.bertScore) {
      const [a, b] = [embed(candidate), embed(reference)];
      values(bertScore(a, b, { specialIds })).forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 6));
      values(bertScore(a, b, { specialIds, idf })).forEach((value, i) => expect(value).toBeCloseTo(weighted[i]!, 6));
    }
  });

  it('is 1 for a text and itself, before and after it is rescaled', () => {
    const text = embed([0, 5, 9, 2]);
    for (const baseline of [undefined, ...Object.values(bertScoreBaselines)]) {
      const score = bertScore(text, text, { specialIds, ...(baseline ? { baseline } : {}) });
      values(score).forEach((value) => expect(value).toBeCloseTo(1, 5));
      expect(score.problem).toBe('none');
    }
  });

  it('tells idf that weighs nothing: of a single reference, -5.55 as in bert_score only where asked for', () => {
    const text = embed([0, 5, 9, 2]);
    const idf = inverseDocumentFrequencies([text.ids]);
    expect(idf.isDegenerate).toBe(true);
    const baseline = bertScoreBaselines['distilroberta-base/5'];
    expect(bertScore(text, text, { specialIds, idf, baseline })).toMatchObject({ f1: Number.NaN, problem: 'idf' });
    const published = bertScore(text, text, { specialIds, idf, baseline, degenerateF1: 'zero' });
    expect(published.f1).toBeCloseTo(-5.5502, 4);
    expect(published.problem).toBe('idf');
  });

  it('gives 0 and says so where a text has no words', () => {
    expect(bertScore(embed([0, 2]), embed([0, 5, 2]), { specialIds })).toEqual({
      precision: 0,
      recall: 0,
      f1: 0,
      problem: 'empty',
    });
    expect(bertScore(embed([]), embed([0, 5, 2]), { specialIds }).problem).toBe('empty');
  });

  it('lets tokens be most similar to special ones, which weigh nothing', () => {
    const text = (ids: number[], embeddings: number[]): EmbeddedText => ({
      ids,
      embeddings: Float32Array.from(embeddings),
    });
    const [a, b] = [text([0, 7], [0, 1, 1, 0]), text([0, 8], [1, 0, 0, 1])];
    expect(bertScore(a, b, { specialIds: [0] })).toMatchObject({ precision: 1, recall: 1 });
    expect(bertScore(text([7], [1, 0]), text([8], [0, 1]))).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  it('takes the best of several references for each score', () => {
    const [a, b, c] = [embed([0, 5, 9, 2]), embed([0, 7, 2]), embed([0, 9, 2])];
    const each = [b, c].map((reference) => bertScore(a, reference, { specialIds }));
    const both = bertScore(a, [b, c], { specialIds });
    expect(both.precision).toBe(Math.max(...each.map(({ precision }) => precision)));
    expect(both.recall).toBe(Math.max(...each.map(({ recall }) => recall)));
  });

  it('weighs a token in n of N references by log((N + 1) / (n + 1))', () => {
    const idf = inverseDocumentFrequencies([[1, 1, 2], [1, 3], [1]]);
    expect([1, 2, 4].map((id) => idf.weight(id))).toEqual([0, Math.log(4 / 2), Math.log(4)]);
    expect([idf.numDocuments, idf.isDegenerate]).toEqual([3, false]);
    expect(() => inverseDocumentFrequencies([])).toThrow('expected at least one reference, found none');
  });

  it('refuses vectors that do not fit', () => {
    const text = embed([5, 9]);
    expect(() => bertScore({ ...text, ids: [1, 2, 3] }, text)).toThrow(
      'expected a vector for each of the 3 tokens of the candidate',
    );
    expect(() => bertScore(text, { ids: [1], embeddings: Float32Array.of(1, 2) })).toThrow(
      'expected vectors of one size, found 8',
    );
    expect(() => bertScore(text, [])).toThrow('expected at least one reference, found none');
    for (const wrong of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const broken = { ids: [1], embeddings: new Float32Array(8).fill(wrong) };
      expect(() => bertScore(text, broken)).toThrow(
        'expected a finite vector that is not 0 for token 0 of the reference',
      );
    }
  });

  it('swaps precision and recall with the texts, and takes no notice of the length of vectors', () => {
    const ids = fc.array(fc.integer({ min: 3, max: 30 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 9 }), (a, b, factor) => {
        const [x, y] = [embed(a), embed(b)];
        const [there, back] = [bertScore(x, y), bertScore(y, x)];
        expect(there.precision).toBeCloseTo(back.recall, 10);
        expect(there.f1).toBeCloseTo(back.f1, 10);
        const longer = { ...x, embeddings: x.embeddings.map((value) => value * factor) };
        expect(bertScore(longer, y).f1).toBeCloseTo(there.f1, 5);
        expect(there.f1).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { seed: 15 },
    );
  });
});
