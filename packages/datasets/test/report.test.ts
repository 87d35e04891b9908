import { createRng } from '@vividmed/core';
import { expect, test } from 'vitest';
import {
  anatomyNames,
  type FindingName,
  findingNames,
  isFinding,
  isPhrase,
  labelReport,
  lookupTarget,
  phantomTaxonomy,
  planFindings,
  type PlannedFinding,
  reportOf,
  reportSegments,
  reportText,
  targetOf,
} from '../src/index.js';

/** Plans and reports of many patients: no image is needed. */
const patients = Array.from({ length: 300 }, (_, seed) => {
  const rng = createRng(seed).fork('report test');
  const plan = planFindings(rng.fork('plan'));
  return { plan, report: reportOf(plan, rng.fork('report')) };
});
const truth = (plan: readonly PlannedFinding[]): Record<FindingName, boolean> =>
  Object.fromEntries(findingNames.map((name) => [name, plan.some((found) => found.name === name)])) as Record<
    FindingName,
    boolean
  >;
const labels = (text: string): string[] => findingNames.filter((name) => labelReport(text)[name]);

test('a report states what is there and nothing else', () => {
  for (const { plan, report } of patients) {
    expect(labelReport(reportText(report)), reportText(report)).toEqual(truth(plan));
  }
});

test('a report speaks of no anatomy that is not shown', () => {
  let spoken = 0;
  patients.forEach(({ plan }, seed) => {
    const rng = createRng(seed).fork('anatomy that is shown');
    const shown = anatomyNames.filter(() => rng.chance(0.4));
    const inView = shown.includes('heart') ? plan : plan.filter(({ name }) => name !== 'cardiomegaly');
    for (const { target } of reportSegments(reportOf(inView, rng, shown)).filter(isPhrase)) {
      if (isFinding(target)) continue;
      if (target === 'lungs') expect(shown).toEqual(expect.arrayContaining(['left lung', 'right lung']));
      else expect(shown).toContain(target);
      spoken++;
    }
  });
  expect(spoken).toBeGreaterThan(200);
});

test('the findings section alone and the impression alone say the same', () => {
  for (const { plan, report } of patients) {
    expect(labelReport(reportText({ findings: report.findings, impression: [] }))).toEqual(truth(plan));
    expect(labelReport(reportText({ findings: [], impression: report.impression }))).toEqual(truth(plan));
  }
});

test('every instance is covered by a phrase of the findings, and phrases of a side cover no other side', () => {
  for (const { plan, report } of patients) {
    const phrases = report.findings.flat().filter(isPhrase);
    for (const { name, side } of plan) {
      const over = phrases.filter((part) => part.target === name && (part.side === undefined || part.side === side));
      expect(over, `${name} ${side}`).toHaveLength(1);
    }
    for (const part of phrases) {
      if (!isFinding(part.target)) continue;
      const covered = plan.filter(({ name, side }) => name === part.target && (!part.side || part.side === side));
      expect(covered.length > 0).toBe(part.present);
    }
  }
});

test('phrases look up to their target and side', () => {
  for (const { report } of patients) {
    for (const { phrase, target, side } of reportSegments(report).filter(isPhrase)) {
      expect(lookupTarget(phrase)?.target.name, phrase).toBe(target);
      expect(lookupTarget(phrase)?.side, phrase).toBe(targetOf(target).sided ? side : undefined);
    }
  }
});

test('phrases neither begin nor end with a space and are a part of the text', () => {
  for (const { report } of patients) {
    const segments = reportSegments(report);
    for (const part of segments) if (isPhrase(part)) expect(part.phrase).toBe(part.phrase.trim());
    expect(reportText(report)).not.toMatch(/ {2}| [.,]|\{\}/);
    expect(reportText(report)).toMatch(/^Findings: [A-Z][^]*\.\nImpression: [A-Z].*\.$/);
  }
});

