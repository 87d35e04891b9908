import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { type Compile, disposeParams, initParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { LanguageConfig } from '../language/config.js';
import { languageModel, languageSpec, lmHeadSpec, logitsAt } from '../language/language-model.js';
import { buildSequence, nextPosition, type Sequence } from '../tokens/sequence.js';
import { wordTokenizer } from '../tokens/word-tokenizer.js';
import type { TextParams } from './decoder.js';
import { createGenerator, type GenerateEvent, type GenerateInput } from './generate.js';
import { pushToken, startRow } from './row.js';
import { sampleToken } from './sample.js';

const tokenizer = wordTokenizer(['A', 'B', 'C']);
const { special } = tokenizer;
const config = LanguageConfig.parse({
  vocabSize: tokenizer.vocabSize,
  width: 8,
  depth: 2,
  numHeads: 2,
  mlpWidth: 12,
});

/** Weights large enough for the answers to vary; the logit of EOS is always 0, so that they are long. */
function makeParams(): TextParams {
  const { model, lm_head } = initParams({ model: languageSpec(config), lm_head: lmHeadSpec(config) }, 5);
  const [head, embedding] = tf.tidy(() => {
    const isEos = tf.oneHot(tf.scalar(special.eos, 'int32'), config.vocabSize);
    return [
      tf.mul(tf.randomNormal(lm_head.weight.shape, 0, 1, 'float32', 7), tf.sub(1, isEos)),
      tf.randomNormal(model.embed_tokens.weight.shape, 0, 1, 'float32', 8),
    ] as const;
  });
  tf.dispose([lm_head.weight, model.embed_tokens.weight]);
  return { lm_head: { weight: head }, model: { ...model, embed_tokens: { weight: embedding } } };
}

async function withParams(run: (params: TextParams) => Promise<void>): Promise<void> {
  const params = makeParams();
  await run(params).finally(() => disposeParams(params));
}

const question = (text: string, numImageTokens: number, grounded = true): Sequence =>
  buildSequence({ turns: [{ question: text }], grounded, numImageTokens, tokenizer });

function makeInput(): GenerateInput {
  return {
    sequences: [question('A B C', 3), question('B', 2)],
    images: [tf.randomNormal([1, 5, 8], 0, 1, 'float32', 1), tf.randomNormal([1, 4, 8], 0, 1, 'float32', 2)],
  };
}

/** The likeliest next token and the states of a whole sequence, with no cache. */
function recompute(params: TextParams, prompt: Sequence, image: tf.Tensor, answer: number[]) {
  const ids = [...prompt.ids];
  const positions = [...prompt.positions];
  for (const id of answer) {
    positions.push(nextPosition(positions.at(-1)!, ids.at(-1)!, id, special));
    ids.push(id);
  }
  return tf.tidy(() => {
    const { hidden } = languageModel(params.model, config, {
      ids: tf.tensor(ids, [1, ids.length], 'int32'),
      positions: tf.tensor(positions, [1, ids.length], 'int32'),
      images: [image],
    });
    const all = tf.tensor1d([...ids.keys()], 'int32');
    const best = tf.argMax(logitsAt(params.lm_head, hidden, all), -1);
    return { best: [...best.dataSync()], hidden: (hidden.arraySync() as number[][][])[0]! };
  });
}

/** Tokens as the model reads them: negative brackets are those of any phrase. */
const asRead = (ids: readonly number[]): number[] =>
  ids.map((id) =>
    id === special.beginNegative ? special.beginPhrase : id === special.endNegative ? special.endPhrase : id,
  );

test.each(['close', 'before-close'] as const)(
  'the answers and phrase states of the state %s are those of computing each sequence whole',
  (promptState) =>
    withParams(async (params) => {
      const input = makeInput();
      const generator = createGenerator(config, { tokenizer, promptState, bucket: 8 });
      const greedy = await generator.generate(params, input, { maxNewTokens: 20 });
      const drawn = await generator.generate(params, input, {
        maxNewTokens: 40,
        temperature: 2,
        seed: 3,
      });
      input.sequences.forEach((prompt, r) => {
        const { ids } = greedy[r]!;
        const { best } = recompute(params, prompt, input.images[r]!, asRead(ids));
        const start = prompt.ids.length - 1;
        expect(ids).toEqual(best.slice(start, start + ids.length));
        if (greedy[r]!.finishReason === 'eos') expect(best[start + ids.length]).toBe(special.eos);
      });
      const phrases = drawn.flatMap((row) => row.phrases);
      expect(phrases.length).toBeGreaterThan(1);
      input.sequences.forEach((prompt, r) => {
        const row = drawn[r]!;
        const { hidden } = recompute(params, prompt, input.images[r]!, asRead(row.ids));
        for (const phrase of row.phrases) {
          const at = prompt.ids.length + phrase.close - (promptState === 'close' ? 0 : 1);
          expectClose(phrase.hidden, hidden[at]!, { label: `row ${r}, phrase ${phrase.close}` });
          expect(row.text.slice(phrase.start, phrase.end)).toBe(phrase.text);
        }
      });
      tf.dispose([...input.images]);
    }),
);

test('a row of a batch is answered as it is alone, drawn or not', () =>
  withParams(async (params) => {
    const input = makeInput();
    const generator = createGenerator(config, { tokenizer, bucket: 8 });
    for (const temperature of [0, 1]) {
      const options = { maxNewTokens: 24, temperature, topP: 0.9, seed: 11 };
      const both = await generator.generate(params, input, options);
      const alone = await generator.generate(
        params,
        { sequences: [input.sequences[0]!], images: [input.images[0]!] },
        options,
      );
      expect(both[0]!.ids).toEqual(alone[0]!.ids);
      const again = await generator.generate(params, input, options);
      expect(again.map(({ ids }) => ids)).toEqual(both.map(({ ids }) => ids));
      const other = await generator.generate(params, input, { ...options, seed: 12 });
      if (temperature > 0) expect(other[1]!.ids).not.toEqual(both[1]!.ids);
    }
    tf.dispose([...input.images]);
  }));

test('compiled steps get parameters as inputs and few sets of shapes', () =>
  withParams(async (params) => {
    const input = makeInput();
    const shapes = new Set<string>();
    let numCompiled = 0;
    const compile: Compile = (fn) => {
      const name = numCompiled++;
      return (inputs) => {
        shapes.add(`${name}:${inputs.map((x) => x.shape.join()).join(';')}`);
        return tf.tidy(() => fn([...inputs]));
      };
    };
    const options = { maxNewTokens: 40, temperature: 2, seed: 3 };
    const compiled = createGenerator(config, { tokenizer, compile, bucket: 32 });
    const plain = createGenerator(config, { tokenizer, bucket: 8 });
    const found = await compiled.generate(params, input, options);
    expect(found.map(({ ids }) => ids)).toEqual((await plain.generate(params, input, options)).map(({ ids }) => ids));
    // Prompts, steps, and the two ways in which a cache is written.
    expect(numCompiled).toBe(4);
    expect(shapes.size).toBeLessThanOrEqual(6);
    tf.dispose([...input.images]);
  }));

test('the state of a phrase that the last allowed token closes is still read', () =>
  withParams(async (params) => {
    const input = makeInput();
    const generator = createGenerator(config, { tokenizer, bucket: 8 });
    const options = { temperature: 2, seed: 3 };
    const long = await generator.generate(params, input, { ...options, maxNewTokens: 40 });
    const r = long.findIndex(({ phrases }) => phrases.length > 0);
    const first = long[r]!.phrases[0]!;
    const cut = await generator.generate(params, input, {
      ...options,
      maxNewTokens: first.close + 1,
    });
    expect(cut[r]!.phrases).toHaveLength(1);
    expectClose(cut[r]!.phrases[0]!.hidden, first.hidden, { rtol: 1e-6 });
    expect(cut[r]!.finishReason).toBe('length');
    tf.dispose([...input.images]);
  }));

test('an aborted answer is returned as it is, and leaving the stream frees everything', () =>
  withParams(async (params) => {
    const input = makeInput();
    const generator = createGenerator(config, { tokenizer, bucket: 8 });
    const controller = new AbortController();
    const events: GenerateEvent[] = [];
    const options = { maxNewTokens: 30, temperature: 2, seed: 3 };
    const cut = await generator.generate(params, input, {
      ...options,
      signal: controller.signal,
      onEvent: (event) => {
        events.push(event);
        if (events.filter(({ type }) => type === 'token').length === 4) controller.abort();
      },
    });
    expect(cut.map(({ finishReason }) => finishReason)).toEqual(['aborted', 'aborted']);
    expect(cut[0]!.ids).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(2);
    for await (const event of generator.stream(params, input, options)) {
      if (event.type === 'token') break;
    }
    tf.dispose([...input.images]);
  }));

test('a phrase opened by the negative bracket is read as <p> and marked', () => {
  const row = startRow(question('A', 2), tokenizer);
  const [a, b] = [tokenizer.encode('A')[0]!, tokenizer.encode('B')[0]!];
  const at = row.position;
  for (const id of [a, special.beginNegative, b, special.endNegative]) pushToken(row, id, tokenizer);
  expect(row.token).toBe(special.endPhrase);
  expect(row.position).toBe(at + 2);
  expect(row.waiting).toEqual({ text: 'B', start: 2, end: 3, negative: true, tokens: [b], close: 3 });
});

test('without <grd>, and for a bracket that closes nothing, there is no phrase', () => {
  const plain = startRow(question('A', 2, false), tokenizer);
  for (const id of [special.beginPhrase, special.endPhrase]) pushToken(plain, id, tokenizer);
  expect(plain.waiting).toBeUndefined();
  const row = startRow(question('A', 2), tokenizer);
  pushToken(row, special.endPhrase, tokenizer);
  expect(row.waiting).toBeUndefined();
});

test('drawing follows temperature and nucleus', () => {
  const rng = createRng(1);
  const logits = [0, Math.log(2), Math.log(5)];
  const counts = [0, 0, 0];
  for (let i = 0; i < 4000; i++) counts[sampleToken(logits, { temperature: 1 }, rng)]!++;
  expectClose(
    counts.map((count) => count / 4000),
    [1 / 8, 2 / 8, 5 / 8],
    { atol: 0.02, rtol: 0 },
  );
  const nucleus = new Set<number>();
  for (let i = 0; i < 200; i++) nucleus.add(sampleToken(logits, { temperature: 1, topP: 0.8 }, rng));
  expect([...nucleus].sort()).toEqual([1, 2]);
  expect(sampleToken(logits, {}, rng)).toBe(2);
});
