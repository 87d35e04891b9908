import fc from 'fast-check';
import { expect, it } from 'vitest';
import { presetConfig, type PresetName } from '../model/config.js';
import { planCanvas } from './canvas.js';
import { planVolume } from './model-image.js';

const configOf = (preset: PresetName) => presetConfig(preset, { vocabSize: 100 });
const size = fc.integer({ min: 1, max: 700 });

it.each(['toy', 'tiny', 'small', 'paper'] as const)(
  'images of every shape share few canvases within the budget (%s)',
  (preset) => {
    const config = configOf(preset);
    const graphs = new Set<string>();
    fc.assert(
      fc.property(fc.tuple(fc.oneof(fc.constant(1), size), size, size), fc.nat(4), (shape, exponent) => {
        // Training draws the patch depth of all but thin images.
        const drawn = shape[0] > config.maxTokensDepth / 2 && 2 ** exponent <= config.vision.patch[0];
        const plan = planCanvas(shape, config, drawn ? 2 ** exponent : undefined);
        if (drawn) expect(plan.patchDepth).toBe(2 ** exponent);
        graphs.add(JSON.stringify([plan.padded, plan.patchDepth, plan.poolDepth]));
        expect(plan.numTokens).toBeLessThanOrEqual(config.maxTokens);
        expect(plan.numTokens).toBe(plan.pooledGrid.reduce((a, b) => a * b, 1));
        plan.padded.forEach((voxels, axis) => {
          expect(plan.resized[axis]).toBeGreaterThan(0);
          expect(plan.resized[axis]! + plan.padBefore[axis]!).toBeLessThanOrEqual(voxels);
          const patch = axis === 0 ? plan.patchDepth : config.vision.patch[axis]!;
          expect(voxels).toBe(plan.grid[axis]! * patch);
        });
        // The longer side decides, and the other keeps the aspect ratio to a voxel.
        const [scaleH, scaleW] = [plan.resized[1] / shape[1], plan.resized[2] / shape[2]];
        const tolerance = 1 / Math.min(shape[1], shape[2]);
        expect(Math.abs(scaleH - scaleW)).toBeLessThanOrEqual(Math.max(tolerance, 1e-9));
      }),
      { seed: 1, numRuns: 2000 },
    );
    const patchDepths = Math.log2(config.vision.patch[0]) + 1;
    expect(graphs.size).toBeLessThanOrEqual(3 * (2 + patchDepths));
  },
);

it.each([[[1, 96, 96]], [[1, 512, 512]], [[1, 37, 37]]])('a square image %s is read as by planVolume', (shape) => {
  for (const preset of ['tiny', 'small', 'paper'] as const)
    expect(planCanvas(shape, configOf(preset))).toEqual(planVolume(shape, configOf(preset)));
});

it.each([[[0, 4, 4]], [[4, 4]], [[1.5, 4, 4]]])('a shape of %j is refused', (shape) => {
  expect(() => planCanvas(shape, configOf('tiny'))).toThrow('planCanvas: expected depth, height and width');
});