test.each(phantomTaxonomy.flatMap(({ name, synonyms }) => synonyms.map((synonym) => [synonym, name] as const)))(
  'the synonym %s means %s, with and without qualifiers',
  (synonym, name) => {
    expect(lookupTarget(synonym)?.target.name).toBe(name);
    expect(lookupTarget(`a small ${synonym}`)?.target.name).toBe(name);
  },
);

test('synonyms are shared by no two targets', () => {
  const names = phantomTaxonomy.flatMap(({ name, synonyms }) => [name, ...synonyms]);
  expect(new Set(names).size).toBe(names.length);
});

test('a side counts only where a finding has sides, and two sides are none', () => {
  expect(lookupTarget('left pleural effusion')?.side).toBe('left');
  expect(lookupTarget('Right-sided effusion')?.side).toBe('right');
  expect(lookupTarget('left and right effusions')).toBeUndefined();
  expect(lookupTarget('bilateral effusions')?.side).toBeUndefined();
  expect(lookupTarget('left cardiomegaly')?.side).toBeUndefined();
  expect(lookupTarget('purple effusion')).toBeUndefined();
  expect(lookupTarget('')).toBeUndefined();
});

test.each([
  ['No pneumothorax or pleural effusion.', []],
  ['There is neither consolidation nor a nodule.', []],
  ['The lungs are free of masses.', []],
  ['A pneumothorax is not seen.', []],
  ['The heart is not enlarged.', []],
  ['Consolidation and atelectasis are absent.', []],
  ['Without evidence of cardiac enlargement.', []],
  ['No effusion, but there is a small nodule.', ['nodule']],
  ['There is an effusion; no pneumothorax.', ['pleural effusion']],
  ['No mass.\nA nodule is seen.', ['nodule']],
  ['The heart is markedly enlarged.', ['cardiomegaly']],
  ['Airspace opacities in both lungs.', ['consolidation']],
])('the statement %j means %j', (text, expected) => {
  expect(labels(text)).toEqual(expected);
});

test.each([
  ['There may be a pneumothorax.', 'pneumothorax'],
  ['A small mass cannot be excluded.', 'mass'],
  ['Possible atelectasis.', 'atelectasis'],
  ['The appearance raises the question of pleural fluid.', 'pleural effusion'],
])('an uncertain mention counts: %s', (text, name) => {
  expect(labels(text)).toEqual([name]);
});

test('uncertain wording occurs, and only for small findings that are there', () => {
  const unsure = /There may be|possibly|raises the question|cannot be excluded/;
  const sentences = patients.flatMap(({ plan, report }) =>
    report.findings.map((sentence) => ({
      plan,
      sentence,
      text: sentence.map((s) => ('text' in s ? s.text : '')).join(''),
    })),
  );
  const uncertain = sentences.filter(({ text }) => unsure.test(text));
  expect(uncertain.length).toBeGreaterThan(10);
  for (const { plan, sentence } of uncertain) {
    for (const part of sentence.filter(isPhrase)) {
      expect(plan.some(({ name, size }) => name === part.target && size === 'small')).toBe(true);
    }
  }
});

test('findings are balanced: a fifth of the patients has none, each finding is in a fifth to a third', () => {
  const share = (has: (plan: readonly PlannedFinding[]) => boolean): number =>
    patients.filter(({ plan }) => has(plan)).length / patients.length;
  const none = share((plan) => plan.length === 0);
  expect(none).toBeGreaterThan(0.14);
  expect(none).toBeLessThan(0.27);
  for (const name of findingNames) {
    const one = share((plan) => plan.some((found) => found.name === name));
    expect(one, name).toBeGreaterThan(0.18);
    expect(one, name).toBeLessThan(0.38);
  }
  const sides = patients.flatMap(({ plan }) => plan.flatMap(({ side }) => side ?? []));
  const left = sides.filter((side) => side === 'left').length / sides.length;
  expect(Math.abs(left - 0.5)).toBeLessThan(0.06);
});

test('no two findings take the same place', () => {
  for (const { plan } of patients) {
    const places = plan.filter(({ side }) => side).map(({ side, zone }) => `${side} ${zone}`);
    expect(new Set(places).size).toBe(places.length);
  }
});
