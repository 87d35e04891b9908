import { createRng } from '@vividmed/core';
import { describe, expect, test } from 'vitest';
import {
  abnormalityQuestion,
  type Case,
  type FindingName,
  findingNames,
  groundedReport,
  isFinding,
  isPhrase,
  labelReport,
  lookupTarget,
  modalityQuestion,
  planeQuestion,
  reportQuestions,
  reportText,
  reportWriting,
  type Sample,
  type Segment,
  targetOf,
  targetPresence,
  textOf,
  truthOf,
  visualQuestions,
  whichQuestion,
} from '../src/index.js';
import { cases } from './cases.js';

const draws = 12;
const all = <T>(make: (subject: Case, rng: ReturnType<typeof createRng>) => T): T[] =>
  cases.flatMap((subject) =>
    Array.from({ length: draws }, (_, i) => make(subject, createRng(i).fork(subject.id).fork('templates'))),
  );
const share = <T>(items: readonly T[], has: (item: T) => boolean): number => items.filter(has).length / items.length;
const answerOf = ({ turns }: Sample): Segment[] => turns[0]!.answer;
const presence = all((subject, rng) => ({ subject, sample: targetPresence(subject, rng) }));

/** Name and answer of each item of a presence conversation, read from its text. */
const items = (sample: Sample): { name: string; yes: boolean }[] =>
  textOf(answerOf(sample))
    .replace(/\.$/, '')
    .split(', ')
    .map((item) => {
      const [name, answer] = item.split(': ');
      return { name: name!, yes: answer === 'yes' };
    });

describe('target presence', () => {
  test('says yes to what is there and no to what is not, side included', () => {
    for (const { subject, sample } of presence) {
      for (const { name, yes } of items(sample)) {
        const found = lookupTarget(name);
        expect(truthOf(subject, found!.target.name, found!.side).present, `${subject.id} ${name}`).toBe(yes);
      }
    }
  });

  test('repeats each target of the question once, in the order of the question', () => {
    for (const { sample } of presence) {
      let rest = sample.turns[0]!.question;
      for (const { name } of items(sample)) {
        expect(rest).toContain(name);
        rest = rest.slice(rest.indexOf(name) + name.length);
      }
      const targets = items(sample).map(({ name }) => lookupTarget(name)!.target.name);
      expect(new Set(targets).size).toBe(targets.length);
    }
  });

  test('absent targets have no region that is present, and every present target is a phrase', () => {
    for (const { sample } of presence) {
      const phrases = answerOf(sample).filter(isPhrase);
      expect(phrases.filter((phrase) => phrase.present)).toHaveLength(items(sample).filter(({ yes }) => yes).length);
      sample.regions.forEach((region, i) => {
        expect(region.present).toBe(phrases[i]!.present);
        if (!region.present) expect([region.mask, region.boxes?.length ?? 0]).toEqual([undefined, 0]);
        else if (region.kind === 'mask') expect(region.mask!.includes(1)).toBe(true);
        else expect(region.boxes!.length).toBeGreaterThan(0);
      });
    }
  });

  test('both answers occur, absent targets as negative phrases in half of the conversations that have any', () => {
    const answers = presence.flatMap(({ sample }) => items(sample));
    expect(share(answers, ({ yes }) => yes)).toBeGreaterThan(0.5);
    expect(share(answers, ({ yes }) => yes)).toBeLessThan(0.8);
    expect(share(presence, ({ sample }) => sample.grounded)).toBeGreaterThan(0.92);
    expect(share(presence, ({ sample }) => sample.grounded)).toBeLessThan(0.98);
    const some = presence.filter(({ sample }) => items(sample).some(({ yes }) => !yes));
    const negative = share(some, ({ sample }) => answerOf(sample).some((part) => isPhrase(part) && !part.present));
    expect(negative).toBeGreaterThan(0.42);
    expect(negative).toBeLessThan(0.58);
  });

  test('the chances of grounding are those asked for', () => {
    for (const grounding of [0, 1]) {
      for (const negativeGrounding of [0, 1]) {
        for (const sample of all((subject, rng) => targetPresence(subject, rng, { grounding, negativeGrounding }))) {
          expect(sample.grounded).toBe(grounding === 1);
          expect(sample.regions.length).toBe(grounding === 1 ? answerOf(sample).filter(isPhrase).length : 0);
          const bare = items(sample).length - answerOf(sample).filter(isPhrase).length;
          if (negativeGrounding === 1) expect(bare).toBe(0);
          else expect(bare).toBe(items(sample).filter(({ yes }) => !yes).length);
        }
      }
    }
  });

  test('the question does not give the answer away: each finding is asked for with both answers', () => {
    const asked = presence.flatMap(({ sample }) => items(sample));
    for (const name of findingNames) {
      const answers = asked.filter((item) => lookupTarget(item.name)!.target.name === name);
      expect(
        share(answers, ({ yes }) => yes),
        name,
      ).toBeGreaterThan(0.25);
      expect(
        share(answers, ({ yes }) => yes),
        name,
      ).toBeLessThan(0.85);
    }
    for (const { sample } of presence) expect(sample.turns[0]!.question).not.toMatch(/\b(yes|no|not|absent|present)\b/);
  });

  test('the wording of the question does not depend on what is there', () => {
    const shell = (sample: Sample): string =>
      items(sample).reduce((text, { name }) => text.replace(name, '{}'), sample.turns[0]!.question);
    const single = presence.map(({ sample }) => sample).filter((sample) => items(sample).length === 1);
    for (const wording of new Set(single.map(shell))) {
      const answers = single.filter((sample) => shell(sample) === wording).map((sample) => items(sample)[0]!.yes);
      expect(new Set(answers).size, wording).toBe(2);
    }
  });
});

