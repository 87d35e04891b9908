import { generatePhantom, lookupTarget } from '@vividmed/datasets';
import { renderFigure } from '@vividmed/pages';
import { expect, test } from 'vitest';
import type { ReadPhrase } from '@vividmed/inference';
import { heldOutCase } from './page-data.js';

const subject = generatePhantom(1_000_006, { ctShape: [24, 24, 24], radiographSize: [24, 24] }).radiograph;

test('a phrase without words is left out of the page, and the others are told right or wrong', () => {
  const text = 'The heart is large, nodule.';
  const phraseAt = (words: string, shown: Partial<ReadPhrase>): ReadPhrase => {
    const start = words === '' ? text.length : text.indexOf(words);
    const end = start + words.length;
    const target = lookupTarget(words)?.target;
    const scores = { mask: 1, boxes: 1 };
    const none = { mask: new Uint8Array(0), boxes: [], negative: false, close: 0, tokens: [], scores, found: true };
    return { text: words, start, end, kind: target?.kind ?? 'both', target, ...none, ...shown };
  };
  const phrases = [
    phraseAt('heart', { mask: subject.masks.heart }),
    phraseAt('nodule', { boxes: [{ box: [0, 0, 0, 1, 1, 1], score: 1 }] }),
    phraseAt('', {}),
  ];
  const shown = heldOutCase(subject, { text, ids: [], phrases, finishReason: 'length' });
  expect(shown.generated.phrases.map(({ targetName, correct }) => [targetName, correct])).toEqual([
    ['heart', true],
    ['nodule', false],
  ]);
  expect(renderFigure(shown)).toContain('<svg');
});
