import { createRng, VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ancestorsOf,
  conversationChances,
  conversationOf,
  type ConversationOptions,
  type ConversationProfile,
  type ConversationStage,
  isPhrase,
  lookupTarget,
  type Phrase,
  type Sample,
  type Study,
  studyOf,
  targetOf,
  textOf,
} from '../src/index.js';
import { cases, slices } from './cases.js';
import { randomStudy } from './study-arbitrary.js';

const stages: readonly ConversationStage[] = ['grounding', 'instruction', 'groundedReport'];
const profiles: readonly ConversationProfile[] = ['paper', 'original'];

const draw = (
  study: Study,
  stage: ConversationStage,
  seed: number,
  options?: ConversationOptions,
): Sample | undefined => conversationOf(study, stage, createRng(seed).fork(stage), options);

const phrasesOf = ({ turns }: Sample): Phrase[] => turns.flatMap(({ answer }) => answer.filter(isPhrase));

const share = <T>(items: readonly T[], has: (item: T) => boolean): number => items.filter(has).length / items.length;

const bare: Study = {
  id: 'bare',
  volume: { data: new Float32Array(8), shape: [2, 2, 2], spacingMm: [1, 1, 1], modality: 'MR' },
  masks: {},
  boxes: {},
  present: [],
  absent: [],
};

/** Found without the code under test. */
const isLocated = (study: Study, { target }: Phrase): boolean =>
  study.masks[target] !== undefined || study.boxes[target] !== undefined;

