import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerAccuracy, answerKind, answerOverlap, answerScores, normaliseAnswer } from '../index.js';

describe('normaliseAnswer', () => {
  it('does what its name says', () => {
    const text = ' The  Left lung, and two nodules. ';
    expect(normaliseAnswer(text, 'exact')).toBe(text);
    expect(normaliseAnswer(text, 'plain')).toBe('the left lung, and two nodules');
    expect(normaliseAnswer(text, 'words')).toBe('left lung and 2 nodules');
    expect(normaliseAnswer('A', 'words')).toBe('a');
    expect(normaliseAnswer('1.5 cm.', 'words')).toBe('1.5 cm');
    expect(normaliseAnswer('Œdème pulmonaire', 'words')).toBe('œdème pulmonaire');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('plain' as const, 'words' as const), (text, how) => {
        const once = normaliseAnswer(text, how);
        // A second stop is a stop again.
        fc.pre(how === 'words' || !once.endsWith('.'));
        expect(normaliseAnswer(once, how)).toBe(once);
      }),
      { seed: 4 },
    );
  });
});

describe('answerKind', () => {
  it('goes by the data set, then by choices, then by yes and no', () => {
    expect(answerKind({ answer: 'yes', answerType: 'OPEN' })).toBe('open');
    expect(answerKind({ answer: 'left lung', answerType: 'CLOSED ' })).toBe('closed');
    expect(answerKind({ answer: 'left lung', answerType: 'ORGAN' })).toBe('open');
    expect(answerKind({ answer: 'left lung', choices: ['left lung', 'right lung'] })).toBe('closed');
    expect(answerKind({ answer: 'left lung', choices: [] })).toBe('open');
    expect(answerKind({ answer: ' No. ' })).toBe('closed');
    expect(answerKind({ answer: 'no effusion' })).toBe('open');
  });
});

describe('answerOverlap', () => {
  it('counts words as often as both sides have them, or as LLaVA-Med does', () => {
    const [predicted, truth] = ['left left lung base', 'the left lung'];
    expect(answerOverlap(predicted, truth)).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3 });
    expect(answerOverlap(predicted, truth, { counting: 'llava-med' })).toEqual({
      precision: 0.75,
      recall: 1,
      f1: 6 / 7,
    });
    // Of the true words one of two is said, twice: 2 / 3 by LLaVA-Med's count.
    expect(answerOverlap('left left', 'left lung').recall).toBe(0.5);
    expect(answerOverlap('left left', 'left lung', { counting: 'llava-med' }).recall).toBeCloseTo(2 / 3, 12);
    expect(answerOverlap('', 'left')).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  it('is the same for both orders of an answer, and turns precision into recall the other way round', () => {
    const words = fc.array(fc.constantFrom('left', 'lung', 'base', 'mass'), { maxLength: 6 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [there, back] = [answerOverlap(a.join(' '), b.join(' ')), answerOverlap(b.join(' '), a.join(' '))];
        expect([there.precision, there.recall, there.f1]).toEqual([back.recall, back.precision, back.f1]);
        expect(answerOverlap(a.toReversed().join(' '), b.join(' '))).toEqual(there);
        if (there.f1 > 0)
          expect(there.f1).toBeCloseTo((2 * there.precision * there.recall) / (there.precision + there.recall), 12);
      }),
      { seed: 6 },
    );
  });
});

describe('answerScores', () => {
  const questions = [
    { answer: 'yes' },
    { answer: 'No', answerType: 'CLOSED' },
    { answer: 'the left lung' },
    { answer: 'two' },
  ];

  it('gives open and closed questions apart, and each', () => {
    const scores = answerScores(['Yes.', 'normal', 'left lung base', '2'], questions);
    expect(scores.closed).toMatchObject({ numQuestions: 2, accuracy: 0.5 });
    expect(scores.open).toMatchObject({ numQuestions: 2, accuracy: 0, recall: 1 });
    expect(scores.all).toMatchObject({ numQuestions: 4, accuracy: 0.25 });
    expect(scores.perSample.map(({ kind }) => kind)).toEqual(['closed', 'closed', 'open', 'open']);
    expect(scores.perSample[2]!.precision).toBeCloseTo(2 / 3, 12);
    expect(answerScores(['', '', 'Left lung', '2'], questions, { normalisation: 'words' }).open.accuracy).toBe(1);
  });

  it('takes an empty answer for wrong, and refuses an empty truth', () => {
    expect(answerScores(['.'], [{ answer: '.' }]).all.accuracy).toBe(0);
    expect(() => answerScores(['x'], [{ answer: ' ' }])).toThrow('question 0');
    expect(() => answerScores([], questions)).toThrow('found 0 and 4');
    expect(answerScores([], []).open.accuracy).toBeNaN();
  });

  it('agrees with answerAccuracy', () => {
    const predicted = ['Yes', 'no.', 'the  left lung', 'three'];
    expect(answerScores(predicted, questions).all.accuracy).toBe(
      answerAccuracy(
        predicted,
        questions.map(({ answer }) => answer),
      ),
    );
  });
});
