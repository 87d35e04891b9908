import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerJudge,
  type Complete,
  crimsonScore,
  entailmentJudge,
  greenJudge,
  greenScore,
  labelJudge,
  readAnswerScore,
  readEntailment,
  readGreen,
  readLabels,
} from '../index.js';

/** Answers by the question, also when asked again, after the turn that a network takes. */
const model =
  (answer: (question: string) => string): Complete =>
  async (messages) => {
    await Promise.resolve();
    return answer(messages.find(({ role }) => role === 'user')!.content);
  };

/** An answer in GREEN's form. */
const green = (errors: string, matched: string): string =>
  `[Explanation]:\nThe reports differ.\n\n[Clinically Significant Errors]:\n${errors}\n\n[Clinically Insignificant Errors]:\n(a) False finding: 9. x\n\n[Matched Findings]:\n${matched}\n`;

describe('GREEN', () => {
  it('is read and scored as the published parser does', () => {
    // The mean and deviation of the five answers that GREEN's own test has (Stanford-AIMI/GREEN, tests/test_repro.py).
    const answers = [
      green('(a) False finding: 0. \n(b) Missing finding: 2. Effusion; edema', 'No matched findings'),
      green('(b) Missing finding: 5. Nodule; mass; edema; fracture; tube', '1. Heart'),
      green('(a) False finding: 1. Mass: 4. lobe\n(c) Wrong location: 2. Left; lower', '1. Effusion'),
      green('(1) False finding: 0. \n(6) Missing comparison: 2. Larger; new', '1. Effusion'),
      green('(f) Missing comparison: 1. Larger\n(a) False finding: 1. Mass', '2. Effusion; heart of normal size'),
    ];
    const counts = answers.map((answer) => readGreen(answer)!);
    expect(counts[2]).toEqual({ matchedFindings: 1, significantErrors: [1, 0, 2, 0, 0, 0] });
    expect(counts[3]!.significantErrors).toEqual([0, 0, 0, 0, 0, 2]);
    expect(counts[4]!.significantErrors).toEqual([1, 0, 0, 0, 0, 1]);
    const scores = counts.map(greenScore);
    expect(scores).toEqual([0, 1 / 6, 0.25, 1 / 3, 0.5]);
    const mean = scores.reduce((a, b) => a + b) / 5;
    expect(mean).toBeCloseTo(0.25, 12);
    expect(Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / 5)).toBeCloseTo(1 / 6, 12);
    expect(readGreen(green('No errors.', '3. a; b; c'))).toEqual({
      matchedFindings: 3,
      significantErrors: [0, 0, 0, 0, 0, 0],
    });
  });

  it('has no verdict where a section or a number is missing', () => {
    for (const answer of [
      '',
      'The reports agree.',
      green('(a) False finding: 1. x', ''),
      green('(a) False finding: 1. x', 'Effusion'),
      green('(a) False finding: none', '1. x'),
      green('(a) False finding: -1. x', '1. x'),
      green('Some errors', '1. x'),
      green('(a) x: 99999999999999999999. y', '1. x'),
      '[Matched Findings]:\n1. x',
      '[Clinically Significant Errors]:\nNo',
    ])
      expect(readGreen(answer), answer).toBeUndefined();
  });

  it('leaves failures out of the mean, counts them, and gives the lower bound', async () => {
    const complete = model((question) => {
      if (question.includes('bad')) return 'I cannot say.';
      return green('(a) False finding: 1. x', question.includes('good') ? '3. x' : '1. x');
    });
    const scores = await greenJudge(complete, ['good', 'bad', ''], ['a', 'b', 'c'], { maxAttempts: 1 });
    expect(scores.perSample).toEqual([0.75, undefined, 0.5]);
    expect(scores.mean).toBe(0.625);
    expect(scores.worstCaseMean).toBeCloseTo(1.25 / 3, 12);
    expect([scores.numFailures, scores.numUnreadable]).toEqual([1, 1]);
    expect(scores.counts[0]!.matchedFindings).toBe(3);
    await expect(greenJudge(complete, ['a'], [])).rejects.toMatchObject({ code: 'shape' });
    expect((await greenJudge(complete, [], [])).mean).toBeNaN();
  });
});

