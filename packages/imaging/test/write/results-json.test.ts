import { expect, test } from 'vitest';
import { resultsJson } from '../../src/write/index.js';
import { ctCase, filled, maskRegion, radiographCase } from './cases.js';

test('masks are measured in voxels and in millimetres of the patient', () => {
  const shape = [4, 5, 6] as const;
  const { results, grid } = ctCase({ shape, spacingMm: [2, 0.5, 0.25] });
  const regions = [maskRegion(filled(shape, [1, 2, 3, 3, 4, 6])), maskRegion(new Uint8Array(120))];
  const json = resultsJson({ ...results, regions }, grid);
  const [region, empty] = json.regions;
  expect(region?.boxes[0]?.voxels).toEqual([1, 2, 3, 3, 4, 6]);
  expect(region?.boxes[0]?.normalised).toEqual([0.25, 0.4, 0.5, 0.75, 0.8, 1]);
  expect(region?.numVoxels).toBe(12);
  expect(region?.volumeMl).toBeCloseTo(12 * 2 * 0.5 * 0.25 * 1e-3, 12);
  // The centre of voxel 0 is at -100.5, -80.25, 12.125; of the mask at voxel 1.5, 2.5, 4.
  expect(region?.centroidLpsMm).toEqual([-100.5 + 4 * 0.25, -80.25 + 2.5 * 0.5, 12.125 + 1.5 * 2]);
  expect(region?.boxes[0]?.cornersLpsMm?.[0]).toEqual([-100.5 + 2.5 * 0.25, -80.25 + 1.5 * 0.5, 12.125 + 0.5 * 2]);
  expect(region?.boxes[0]?.cornersLpsMm?.[7]).toEqual([-100.5 + 5.5 * 0.25, -80.25 + 3.5 * 0.5, 12.125 + 2.5 * 2]);
  expect(empty).toMatchObject({ found: false, boxes: [], numVoxels: 0 });
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
});

test('a radiograph has boxes without a place in the patient, and no volume', () => {
  const { results, grid } = radiographCase([1, 9, 11]);
  const [lung, , , nodules, effusion] = resultsJson(results, grid).regions;
  expect(lung).not.toHaveProperty('volumeMl');
  expect(nodules?.boxes.map(({ score }) => score)).toEqual([0.875, undefined]);
  expect(nodules?.boxes[0]).not.toHaveProperty('cornersLpsMm');
  expect(effusion?.found).toBe(false);
});
