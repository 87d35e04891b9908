import { ParamSpec, zeros } from '@vividmed/nn';
import { expectConformance, expectManifestMatches } from '@vividmed/testing';
import { describe, it } from 'vitest';
import { patchEmbed, type PatchEmbedConfig, patchEmbedSpec, resampleKernel, resamplePositions } from '../src/index.js';

const golden = (name: string): URL => new URL(`./golden/${name}.safetensors`, import.meta.url);
const config: PatchEmbedConfig = { inChannels: 3, width: 8, patch: [4, 2, 3] };

describe('agreement with the PyTorch reference', () => {
  it('reads the golden files that the manifest names', () =>
    expectManifestMatches(new URL('./golden/', import.meta.url)));

  it.each([
    ['patch-embed-2d', 1],
    ['patch-embed-thin', 1],
    ['patch-embed-depth-2', 2],
    ['patch-embed-depth-4', 4],
  ] as const)('embeds patches as a convolution with the pooled kernel: %s', (name, patchDepth) =>
    expectConformance(golden(name), {
      spec: patchEmbedSpec(config),
      run: (params, { image }) => ({ tokens: patchEmbed(params, config, image!, { patchDepth }) }),
    }),
  );

  it('resamples positions to flat, deep, mixed and equal grids', () =>
    expectConformance(golden('positions'), {
      spec: { weight: new ParamSpec([1, 3, 4, 5, 6], zeros, { torchAxes: [0, 2, 3, 4, 1] }) },
      run: ({ weight }) => ({
        flat: resamplePositions(weight, [1, 5, 7]),
        deep: resamplePositions(weight, [6, 2, 5]),
        mixed: resamplePositions(weight, [2, 3, 8]),
        same: resamplePositions(weight, [3, 4, 5]),
      }),
    }));

  it('resamples kernels in two and three dimensions', () =>
    expectConformance(golden('kernels'), {
      spec: {},
      run: (_, { flat, deep }) => ({
        grown: resampleKernel(flat!, [16, 16]),
        mixed: resampleKernel(flat!, [9, 17]),
        deep: resampleKernel(deep!, [8, 2, 5]),
      }),
    }));
});
