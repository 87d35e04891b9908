import { planPreparation, prepareImage, prepareMask, restoreMask } from '@vividmed/imaging';
import { disposeParams, initParams } from '@vividmed/nn';
import { modelImage, modelMask, planVolume, presetConfig, vividMedSpec, wordTokenizer } from '@vividmed/vlm';
import { expect, it } from 'vitest';
import { createReader, explainModelInput, preparationOf, preparedVolume, type LocatedPhrase } from '../src/index.js';

const tokenizer = wordTokenizer(['heart', 'nodule', 'Where', '?']);
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });

const width = 31;
const pixels = Float32Array.from({ length: 20 * width }, (_, i) => Math.sin(i / 9) + (i % width) / width);
/** Columns from right to left. */
const mirrored = <T extends Float32Array | Uint8Array>(values: T): T =>
  values.map((_, i) => values[i - (i % width) + width - 1 - (i % width)]!) as T; // map keeps the kind of array
/** The same radiograph, as it should hang and mirrored in the file, which says so. */
const [film, mirroredFilm] = [false, true].map((isMirrored) => ({
  data: isMirrored ? mirrored(pixels) : pixels,
  shape: [1, 20, width] as const,
  spacingMm: [1, 1, 1] as const,
  modality: 'DX',
  patientOrientation: [isMirrored ? 'R' : 'L', 'F'] as const,
})) as [PreparableFilm, PreparableFilm];
type PreparableFilm = Parameters<typeof preparationOf>[0];

it('a mirrored image that says so is read as if it hung the right way, with results on the voxels of the file', async () => {
  let numPhrases = 0;
  // Few models with random weights close a phrase.
  for (let seed = 0; seed < 30 && numPhrases === 0; seed++) {
    const params = initParams(vividMedSpec(config), seed);
    const reader = createReader({ params, config, tokenizer });
    const items = [film, mirroredFilm].map((volume) => ({ volume, question: 'heart' }));
    const [plain, other] = await reader.read(items, { maxNewTokens: 12 });
    reader.dispose();
    disposeParams(params);
    expect(other!.text).toBe(plain!.text);
    numPhrases += plain!.phrases.length;
    plain!.phrases.forEach((phrase, k) => {
      expect(other!.phrases[k]!.mask).toEqual(mirrored(phrase.mask));
      phrase.boxes.forEach(({ box }, b) => {
        expect(other!.phrases[k]!.boxes[b]!.box[2]).toBeCloseTo(width - box[5], 4);
        expect(other!.phrases[k]!.boxes[b]!.box[1]).toBeCloseTo(box[1], 4);
      });
    });
  }
  expect(numPhrases).toBeGreaterThan(0);
});

it('so are phrases found in it, masks or boxes as the taxonomy says', async () => {
  const params = initParams(vividMedSpec(config), 3);
  const reader = createReader({ params, config, tokenizer });
  const items = ['heart', 'nodule', 'elbow grease'].flatMap((phrase) =>
    [film, mirroredFilm].map((volume) => ({ volume, phrase })),
  );
  const found: LocatedPhrase[] = [];
  // A threshold at which the toy finds a part of the image.
  for await (const phrase of reader.locate(items, { maskThreshold: 0.5, boxThreshold: 0 })) found[phrase.item] = phrase;
  expect(found.map(({ text, kind, target }) => [text, kind, target?.name])).toEqual([
    ...Array.from({ length: 2 }, () => ['heart', 'mask', 'heart']),
    ...Array.from({ length: 2 }, () => ['nodule', 'boxes', 'nodule']),
    ...Array.from({ length: 2 }, () => ['elbow grease', 'both', undefined]),
  ]);
  for (const k of [0, 4]) {
    expect(found[k]!.mask).toHaveLength(pixels.length);
    expect(found[k + 1]!.mask).toEqual(mirrored(found[k]!.mask));
  }
  for (const k of [2, 4]) {
    expect(found[k]!.boxes.length).toBeGreaterThan(0);
    found[k]!.boxes.forEach(({ box }, b) => {
      expect(found[k + 1]!.boxes[b]!.box[2]).toBeCloseTo(width - box[5], 4);
      expect(found[k + 1]!.boxes[b]!.box[5]).toBeCloseTo(width - box[2], 4);
    });
  }
  reader.dispose();
  disposeParams(params);
});

it('explains the steps that the model takes: they give its image and its masks', () => {
  const inside = Uint8Array.from(pixels, (_, i) => (i % width >= 19 && i > 200 && i < 400 ? 1 : 0));
  const prepared = preparedVolume(mirroredFilm);
  const plan = planVolume(prepared.shape, config);
  const steps = { resample: { shape: plan.resized }, pad: { shape: plan.padded } };
  const { image, record } = prepareImage(mirroredFilm, steps);
  expect(image.data).toEqual(modelImage(prepared, plan));
  expect(planPreparation(mirroredFilm).output.shape).toEqual(prepared.shape);
  const first = preparationOf(mirroredFilm);
  const onGrid = Uint8Array.from(modelMask(prepareMask(first, inside), first.output, plan));
  expect(restoreMask(record, onGrid)).toHaveLength(pixels.length);
  expect(explainModelInput(mirroredFilm, config)).toMatch(
    /Turned from .*\n.*Windowed .*\n.*Resampled from 1 x 20 x 31/,
  );
});