describe('whatever a study knows', () => {
  const anyStudy = (check: (study: Study, sample: Sample, stage: ConversationStage) => void): number => {
    let checked = 0;
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.nat(1e6),
        fc.constantFrom(...stages),
        fc.constantFrom(...profiles),
        fc.boolean(),
        (seed, other, stage, profile, negatives) => {
          const study = randomStudy(seed);
          const options = { profile, negativeGrounding: negatives ? 1 : 0 };
          const sample = draw(study, stage, other, options);
          if (sample) {
            check(study, sample, stage);
            checked++;
          }
          expect(draw(randomStudy(seed), stage, other, options)).toEqual(sample);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
    return checked;
  };

  test('every grounded phrase that is present has a mask or boxes, and a negative one has neither', () => {
    let [shown, negative] = [0, 0];
    anyStudy((study, sample) => {
      const phrases = phrasesOf(sample);
      if (!sample.grounded) return expect(sample.regions).toEqual([]);
      expect(sample.regions).toHaveLength(phrases.length);
      sample.regions.forEach((region, i) => {
        expect(sample.turns[region.turn]!.answer[region.segment]).toBe(phrases[i]);
        const { target, side, present } = phrases[i]!;
        expect([region.target, region.side, region.present, region.kind]).toEqual([
          target,
          side,
          present,
          targetOf(target).kind,
        ]);
        if (present) {
          shown++;
          expect(isLocated(study, phrases[i]!), target).toBe(true);
          expect(region.mask !== undefined || region.boxes.length > 0).toBe(true);
          if (study.masks[target]) expect(region.mask).toBe(study.masks[target]);
          const sides = study.boxSides?.[target];
          const boxes = study.boxes[target]?.filter((_, k) => side === undefined || sides?.[k] === side);
          if (boxes) expect(region.boxes).toEqual(boxes);
        } else {
          negative++;
          expect([region.mask, region.boxes]).toEqual([undefined, []]);
        }
      });
    });
    expect(shown).toBeGreaterThan(300);
    expect(negative).toBeGreaterThan(100);
  });

  test('nothing unknown is ever said to be absent, nor what the shown implies', () => {
    anyStudy((study, sample) => {
      const shown = new Set([...Object.keys(study.masks), ...Object.keys(study.boxes), ...study.present]);
      for (const { target, side, present } of phrasesOf(sample).filter((phrase) => !phrase.present)) {
        expect(present).toBe(false);
        const otherSide = side && study.boxSides?.[target]?.every((one) => one !== side);
        expect(study.absent.includes(target) || otherSide, target).toBe(true);
        if (!otherSide) for (const name of shown) expect(ancestorsOf(name)).not.toContain(target);
      }
      // In text as well: each item of a presence answer, and each bare no.
      if (sample.task !== 'targetPresence') return;
      const known = new Set([...shown, ...study.absent]);
      const answer = sample.turns.map((turn) => textOf(turn.answer)).find((text) => /: (?:yes|no)/.test(text))!;
      for (const item of answer.replace(/\.$/, '').split(', ')) {
        const [name, yes] = item.split(': ');
        const { target } = lookupTarget(name!)!;
        expect(known.has(target.name), target.name).toBe(true);
        expect(shown.has(target.name), target.name).toBe(yes === 'yes');
      }
    });
  });

  test('a target that is present in no known place is never grounded', () => {
    const checked = anyStudy((study, sample) => {
      if (!sample.grounded) return;
      for (const phrase of phrasesOf(sample)) if (phrase.present) expect(study.present).not.toContain(phrase.target);
    });
    expect(checked).toBeGreaterThan(250);
  });

  test('asks for no more targets than it may', () => {
    anyStudy((_, sample, stage) => {
      if (stage !== 'groundedReport' || !sample.grounded) return;
      const kinds = phrasesOf(sample).map(({ target }) => targetOf(target).kind);
      expect(kinds.filter((kind) => kind === 'mask').length).toBeLessThanOrEqual(8);
      expect(kinds.filter((kind) => kind === 'boxes').length).toBeLessThanOrEqual(12);
    });
    for (let seed = 0; seed < 60; seed++) {
      const limits = { maxPresent: 2, maxAbsent: 1, negativeGrounding: 1, grounding: 1, single: 0 };
      const sample = draw(randomStudy(seed), 'grounding', seed, limits);
      for (const isStructure of [true, false]) {
        const phrases = (sample ? phrasesOf(sample) : []).filter(
          ({ target }) => (targetOf(target).category === 'structure') === isStructure,
        );
        expect(phrases.filter(({ present }) => present).length).toBeLessThanOrEqual(2);
        expect(phrases.filter(({ present }) => !present).length).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a grounded report reads as the report does', () => {
    let reports = 0;
    anyStudy((study, sample) => {
      if (sample.task !== 'groundedReport') return;
      reports++;
      expect(textOf(sample.turns[0]!.answer)).toBe(textOf(study.report!));
    });
    expect(reports).toBeGreaterThan(50);
  });

  test('no question and no answer has a mark, a double space or an empty text', () => {
    anyStudy((_, { turns }) => {
      for (const { question, answer } of turns) {
        expect(question).toMatch(/^[A-Z0-9].*[.?]$/);
        expect(question).not.toMatch(/[{}]| {2}/);
        expect(textOf(answer).length).toBeGreaterThan(0);
        for (const part of answer) if (isPhrase(part)) expect(part.phrase).toBe(part.phrase.trim());
      }
    });
  });
});

describe('phantoms as studies', () => {
  const studies = [...cases, ...slices].map(studyOf);

  test('keep every phrase of their reports, each with the boxes of its side', () => {
    [...cases, ...slices].forEach((subject, i) => {
      const sample = draw(studies[i]!, 'groundedReport', i, { grounding: 1, maxMaskPhrases: 99, maxBoxPhrases: 99 })!;
      const written = studies[i]!.report!.filter(isPhrase);
      expect(phrasesOf(sample)).toEqual(written);
      sample.regions.forEach(({ target, side, present, boxes, kind, mask }) => {
        if (kind === 'mask') return expect(mask?.includes(1)).toBe(present || undefined);
        const wanted = subject.findings.filter((one) => one.name === target && (!side || one.side === side));
        expect(boxes).toEqual(wanted.map(({ box }) => box));
      });
    });
  });

  test('are asked for what they show and for what they do not', () => {
    const samples = studies.map((study, i) => draw(study, 'grounding', i, { single: 1 })!);
    const answers = samples.map((sample) => sample.turns.map(({ answer }) => textOf(answer)).join(' '));
    expect(share(answers, (text) => text.includes(': yes.'))).toBeGreaterThan(0.3);
    expect(share(answers, (text) => text.includes(': no.'))).toBeGreaterThan(0.3);
  });
});

describe('the chances', () => {
  const study: Study = {
    ...studyOf(cases[0]!),
    plane: 'frontal',
    questions: [{ question: 'How many lungs?', answer: 'two' }],
  };
  const numDraws = 1500;
  const samples = (stage: ConversationStage, options?: ConversationOptions): Sample[] =>
    Array.from({ length: numDraws }, (_, i) => draw(study, stage, i, options)!);
  const answers = (sample: Sample): string[] => sample.turns.map(({ answer }) => textOf(answer));
  const modality = cases[0]!.volume.modality === 'CT' ? 'CT.' : 'X-ray.';

  test.each([
    ['paper', 'grounding', 0.5, 0],
    ['paper', 'instruction', 0.5, 0.2],
    ['paper', 'groundedReport', 0, 0],
    ['original', 'grounding', 0.8, 0],
    ['original', 'instruction', 0.2, 0.2],
    ['original', 'groundedReport', 0, 0],
  ] as const)('of profile %s in stage %s: modality %d, plane %d', (profile, stage, ofModality, ofPlane) => {
    const drawn = samples(stage, { profile });
    // Three deviations of a share of 1500 draws are below 0.04.
    expect(Math.abs(share(drawn, (one) => answers(one).includes(modality)) - ofModality)).toBeLessThan(0.04);
    expect(Math.abs(share(drawn, (one) => answers(one).includes('frontal.')) - ofPlane)).toBeLessThan(0.04);
    const grounding = { grounding: 0.95, instruction: 0, groundedReport: 0.99 }[stage];
    expect(Math.abs(share(drawn, ({ grounded }) => grounded) - grounding)).toBeLessThan(0.02);
  });

  test('abnormalities are asked beside the report in profile paper, and in its place in profile original', () => {
    for (const [profile, both] of [
      ['paper', 0.2 * 0.8],
      ['original', 0],
    ] as const) {
      const drawn = samples('instruction', { profile });
      const asks = (one: Sample): boolean => answers(one).some((text) => text === 'yes.' || text === 'no.');
      const reports = (one: Sample): boolean => answers(one).some((text) => text.startsWith('Findings: '));
      expect(Math.abs(share(drawn, asks) - 0.2)).toBeLessThan(0.04);
      expect(Math.abs(share(drawn, (one) => asks(one) && reports(one)) - both)).toBeLessThan(0.04);
      expect(
        Math.abs(share(drawn, (one) => answers(one).includes('two')) - 0.2 * (profile === 'paper' ? 1 : 0.8)),
      ).toBeLessThan(0.04);
    }
  });

  test('absent targets are negative phrases in a fifth of the grounded conversations', () => {
    const drawn = samples('grounding', { single: 0 }).filter(({ grounded }) => grounded);
    const negative = share(drawn, (one) => phrasesOf(one).some(({ present }) => !present));
    expect(Math.abs(negative - conversationChances.paper.grounding.negativeGrounding)).toBeLessThan(0.04);
  });

  test('can be changed one by one, within their range', () => {
    expect(answers(draw(study, 'grounding', 1, { modality: 1 })!)).toContain(modality);
    for (const wrong of [{ modality: 1.2 }, { maxPresent: -1 }, { maxAbsent: 0.5 }, { grounding: Number.NaN }])
      expect(() => draw(study, 'grounding', 1, wrong)).toThrow(/^conversationOf: expected \w+ as a/);
  });
});

describe('a study that knows little', () => {
  test('has nothing to ground, and always a modality', () => {
    expect(draw(bare, 'grounding', 1)).toBeUndefined();
    expect(draw(bare, 'groundedReport', 1)).toBeUndefined();
    for (let seed = 0; seed < 20; seed++)
      expect(draw(bare, 'instruction', seed)!.turns.map(({ answer }) => textOf(answer))).toEqual(['MRI.']);
  });

  test('of which only absent targets are known is grounded with negative phrases', () => {
    const sample = draw({ ...bare, absent: ['nodule'] }, 'grounding', 2, {
      grounding: 1,
      negativeGrounding: 1,
      modality: 0,
    })!;
    expect(sample.grounded).toBe(true);
    expect(sample.regions).toMatchObject([{ target: 'nodule', present: false, boxes: [] }]);
  });

  test('whose targets have no place is not grounded', () => {
    const sample = draw({ ...bare, present: ['nodule'] }, 'grounding', 2, { grounding: 1, modality: 0 })!;
    expect(sample.grounded).toBe(false);
    expect(textOf(sample.turns[0]!.answer)).toMatch(/: yes\.$/);
  });

  test('is asked for the section of the report that it has', () => {
    const answer = (study: Partial<Study>): string =>
      textOf(draw({ ...bare, ...study }, 'instruction', 1, { modality: 0 })!.turns[0]!.answer);
    expect(answer({ findings: 'A.', impression: 'B.' })).toBe('Findings: A.\nImpression: B.');
    expect(answer({ findings: 'A.' })).toBe('A.');
    expect(answer({ impression: 'B.' })).toBe('B.');
    expect(answer({ caption: 'C.' })).toBe('C.');
    expect(answer({ report: [{ text: 'Findings: ' }, { phrase: 'nodule', target: 'nodule', present: true }] })).toBe(
      'Findings: nodule',
    );
    expect(answer({ questions: [{ question: 'Q?', answer: 'A' }] })).toBe('A');
  });

  test('which contradicts itself is refused', () => {
    const wrong = { ...bare, present: ['nodule'], absent: ['nodule'] };
    expect(() => draw(wrong, 'grounding', 1)).toThrow('expected each target present or absent, found "nodule" as both');
    try {
      draw({ ...bare, absent: ['no such thing'] }, 'grounding', 1);
      expect.unreachable();
    } catch (error) {
      expect(VividMedError.isInstance(error) && error.code).toBe('data');
    }
  });
});