describe('entailment', () => {
  it('is read from the last object of an answer', () => {
    const read = (answer: string) => readEntailment(answer, 3);
    expect(read('Thinking {of it}.\n{"analysis": "{a}", "entailed": true, "evidence": [3, 1, 1]}')).toEqual({
      entailed: true,
      evidence: [0, 2],
    });
    expect(read('{"entailed": false, "evidence": [2]} That is all.')).toEqual({ entailed: false, evidence: [] });
    for (const answer of [
      '',
      'yes',
      '{"entailed": true}',
      '{"entailed": "true", "evidence": [1]}',
      '{"entailed": true, "evidence": []}',
      '{"entailed": true, "evidence": [0]}',
      '{"entailed": true, "evidence": [4]}',
      '{"entailed": true, "evidence": [1.5]}',
      '{"entailed": true, "evidence": ["1"]}',
      '{"entailed": true, "evidence": [1]',
      '[1]',
    ])
      expect(read(answer), answer).toBeUndefined();
  });

  it('gives precision and recall, their verdicts, and asks nothing where there is nothing to follow from', async () => {
    const asked: string[] = [];
    const complete = model((question) => {
      const statement = question.split('Statement:\n')[1]!;
      asked.push(statement);
      if (statement === 'unclear') return '?';
      const place = question
        .split('Numbered statements:\n')[1]!
        .split('\n\n')[0]!
        .split('\n')
        .findIndex((line) => line.endsWith(statement));
      return JSON.stringify({ entailed: place >= 0, evidence: place >= 0 ? [place + 1] : [] });
    });
    const scores = await entailmentJudge(
      complete,
      [
        { predicted: ['effusion', 'mass', 'unclear'], reference: ['edema', 'effusion'] },
        { predicted: ['effusion'], reference: [] },
        { predicted: [], reference: [] },
      ],
      { maxAttempts: 2, concurrency: 2 },
    );
    expect(scores.verdicts[0]!.predicted).toEqual([
      { entailed: true, evidence: [1] },
      { entailed: false, evidence: [] },
      undefined,
    ]);
    expect(scores.verdicts[0]!.reference).toEqual([
      { entailed: false, evidence: [] },
      { entailed: true, evidence: [0] },
    ]);
    expect(scores.logicalPrecision.perSample).toEqual([0.5, 0, Number.NaN]);
    expect(scores.logicalPrecision.mean).toBe(0.25);
    expect(scores.logicalPrecision.worstCaseMean).toBeCloseTo(1 / 6, 12);
    expect(scores.logicalPrecision.numFailures).toBe(1);
    expect(scores.logicalRecall.perSample).toEqual([0.5, Number.NaN, Number.NaN]);
    expect(scores.logicalRecall.mean).toBe(0.5);
    expect(scores.numUnreadable).toBe(2);
    expect(asked).toHaveLength(6);
    await expect(entailmentJudge(complete, [{ predicted: [' '], reference: ['x'] }])).rejects.toThrow('of pair 0');
  });
});

describe('labels of a model', () => {
  it('are states, or no verdict where one is missing', async () => {
    const answer = '{"Edema": "yes", "Fracture": "-", "Mass": "maybe", "Other": "no"}';
    expect(readLabels(answer, ['Edema', 'Fracture', 'Mass'])).toEqual({
      Edema: 'positive',
      Fracture: 'blank',
      Mass: 'uncertain',
    });
    for (const name of ['Nodule', 'toString', '__proto__']) expect(readLabels(answer, [name])).toBeUndefined();
    expect(readLabels('{"a": "toString"}', ['a'])).toBeUndefined();
    const judged = await labelJudge(
      model(() => answer),
      ['report'],
      ['Edema'],
    );
    expect(judged.verdicts).toEqual([{ Edema: 'positive' }]);
    await expect(
      labelJudge(
        model(() => answer),
        ['report'],
        [],
      ),
    ).rejects.toMatchObject({ code: 'config' });
  });
});

