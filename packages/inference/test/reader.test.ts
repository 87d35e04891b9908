import { disposeParams, initParams } from '@vividmed/nn';
import { presetConfig, vividMedModules, type VividMedParams, vividMedSpec, wordTokenizer } from '@vividmed/vlm';
import { expect, test } from 'vitest';
import { createReader, type ImageReader, type LocatedPhrase, type LocateItem } from '../src/index.js';

const tokenizer = wordTokenizer(['heart', 'nodule', 'Is', 'in', 'the', 'image', '?']);
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
const volumes = (
  [
    [1, 14, 11],
    [4, 10, 12],
  ] as const
).map((shape) => ({
  data: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => Math.sin(i / 5)),
  shape,
  spacingMm: [1, 1, 1] as const,
  modality: 'MR',
}));

async function withParams(run: (params: VividMedParams) => Promise<void>): Promise<void> {
  const params = initParams(vividMedSpec(config), 2);
  await run(params).finally(() => disposeParams(params));
}

async function locate(reader: ImageReader, items: readonly LocateItem[]): Promise<LocatedPhrase[]> {
  const found: LocatedPhrase[] = [];
  for await (const phrase of reader.locate(items)) found[phrase.item] = phrase;
  return found;
}

test('report, questions and phrases about an image encode it once, and say what they say without keeping', () =>
  withParams(async (params) => {
    let numEncoded = 0;
    const visionTower: typeof vividMedModules.visionTower = (...call) => {
      numEncoded += call[2].shape[0]!;
      return vividMedModules.visionTower(...call);
    };
    const keeping = createReader({ params, config, tokenizer }, { modules: { visionTower } });
    const plain = createReader({ params, config, tokenizer }, { keepImages: 0 });
    const asked = ['heart', 'Is the nodule in the image ?'].flatMap((question) =>
      volumes.map((volume) => ({ volume, question })),
    );
    const phrases = ['heart', 'nodule'].flatMap((phrase) => volumes.map((volume) => ({ volume, phrase })));
    for (const grounded of [true, false]) {
      const options = { grounded, maxNewTokens: 3 };
      expect(await keeping.read(asked, options)).toEqual(await plain.read(asked, options));
    }
    expect(await locate(keeping, phrases)).toEqual(await locate(plain, phrases));
    expect(numEncoded).toBe(volumes.length);
    keeping.dispose();
    plain.dispose();
  }));

test('a phrase is asked for in the words of training unless a question is given', () =>
  withParams(async (params) => {
    const reader = createReader({ params, config, tokenizer });
    const [volume] = volumes as [LocateItem['volume']];
    const [byDefault, same, other] = await locate(reader, [
      { volume, phrase: 'heart' },
      { volume, phrase: 'heart', question: 'Is heart in the image?' },
      { volume, phrase: 'heart', question: 'nodule' },
    ]);
    expect({ ...same!, item: 0 }).toEqual(byDefault);
    expect(other!.scores).not.toEqual(byDefault!.scores);
    reader.dispose();
  }));

test('events tell what a reading collects', () =>
  withParams(async (params) => {
    const reader = createReader({ params, config, tokenizer });
    const items = volumes.map((volume) => ({ volume, question: 'heart' }));
    const readings = await reader.read(items, { maxNewTokens: 4 });
    const told = items.map(() => ({ text: '', phrases: [] as unknown[], finishReason: '' }));
    for await (const event of reader.stream(items, { maxNewTokens: 4 })) {
      if (event.type === 'token') told[event.item]!.text = event.text;
      else if (event.type === 'phrase') told[event.item]!.phrases.push(event.phrase);
      else told[event.item]!.finishReason = event.finishReason;
    }
    expect(told).toEqual(readings.map(({ text, phrases, finishReason }) => ({ text, phrases, finishReason })));
    reader.dispose();
  }));
