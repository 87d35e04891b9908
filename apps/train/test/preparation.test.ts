import { createRng } from '@vividmed/core';
import type { Sample } from '@vividmed/datasets';
import { presetConfig, wordTokenizer } from '@vividmed/vlm';
import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from '../src/config.js';
import { createCollate } from '../src/data/collate.js';
import { groupKey } from '../src/training/batch.js';

const tokenizer = wordTokenizer(['heart', 'Where', '?']);
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });

const shape = [1, 20, 31] as const;
const pixels = Float32Array.from({ length: 620 }, (_, i) => Math.sin(i / 9) + (i % 31) / 31);
const mask = pixels.map((_, i) => (i % 31 < 12 && Math.floor(i / 31) > 5 && Math.floor(i / 31) < 14 ? 1 : 0));
/** The same radiograph, as it should hang and mirrored in the file, which says so. */
const film = (isMirrored: boolean) => {
  const turn = <T extends Float32Array | Uint8Array>(values: T): T =>
    isMirrored ? (values.map((_, i) => values[i - (i % 31) + 30 - (i % 31)]!) as T) : values; // map keeps the kind of array
  return {
    volume: {
      data: turn(pixels),
      shape,
      spacingMm: [1, 1, 1] as const,
      modality: 'DX',
      patientOrientation: [isMirrored ? 'R' : 'L', 'F'] as const,
    },
    mask: turn(Uint8Array.from(mask)),
    box: isMirrored ? ([0, 6, 19, 1, 14, 31] as const) : ([0, 6, 0, 1, 14, 12] as const),
  };
};

const trainConfig = parseTrainConfig(
  { name: 'x', tasks: {}, steps: 1, maxPhrases: 1, augment: false, optimiser: { peakLr: 1, warmupSteps: 0 } },
  'test',
);

function sampleOf({ volume, mask: inside, box }: ReturnType<typeof film>): Sample {
  return {
    task: 'targetPresence',
    caseId: 'one',
    plane: 'frontal',
    volume,
    turns: [{ question: 'Where ?', answer: [{ phrase: 'heart', target: 'heart', present: true }] }],
    grounded: true,
    regions: [{ target: 'heart', kind: 'both', present: true, mask: inside, boxes: [box], turn: 0, segment: 0 }],
  } as unknown as Sample; // More than this test needs is in a sample.
}

describe('a mirrored image that says so', () => {
  it('trains as if it hung the right way, with its masks and boxes', () => {
    const collate = createCollate({ model: config, train: trainConfig, tokenizer });
    const [plain, mirrored] = [film(false), film(true)].map((image) =>
      collate([[{ sample: sampleOf(image), rng: createRng(0) }]]),
    );
    expect(mirrored).toEqual(plain);
    expect(plain!.truths[0]!.boxes[0]).toHaveLength(1);
  });

  it('teaches of a target what is known of it: mask, boxes, both, or that it is not there', () => {
    const collate = createCollate({ model: config, train: trainConfig, tokenizer });
    const image = film(false);
    const weightsOf = (known: object): number[] => {
      const sample = sampleOf(image);
      const regions = sample.regions.map((region) => ({ ...region, ...known }));
      const { arrays } = collate([[{ sample: { ...sample, regions }, rng: createRng(0) }]]);
      return (['maskWeight', 'presenceWeight'] as const).map((key) => Number(arrays[groupKey(0, key)]!.data[0]! > 0));
    };
    expect(weightsOf({})).toEqual([1, 1]);
    expect(weightsOf({ mask: undefined })).toEqual([0, 1]);
    expect(weightsOf({ boxes: [] })).toEqual([1, 0]);
    expect(weightsOf({ present: false, mask: undefined, boxes: [] })).toEqual([1, 1]);
  });
});
