import type { BenchCase } from './case.js';
import { product, trainingFactor, transformerFlops } from './flops.js';
import type { VividMedSizes } from './batch.js';
import type { DecodeSizes } from './decode.js';
import type { ReportSizes } from './report.js';

const kernelCase = (name: string, sizes: BenchCase['sizes'], flops?: number): BenchCase => ({
  name,
  group: 'kernels',
  kind: 'kernel',
  sizes,
  ...(flops !== undefined && { flops }),
});

/** The product whose best rate is taken as what the machine can do. */
export const peakCase = 'matmul 1024';

const kernels: BenchCase[] = [
  kernelCase('matmul 256', { op: 'matmul', n: 256 }, product(256, 256, 256)),
  kernelCase(peakCase, { op: 'matmul', n: 1024 }, product(1024, 1024, 1024)),
  kernelCase(
    'attention scores 32 x 256 x 32',
    { op: 'attentionScores', heads: 32, tokens: 256, dim: 32 },
    32 * product(256, 32, 256),
  ),
  kernelCase('conv2d 64², 32 channels', { op: 'conv2d', n: 64, channels: 32 }, 9 * product(64 ** 2, 32, 32)),
  kernelCase('conv3d 16³, 16 channels', { op: 'conv3d', n: 16, channels: 16 }, 27 * product(16 ** 3, 16, 16)),
  kernelCase('softmax 4096 x 256', { op: 'softmax', rows: 4096, n: 256 }),
  kernelCase('layer norm 4096 x 256', { op: 'layerNorm', rows: 4096, n: 256 }),
  kernelCase('gelu 4096 x 256', { op: 'gelu', rows: 4096, n: 256 }),
  kernelCase('add of 16 numbers', { op: 'add', n: 16 }),
];

const sizes = { layers: 4, width: 256, heads: 8, batch: 4, tokens: 256, vocab: 2048 };

const transformers: BenchCase[] = [
  {
    name: 'transformer, forward',
    group: 'transformer',
    kind: 'transformer',
    sizes: { ...sizes, mode: 'forward' },
    flops: transformerFlops(sizes),
    targets: { torch: 3 },
  },
  {
    name: 'transformer, train step',
    group: 'transformer',
    kind: 'transformer',
    sizes: { ...sizes, mode: 'train' },
    flops: trainingFactor * transformerFlops(sizes),
    targets: { torch: 2, wasm: 50 },
    memory: true,
  },
];

const vividMedCase = (name: string, stated: VividMedSizes): BenchCase => ({
  name,
  group: 'VividMed train step',
  kind: 'vividmed',
  sizes: { ...stated },
  targets: { torch: 2, wasm: 50 },
  memory: true,
});

/** Radiographs and CTs as large as those of the quickstart. */
const quickstartImages = { side: 96, depth: 24, height: 48, width: 64 };

const tiny = { preset: 'tiny', length: 192, side: 96, depth: 24 } as const;
const tiny3d: VividMedSizes = { ...tiny, dims: 3, batch: 4, height: 64, width: 64 };

const small = { preset: 'small', length: 192, side: 128, depth: 32, height: 128, width: 128 } as const;

const models: BenchCase[] = [
  vividMedCase('tiny, 2D', { ...tiny, dims: 2, batch: 8, height: 96, width: 96 }),
  vividMedCase('tiny, 3D', tiny3d),
  vividMedCase('tiny, mixed', { ...tiny, ...quickstartImages, dims: 'mixed', batch: 8 }),
  {
    ...vividMedCase('tiny, 3D, localiser alone', tiny3d),
    kind: 'localiser',
    targets: { torch: 1.5, wasm: 50 },
  },
  vividMedCase('small, 2D', { ...small, dims: 2, batch: 2 }),
  vividMedCase('small, 3D', { ...small, dims: 3, batch: 1, height: 96, width: 96 }),
];

const decodeCase = (preset: DecodeSizes['preset'], batch: number): BenchCase => {
  const stated: DecodeSizes = { preset, batch, vocab: 512, prompt: 24, tokens: 64 };
  return {
    name: `decode ${preset}, ${batch === 1 ? '1 answer' : `${batch} answers`}`,
    group: 'decode 64 tokens',
    kind: 'decode',
    sizes: { ...stated },
    tokens: batch * stated.tokens,
    targets: { torch: 3 },
    memory: true,
  };
};

const decoding: BenchCase[] = [decodeCase('tiny', 1), decodeCase('tiny', 16), decodeCase('small', 1)];

const reportCase = (name: string, dims: ReportSizes['dims']): BenchCase => {
  const stated: ReportSizes = { ...quickstartImages, preset: 'tiny', dims, tokens: 64, phrases: 4 };
  return { name, group: 'image to report, 64 tokens, 4 phrases', kind: 'report', sizes: { ...stated } };
};

const reports: BenchCase[] = [reportCase('report tiny, 2D', 2), reportCase('report tiny, 3D', 3)];

export const cases: readonly BenchCase[] = [...kernels, ...transformers, ...models, ...decoding, ...reports];
