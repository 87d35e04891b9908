import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { categoryCodes, type Code, sideCodes, taxonomy } from '../src/index.js';

/** Written by `oracle/snomed.py` from the dictionaries of pydicom and the table of TotalSegmentator. */
const { codes } = JSON.parse(readFileSync(new URL('oracle/snomed.json', import.meta.url), 'utf8')) as {
  codes: (Code & { source: string })[];
};
const verified = new Map(codes.map(({ value, meaning }) => [`${value} ${meaning}`, true]));

test('every code was found in a dictionary with this meaning', () => {
  const used = [
    ...Object.values(categoryCodes),
    ...Object.values(sideCodes),
    ...taxonomy.flatMap(({ code, region }) => [code, region].filter((one) => one !== undefined)),
  ];
  expect(used.filter(({ value, meaning }) => !verified.has(`${value} ${meaning}`))).toEqual([]);
  // Most structures have one.
  expect(taxonomy.filter(({ code }) => code).length / taxonomy.length).toBeGreaterThan(0.75);
});

test('no code stands for two structures, but for sides, regions of the spine and the parts that share one', () => {
  const owners = new Map<string, Set<string>>();
  for (const { name, code, side, category, kind } of taxonomy) {
    if (!code || side || category !== 'structure' || kind !== 'mask') continue;
    owners.set(code.value, (owners.get(code.value) ?? new Set()).add(name));
  }
  const shared = [...owners.values()].filter((names) => names.size > 1).map((names) => [...names]);
  expect(shared).toEqual([['vertebrae', 'cervical vertebrae', 'thoracic vertebrae', 'lumbar vertebrae']]);
});