describe('visual questions', () => {
  test('are answered with the truth', () => {
    for (const [subject, question] of all((one, rng) => [one, abnormalityQuestion(one, rng)] as const)) {
      expect(question.answer).toBe(subject.boxes[question.target!].length > 0 ? 'yes.' : 'no.');
    }
    for (const [subject, { answer }] of all((one, rng) => [one, whichQuestion(one, rng)] as const)) {
      const there = findingNames.filter((name) => subject.boxes[name].length > 0);
      expect(answer).toBe(there.length === 0 ? 'none.' : `${there.join(', ')}.`);
    }
    for (const [subject, one, two] of all((c, rng) => [c, modalityQuestion(c, rng), planeQuestion(c, rng)] as const)) {
      expect(one.answer).toBe(subject.plane === 'axial' ? 'CT.' : 'X-ray.');
      expect(two.answer).toBe(`${subject.plane}.`);
    }
  });

  test('yes is as frequent as no', () => {
    const yes = share(all(abnormalityQuestion), ({ answer }) => answer === 'yes.');
    expect(Math.abs(yes - 0.5)).toBeLessThan(0.08);
  });

  test('no question occurs twice in a conversation, and nothing is grounded', () => {
    for (const sample of all(visualQuestions)) {
      const questions = sample.turns.map(({ question }) => question);
      expect(new Set(questions).size).toBe(questions.length);
      expect([sample.grounded, sample.regions.length]).toEqual([false, 0]);
    }
  });
});

describe('reports', () => {
  const grounded = all((subject, rng) => ({ subject, sample: groundedReport(subject, rng) }));

  test('ask in the fixed ways and answer with the text of the report', () => {
    for (const { subject, sample } of grounded) {
      expect(reportQuestions).toContain(sample.turns[0]!.question);
      expect(textOf(answerOf(sample))).toBe(reportText(subject.report));
    }
    for (const sample of all(reportWriting)) expect(answerOf(sample).some(isPhrase)).toBe(false);
  });

  test('each phrase has its own boxes or mask: those of its target on its side', () => {
    for (const { subject, sample } of grounded) {
      const phrases = answerOf(sample).filter(isPhrase);
      expect(sample.regions).toHaveLength(phrases.length);
      sample.regions.forEach((region, i) => {
        const { target, side, present } = phrases[i]!;
        expect([region.target, region.side, region.present]).toEqual([target, side, present]);
        expect(region.kind).toBe(targetOf(target).kind);
        if (!isFinding(target)) return;
        const wanted = subject.findings.filter((one) => one.name === target && (!side || one.side === side));
        expect(region.boxes).toEqual(wanted.map(({ box }) => box));
      });
    }
  });

  test('the labels of the written report are those of the image', () => {
    for (const subject of cases) {
      const labels = labelReport(reportText(subject.report));
      for (const name of findingNames) expect(labels[name as FindingName]).toBe(subject.boxes[name].length > 0);
    }
  });

  test('all requests for a report differ', () => {
    expect(new Set(reportQuestions).size).toBe(reportQuestions.length);
  });
});
