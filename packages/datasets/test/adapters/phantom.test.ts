import { expect, test } from 'vitest';
import { conversationOf, generatePhantom, studyOf } from '../../src/index.js';
import { openDataset } from '../../src/node.js';
import { createRng } from '@vividmed/core';

test('phantoms are a data set like any other: the study of a view of each patient', async () => {
  const options = { numCases: 2, firstSeed: 7, views: ['radiograph', 'ct'], ctShape: [24, 24, 24], flatSize: [24, 32] };
  const dataset = await openDataset('phantom', '.', options);
  expect(dataset.entries.map(({ id, patient }) => [id, patient])).toEqual([
    ['phantom-7-radiograph', 'phantom-7'],
    ['phantom-7-ct', 'phantom-7'],
    ['phantom-8-radiograph', 'phantom-8'],
    ['phantom-8-ct', 'phantom-8'],
  ]);
  const sizes = { ctShape: [24, 24, 24], radiographSize: [24, 32], sliceSize: [24, 32] } as const;
  const study = await dataset.read(dataset.entries[3]!);
  expect(study).toEqual(studyOf(generatePhantom(8, sizes).ct));
  expect(conversationOf(study, 'grounding', createRng(1))?.turns.length).toBeGreaterThan(0);
  await expect(dataset.read({ id: 'phantom-9-ct', patient: '', files: [] })).rejects.toThrow('found another');
  await expect(openDataset('phantom', '.', { cases: 2 })).rejects.toMatchObject({ code: 'config' });
});