describe('answerJudge', () => {
  it('reads the last score, 0 or 1 alone', () => {
    expect(readAnswerScore('The same thing.\nScore: 1')).toBe(1);
    expect(readAnswerScore('Score: 1 would be generous.\n\n**Score:** 0.')).toBe(0);
    for (const answer of [
      '',
      '1',
      'Score:',
      'Score: 2',
      'Score: 0.5',
      'Score: 10',
      'Score: -1',
      'Score: 1/10',
      'My score: 1',
    ])
      expect(readAnswerScore(answer), answer).toBeUndefined();
  });

  it('asks about every answer but empty ones, and counts what it cannot read', async () => {
    const complete = model((question) => (question.includes('mark: odd') ? 'Hm.' : 'Same.\nScore: 1'));
    const items = ['left lung', '', 'odd'].map((prediction) => ({ question: 'Where?', answer: 'left', prediction }));
    const scores = await answerJudge(complete, items, { maxAttempts: 2 });
    expect(scores).toEqual({
      mean: 0.5,
      worstCaseMean: 1 / 3,
      numFailures: 1,
      numUnreadable: 2,
      perSample: [1, 0, undefined],
    });
    await expect(answerJudge(complete, [{ question: 'x', answer: ' ', prediction: 'y' }])).rejects.toThrow('item 0');
  });
});

describe('crimsonScore', () => {
  const effusion = { significance: 'urgent', isMatched: true } as const;

  it('is the weighted credit less what is false', () => {
    const missed = { significance: 'actionable, not urgent', isMatched: false } as const;
    expect(crimsonScore({ reference: [effusion], falseFindings: [] })).toBe(1);
    expect(crimsonScore({ reference: [effusion, missed], falseFindings: [] })).toBeCloseTo(1 / 1.5, 12);
    expect(crimsonScore({ reference: [effusion, missed], falseFindings: ['not actionable'] })).toBeCloseTo(0.5, 12);
    const flawed = { ...effusion, attributeErrors: ['significant', 'negligible', 'significant'] } as const;
    expect(crimsonScore({ reference: [flawed], falseFindings: [] })).toBeCloseTo(0.5, 12);
    const benign = { significance: 'benign or expected', isMatched: false } as const;
    expect(crimsonScore({ reference: [effusion, benign], falseFindings: ['benign or expected'] })).toBe(1);
  });

  it('saturates below 0, and has a value without findings', () => {
    expect(crimsonScore({ reference: [effusion], falseFindings: ['urgent', 'urgent', 'urgent'] })).toBeCloseTo(
      -2 / 3,
      12,
    );
    expect(crimsonScore({ reference: [], falseFindings: [] })).toBe(1);
    expect(crimsonScore({ reference: [], falseFindings: ['urgent'] })).toBe(-0.5);
    expect(() => crimsonScore({ reference: [], falseFindings: ['toString' as 'urgent'] })).toThrow(
      'expected a significance',
    );
  });
});

describe('readers of answers', () => {
  const pieces = fc.constantFrom(
    '[Clinically Significant Errors]:',
    '[Matched Findings]:',
    '\n',
    '\n\n',
    '(a) x: 1. y',
    '(3) z: 2.',
    'No',
    '3. a',
    '{',
    '}',
    '"entailed": true, "evidence": [1]',
    '{"entailed": false, "evidence": []}',
    '{"x": "yes"}',
    'Score: 1',
    'Score: 0',
  );
  const answer = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 }))).map((all) => all.join('')),
  );

  it('give a verdict of the right form or none, whatever they are given', () => {
    fc.assert(
      fc.property(answer, (text) => {
        const counts = readGreen(text);
        if (counts) {
          const score = greenScore(counts);
          expect(score >= 0 && score <= 1).toBe(true);
        }
        const verdict = readEntailment(text, 2);
        if (verdict) {
          expect(verdict.evidence.every((place) => place === 0 || place === 1)).toBe(true);
          expect(verdict.entailed).toBe(verdict.evidence.length > 0);
        }
        expect([undefined, 'positive']).toContain(readLabels(text, ['x'])?.x);
        expect([undefined, 0, 1]).toContain(readAnswerScore(text));
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('are not held up by long or deep answers', () => {
    for (const part of ['{', '[', '{"a":', '\n', ' ', '(a) ', 'score', '*', '{}']) {
      const text = part.repeat(60_000);
      expect(readGreen(text)).toBeUndefined();
      expect(readEntailment(`${text}}`, 2)).toBeUndefined();
      expect(readAnswerScore(text)).toBeUndefined();
    }
  });
});

it('errors of judges are errors of the project', async () => {
  const failing = entailmentJudge(
    model(() => ''),
    [{ predicted: [''], reference: [] }],
  );
  await expect(failing.catch((error: unknown) => VividMedError.isInstance(error))).resolves.toBe(true);
});
