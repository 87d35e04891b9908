import { createHash } from 'node:crypto';
import { createRng, type Rng } from '@vividmed/core';
import { expect, test } from 'vitest';
import {
  type Case,
  groundedReport,
  reportWriting,
  type Sample,
  targetPresence,
  textOf,
  visualQuestions,
} from '../src/index.js';
import { cases, slices } from './cases.js';

const templates: readonly ((subject: Case, rng: Rng) => Sample)[] = [
  targetPresence,
  visualQuestions,
  reportWriting,
  groundedReport,
];

/** What a sample says and shows, in an order of its own. */
const wordsOf = ({ task, caseId, plane, turns, grounded, regions }: Sample): string =>
  JSON.stringify([
    task,
    caseId,
    plane,
    grounded,
    turns.map(({ question, answer }) => [
      question,
      textOf(answer),
      answer.map((part) =>
        'phrase' in part ? [part.phrase, part.target, part.side, part.present, part.negative] : part.text,
      ),
    ]),
    regions.map(({ target, kind, present, side, boxes, turn, segment, mask }) => [
      target,
      kind,
      present,
      side,
      boxes,
      turn,
      segment,
      mask === undefined ? null : createHash('sha256').update(mask).digest('hex'),
    ]),
  ]);

/** Models are trained on these: the hash was made before the taxonomy grew beyond the phantom. */
test('the conversations of 200 phantoms are those that models were trained on', () => {
  const subjects = [...cases, ...slices];
  const hash = createHash('sha256');
  for (let i = 0; i < 200; i++) {
    const subject = subjects[i % subjects.length]!;
    hash.update(wordsOf(templates[i % templates.length]!(subject, createRng(i).fork('frozen'))));
  }
  expect(hash.digest('hex')).toBe('2b203c883118011a1c34c643af4b38b5687a55a71ef787470e00598e4c044b5f');
});
