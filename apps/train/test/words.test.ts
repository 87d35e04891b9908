import { disposeParams } from '@vividmed/nn';
import { wordShares } from '@vividmed/vlm';
import { expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import { createDraw } from '../src/data/draw.js';
import { newModel } from '../src/stage.js';
import { toyConfig, toyCorpus } from './toy.js';

it.each(['close', 'before-close'] as const)(
  'a batch has the words of the phrase whose state it names (%s)',
  async (promptState) => {
    const train = toyConfig({ model: { preset: 'tiny', promptState }, tasks: { groundedReport: 1 }, maxPhrases: 3 });
    const { config, params, tokenizer } = await newModel(train);
    disposeParams(params);
    const { beginPhrase, endPhrase } = tokenizer.special;
    const draw = createDraw(train, await toyCorpus());
    const collate = createCollate({ model: config, train, tokenizer });
    let numPhrases = 0;
    for (const step of [1, 2, 3]) {
      const { arrays, groups, truths } = collate(draw(step));
      const ids = [...arrays['ids']!.data];
      groups.forEach(({ numPrompts }, g) => {
        if (numPrompts === 0) return;
        const { data, shape } = arrays[`group${g}.words`]!;
        expect(shape).toEqual([numPrompts, tokenizer.vocabSize]);
        const hidden = arrays[`group${g}.hiddenIndex`]!.data;
        const tokens = Array.from({ length: numPrompts }, (_, k): number[] => {
          if (truths[g]!.sample[k] === -1) return [];
          const close = hidden[k]! + (promptState === 'close' ? 0 : 1);
          expect(ids[close]).toBe(endPhrase);
          numPhrases++;
          return ids.slice(ids.lastIndexOf(beginPhrase, close) + 1, close);
        });
        expect([...data]).toEqual([...wordShares(tokens, tokenizer.vocabSize)]);
      });
    }
    expect(numPhrases).toBeGreaterThan(5);
  },
);
