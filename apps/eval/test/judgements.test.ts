import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Judgements } from '../src/judgements/judgement.js';
import { splitSentences } from '../src/judgements/sentences.js';
import { judgementTable, summarise } from '../src/judgements/summary.js';

describe('sentences of a report', () => {
  it('end at marks before white space and at lines; headings alone are none', () => {
    const text = 'Findings:\nThe heart is 1.5 cm wider. No effusion!\n\nImpression: Stable (see Fig. 2) .  ';
    expect(splitSentences(text).map((sentence) => sentence.text)).toEqual([
      'The heart is 1.5 cm wider.',
      'No effusion!',
      'Impression: Stable (see Fig.',
      '2) .',
    ]);
    expect(splitSentences('')).toEqual([]);
    expect(splitSentences(' . \n ...')).toEqual([]);
  });

  it('are where they say, in order and apart', () => {
    const part = fc.constantFrom('The lung', ' ', '. ', '.', '\n', 'Findings:', '? ', 'é', '3.5 mm');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        let at = 0;
        for (const sentence of splitSentences(text)) {
          expect(sentence.start).toBeGreaterThanOrEqual(at);
          expect(text.slice(sentence.start, sentence.end)).toBe(sentence.text);
          expect(sentence.text).toBe(sentence.text.trim());
          at = sentence.end;
        }
      }),
      { seed: 21 },
    );
  });
});

const judged = (more: object = {}) => ({
  id: 'a',
  numSentences: 3,
  sentences: { 0: 'acceptable', 1: 'wrongPlace', 2: 'acceptable' },
  phrases: { 0: 'right', 2: 'notThere', 4: 'wrong' },
  criticalOmissions: 0,
  done: true,
  ...more,
});
const file = (...cases: object[]): Judgements =>
  Judgements.parse({ format: 'vividmed-judgements', version: 1, page: 'p', reader: 'R', cases });

describe('judgements', () => {
  it('are counted as the paper counts them, cases that are not done left out', () => {
    const summary = summarise(
      file(judged(), judged({ id: 'b', criticalOmissions: 1 }), judged({ id: 'c', done: false })),
    );
    expect(summary).toEqual({
      reader: 'R',
      reports: 2,
      sentences: 6,
      acceptable: 4,
      corrected: 2,
      byVerdict: { acceptable: 4, wrongFinding: 0, wrongPlace: 2, wrongDegree: 0, other: 0 },
      criticalOmissions: 1,
      atMostOneCorrection: 1,
      correctFindings: 4,
      wellGrounded: 2,
      unfinished: 1,
    });
  });

  it('of a case that is done cover each sentence, and are of known kinds', () => {
    expect(() => summarise(file(judged({ sentences: { 0: 'acceptable' } })))).toThrow(
      'expected a verdict on each of the 3 sentences of finished case 0, found 1',
    );
    expect(() => file(judged({ sentences: { 0: 'fine' } }))).toThrow('Invalid option');
    expect(() => file(judged({ criticalOmissions: -1 }))).toThrow('expected number to be >=0');
  });

  it('stand beside those of the paper, on rows of their own', () => {
    const table = judgementTable('Phantom', [summarise(file(judged()))]);
    const acceptable = table.rows.filter(({ label }) => label === 'Sentences acceptable as they are');
    expect(acceptable.map(({ dataset, cells }) => [dataset, cells])).toEqual([
      ['MIMIC-CXR, 12 cases', { paper: { value: 82 } }],
      ['Phantom', { 'reader-0': { value: 2 } }],
    ]);
  });
});
