import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { type Case, generatePhantom } from '@vividmed/datasets';
import { disposeParams, mapLeaves } from '@vividmed/nn';
import {
  buildSequence,
  initVividMed,
  modelImage,
  nextPosition,
  planVolume,
  presetConfig,
  type PresetName,
  type Sequence,
  type Tokenizer,
  type VividMedConfig,
  type VividMedParams,
  vividMedSpec,
} from '@vividmed/vlm';
import { phantomTokenizer } from '../src/data/vocabulary.js';
import { preparedVolume } from '@vividmed/inference';
import { compiledReader } from '../src/reader.js';
import { partKey, writeCase } from './batch.js';
import { type BenchCase, sizesOf } from './case.js';
import type { Work } from './work.js';

export interface ReportSizes {
  preset: PresetName;
  /** A radiograph or a CT. */
  dims: 2 | 3;
  /** Height and width of a radiograph. */
  side: number;
  /** Size of a CT. */
  depth: number;
  height: number;
  width: number;
  /** Tokens of a report, and the phrases in it, each localised when it closes. */
  tokens: number;
  phrases: number;
}

const wordsOfPhrase = 3;

/** One period of the report that the weights write: words, then a phrase in brackets. */
function periodOf(
  { tokens, phrases }: ReportSizes,
  { special, encode }: Tokenizer,
  words: readonly string[],
): number[] {
  const length = tokens / phrases;
  const ids = [...new Set(words.flatMap((word) => encode(word)))].slice(0, length - 2);
  const before = length - 2 - wordsOfPhrase;
  if (ids.length < length - 2) throw new Error(`report: expected ${length - 2} words, found ${ids.length}`);
  return [...ids.slice(0, before), special.beginPhrase, ...ids.slice(before), special.endPhrase];
}

/**
 * Weights that write the same report again and again. Those of a new model write nothing sensible: here embeddings are so large
 * that a state is mostly the embedding of its token, and the head answers each with the next one of the period. Every layer
 * is still computed, and the phrases' states, which the new model would not look at, prompt the localiser.
 */
function writingParams(config: VividMedConfig, { special }: Tokenizer, period: readonly number[]): VividMedParams {
  const params = initVividMed(config, 1);
  const { width, vocabSize } = config.language;
  const embedding = tf.tidy(() => tf.mul(params.model.embed_tokens.weight, 16));
  const values = embedding.dataSync();
  const head = new Float32Array(width * vocabSize);
  const follow = (token: number, next: number): void => {
    for (let c = 0; c < width; c++) head[c * vocabSize + next]! += 0.1 * values[token * width + c]!;
  };
  follow(special.sys, period[0]!);
  period.forEach((token, i) => follow(token, period[(i + 1) % period.length]!));
  const replaced = new Map<string, tf.Tensor>([
    ['model.embed_tokens.weight', embedding],
    ['lm_head.weight', tf.tensor(head, [width, vocabSize])],
    ['vg_proj.0.weight', tf.randomNormal([width, width], 0, 0.1, 'float32', 2)],
  ]);
  return mapLeaves(params, (old, path) => {
    const made = replaced.get(path);
    if (made) old.dispose();
    return made ?? old;
  });
}

/** Positions of the tokens of a report after its prompt. */
function answerPositions({ tokens }: ReportSizes, prompt: Sequence, { special }: Tokenizer, period: readonly number[]) {
  let [token, position] = [prompt.ids.at(-1)!, prompt.positions.at(-1)!];
  return Float32Array.from({ length: tokens }, (_, i) => {
    const next = period[i % period.length]!;
    position = nextPosition(position, token, next, special);
    token = next;
    return position;
  });
}

const phantomOf = ({ dims, side, depth, height, width }: ReportSizes): Case => {
  const shapes = { ctShape: [depth, height, width], radiographSize: [side, side], sliceSize: [side, side] } as const;
  const { radiograph, ct } = generatePhantom(1, shapes);
  return dims === 2 ? radiograph : ct;
};

/**
 * From a volume to the report with its phrases on the volume's grid, by the reader that the programs use. In PyTorch what is before
 * and after the model, preprocessing and the way back to the volume, is not in the time. The number of the case is the mean of
 * the scores of masks and boxes.
 */
export async function report(benchCase: BenchCase, file: string): Promise<Work> {
  const sizes = sizesOf<ReportSizes>(benchCase);
  const tokenizer = await phantomTokenizer(1);
  const config = presetConfig(sizes.preset, { vocabSize: tokenizer.vocabSize });
  const { volume } = phantomOf(sizes);
  const period = periodOf(sizes, tokenizer, tokenizer.words);
  const params = writingParams(config, tokenizer, period);
  const question = 'Describe the image.';
  if (!existsSync(file)) {
    const plan = planVolume(volume.shape, config);
    const prompt = buildSequence({
      turns: [{ question }],
      grounded: true,
      numImageTokens: plan.numTokens,
      tokenizer,
      promptState: config.promptState,
    });
    const row = (values: readonly number[]) => ({ shape: [1, values.length], data: Float32Array.from(values) });
    const positions = answerPositions(sizes, prompt, tokenizer, period);
    const arrays = Object.entries({
      ids: row(prompt.ids),
      positions: row(prompt.positions),
      answerPositions: { shape: [sizes.tokens], data: positions },
      image: { shape: [1, ...plan.padded, 1], data: modelImage(preparedVolume(volume), plan) },
    });
    await writeCase(file, {
      spec: vividMedSpec(config),
      params,
      arrays: new Map(arrays.map(([name, array]) => [partKey(0, name), array])),
      setup: { model: config, plan, special: tokenizer.special },
    });
  }
  const reader = compiledReader({ params, config, tokenizer });
  return {
    run: async () => {
      const [reading] = await reader.read([{ volume, question }], { grounded: true, maxNewTokens: sizes.tokens });
      const { ids, phrases } = reading!;
      if (ids.length !== sizes.tokens || phrases.length !== sizes.phrases) {
        throw new Error(
          `report: expected ${JSON.stringify(sizes)}, found ${ids.length} tokens, ${phrases.length} phrases`,
        );
      }
      return phrases.reduce((sum, { scores }) => sum + scores.mask + scores.boxes, 0) / (2 * phrases.length);
    },
    dispose: () => {
      reader.dispose();
      disposeParams(params);
    },
  };
}
