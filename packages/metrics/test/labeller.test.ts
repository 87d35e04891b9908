import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chexpertLabels,
  type ChexpertLabel,
  ctRateLabels,
  labelChestReport,
  labelCtReport,
  type LabelState,
} from '../src/index.js';

interface LabelledSentence {
  text: string;
  labels: Partial<Record<string, LabelState>>;
}

/** Sentences of our own, labelled by hand; labels that are not named are blank. */
const read = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as LabelledSentence[];

/** Right and wrong statements, a state of a finding each; what is blank on both sides does not count. */
function compare(
  sentences: readonly LabelledSentence[],
  label: (text: string) => Readonly<Partial<Record<string, LabelState>>>,
  names: readonly string[],
) {
  let [right, said, wanted] = [0, 0, 0];
  const wrong: string[] = [];
  for (const { text, labels } of sentences) {
    const found = label(text);
    for (const name of names) {
      const [is, should] = [found[name], labels[name] ?? 'blank'];
      if (is !== 'blank') said += 1;
      if (should !== 'blank') wanted += 1;
      if (is === should && is !== 'blank') right += 1;
      if (is !== should) wrong.push(`${text} ${name}: ${is}, not ${should}`);
    }
  }
  return { precision: right / said, recall: right / wanted, wrong };
}

const findings = chexpertLabels.filter((name) => name !== 'No Finding');

describe('labels of chest reports', () => {
  const sentences = read('labelled-chest-sentences.json');

  test('are those that people gave to 178 sentences, but for four that rules like these cannot tell', () => {
    expect(sentences).toHaveLength(178);
    const known = new Set<string>([...findings, ...sentences.flatMap(({ labels }) => Object.keys(labels))]);
    expect([...known]).toEqual(findings);
    const { precision, recall, wrong } = compare(sentences, labelChestReport, findings);
    expect(wrong).toEqual([
      // Doubt that lies in an "or" alone.
      'Pleural effusion or thickening on the right. Pleural Effusion: positive, not uncertain',
      'Pleural effusion or thickening on the right. Pleural Other: blank, not uncertain',
      'Subsegmental atelectasis or scarring. Atelectasis: positive, not uncertain',
      // What is not seen is the tip.
      'The tip of the endotracheal tube is not seen. Support Devices: negative, not positive',
    ]);
    expect([precision.toFixed(3), recall.toFixed(3)]).toEqual(['0.986', '0.982']);
  });

  // These were labelled after the rules were written, and no rule was changed for them.
  test('are nearly those that people gave to 50 sentences that the rules were not made for', () => {
    const heldOut = read('labelled-chest-held-out.json');
    expect(heldOut).toHaveLength(50);
    const { precision, recall, wrong } = compare(heldOut, labelChestReport, findings);
    expect([precision.toFixed(3), recall.toFixed(3)]).toEqual(['0.923', '0.909']);
    expect(wrong).toHaveLength(7);
  });
});

test('labels of CT reports are those that people gave to 36 sentences', () => {
  const sentences = read('labelled-ct-sentences.json');
  expect(sentences).toHaveLength(36);
  expect(compare(sentences, labelCtReport, ctRateLabels).wrong).toEqual([]);
});

test('the strongest mention of a report counts', () => {
  const stateOf = (text: string) => labelChestReport(text)['Pleural Effusion'];
  expect(stateOf('No effusion. Possible effusion. There is an effusion.')).toBe('positive');
  expect(stateOf('No effusion on the left. Possible effusion on the right.')).toBe('uncertain');
  expect(stateOf('No effusion.')).toBe('negative');
  expect(stateOf('Normal.')).toBe('blank');
});

test('nothing was found where nothing but devices is there', () => {
  const isNormal = (text: string) => labelChestReport(text)['No Finding'];
  expect(isNormal('Normal chest.')).toBe('positive');
  expect(isNormal('No effusion. A PICC line ends in the SVC.')).toBe('positive');
  expect(isNormal('Possible effusion.')).toBe('blank');
  expect(isNormal('Cardiomegaly.')).toBe('blank');
  expect(isNormal('')).toBe('blank');
  expect(isNormal(' \n . ')).toBe('blank');
});

const sayings: [template: string, state: LabelState][] = [
  ['There is X.', 'positive'],
  ['No X.', 'negative'],
  ['NO EVIDENCE OF X', 'negative'],
  ['Without X or Y.', 'negative'],
  ['There is Y but no X.', 'negative'],
  ['X has resolved.', 'negative'],
  ['X is not seen.', 'negative'],
  ['Possible X.', 'uncertain'],
  ['X cannot be excluded.', 'uncertain'],
  ['No Y. X may be present.', 'uncertain'],
  ['No Y, but there is X', 'positive'],
  ['No change in X.', 'positive'],
];
const nouns: [string, ChexpertLabel][] = [
  ['pneumothorax', 'Pneumothorax'],
  ['pleural effusion', 'Pleural Effusion'],
  ['pulmonary edema', 'Edema'],
  ['consolidation', 'Consolidation'],
  ['rib fracture', 'Fracture'],
  ['atelectasis', 'Atelectasis'],
  ['lung nodule', 'Lung Lesion'],
];

test('a saying means the same of every finding, in any case and with any spaces', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sayings),
      fc.constantFrom(...nouns),
      fc.constantFrom(...nouns),
      fc.constantFrom(' ', '  ', '\n', '\r\n', '\t'),
      fc.boolean(),
      ([template, state], [x, label], [y], space, isLoud) => {
        fc.pre(x !== y);
        const text = template.replaceAll('X', x).replaceAll('Y', y).replaceAll(' ', space);
        expect(labelChestReport(isLoud ? text.toUpperCase() : text)[label], text).toBe(state);
      },
    ),
    { seed: 8, numRuns: 300 },
  );
});

test('any text has a state for every label', () => {
  const states = ['blank', 'positive', 'negative', 'uncertain'];
  const words = fc.constantFrom(
    'no',
    'effusion',
    'may',
    ',',
    '.',
    '\n',
    'and',
    'is',
    'with',
    'not',
    'heart',
    'enlarged',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(words, { maxLength: 40 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(text, (report) => {
      const chest = labelChestReport(report);
      expect(Object.keys(chest).toSorted()).toEqual([...chexpertLabels].toSorted());
      const ct = labelCtReport(report);
      expect(Object.keys(ct)).toEqual([...ctRateLabels]);
      for (const state of [...Object.values(chest), ...Object.values(ct)]) expect(states).toContain(state);
    }),
    { seed: 2 },
  );
});

test('a long text without a stop is read in time', () => {
  const report = 'no effusion and possible pneumonia with edema is seen '.repeat(1000);
  expect(labelChestReport(report).Edema).toBe('positive');
  for (const part of ['x', '.', ' ', '\n', '\n ', '-', 'a-', '; ', 'no ', 'vascular '])
    expect(labelChestReport(`${part.repeat(20_000 / part.length)}x`)['No Finding'], part).toBe('positive');
});
