import * as tf from '@tensorflow/tfjs';
import { type Box, lookupTarget, type Target, type Volume } from '@vividmed/datasets';
import { jit, type Jitted } from '@vividmed/engine';
import { type Plan, planImage } from '@vividmed/patch-embed';
import { resizeMaskLogits } from '@vividmed/sam-decoder';
import {
  buildSequence,
  createGenerator,
  type Generation,
  imageTokens,
  localise,
  modelImage,
  volumeBox,
  volumeValues,
} from '@vividmed/vlm';
import { flatInputs, type ModelInUse } from '../evaluation/model.js';
import { suppress } from '../evaluation/localisation.js';

/** A phrase of an answer and where the image shows it. */
export interface ReadPhrase {
  text: string;
  /** Where it stands in the text, end excluded. */
  start: number;
  end: number;
  /** What the taxonomy says it names; decides between mask and boxes. */
  target: Target | undefined;
  /** 1 inside, on the grid of the volume; empty when the target is shown by boxes. */
  mask: Uint8Array;
  /** Boxes above the threshold, best first, in voxels of the volume. */
  boxes: { box: Box; score: number }[];
  /** False when neither mask nor box was found: that is an answer too. */
  found: boolean;
}

export interface Reading {
  text: string;
  phrases: ReadPhrase[];
  finishReason: Generation['finishReason'];
}

export interface ReadOptions {
  /** Whether phrases are opened and localised. */
  grounded: boolean;
  maxNewTokens?: number;
  /** Presence score from which a box is shown; 0.5 by default. */
  threshold?: number;
  signal?: AbortSignal;
}

export interface ImageReader {
  /** Answers one question per volume; volumes of one shape share a batch. */
  read(items: readonly { volume: Volume; question: string }[], options: ReadOptions): Promise<Reading[]>;
  dispose(): void;
}

const batchSize = 16;
const phraseMultiple = 16;

/** Reads images with a model: text, and masks and boxes of its phrases on the grid of the image that came in. */
export function createReader({ params, config, tokenizer }: ModelInUse): ImageReader {
  const flat = flatInputs(params);
  const generator = createGenerator(config.language, {
    tokenizer,
    promptState: config.promptState,
    compile: (fn) => jit(fn),
  });
  const graphs = new Map<string, Jitted>();
  const graph = (key: string, fn: (inputs: tf.Tensor[]) => tf.Tensor[]): Jitted => {
    const made = graphs.get(key) ?? jit(fn);
    graphs.set(key, made);
    return made;
  };

  /** Masks and boxes of generated phrases about the images of one batch. */
  const locate = (
    image: tf.Tensor,
    plan: Plan,
    volumes: readonly Volume[],
    generations: readonly Generation[],
    threshold: number,
  ): ReadPhrase[][] => {
    const phrases = generations.flatMap((generation, row) => generation.phrases.map((phrase) => ({ ...phrase, row })));
    const results: ReadPhrase[][] = generations.map(() => []);
    if (phrases.length === 0) return results;
    const width = config.language.width;
    const count = Math.ceil(phrases.length / phraseMultiple) * phraseMultiple;
    const states = new Float32Array(count * width);
    const rows = new Int32Array(count);
    phrases.forEach(({ hidden, row }, k) => {
      states.set(hidden, k * width);
      rows[k] = row;
    });
    const run = graph(`localise ${plan.patchDepth} ${plan.padded.join()}`, (inputs) => {
      const [pixels, states_KC, imageIndex_K] = inputs.slice(flat.tensors.length) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const found = localise(
        flat.tree(inputs),
        config,
        { image_BDHWC: pixels, patchDepth: plan.patchDepth },
        { states_KC, imageIndex_K },
      );
      return [resizeMaskLogits(found.maskLogits, plan.padded), found.boxes, tf.sigmoid(found.presenceLogits)];
    });
    const inputs = [tf.tensor(states, [count, width]), tf.tensor(rows, [count], 'int32')];
    const outputs = run([...flat.tensors, image, ...inputs]);
    const [logits, boxes, scores] = outputs.map((output) => output.dataSync() as Float32Array) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    tf.dispose([inputs, outputs]);
    const voxels = plan.padded.reduce((a, b) => a * b, 1);
    const m = config.sam.numInstances;
    phrases.forEach(({ text, start, end, row }, k) => {
      const volume = volumes[row]!;
      const target = lookupTarget(text)?.target;
      const asMask = target?.kind === 'mask';
      const mask = asMask
        ? Uint8Array.from(volumeValues(logits.slice(k * voxels, (k + 1) * voxels), volume, plan), (value) =>
            value > 0 ? 1 : 0,
          )
        : new Uint8Array(0);
      const kept = asMask
        ? []
        : suppress(
            Array.from({ length: m }, (_, q) => ({
              box: volumeBox(boxes.subarray((k * m + q) * 6, (k * m + q + 1) * 6), volume, plan),
              score: scores[k * m + q]!,
            })).filter(({ score }) => score >= threshold),
          );
      results[row]!.push({
        text,
        start,
        end,
        target,
        mask,
        boxes: kept,
        found: asMask ? mask.includes(1) : kept.length > 0,
      });
    });
    return results;
  };

  const readBatch = async (
    items: readonly { volume: Volume; question: string }[],
    options: ReadOptions,
  ): Promise<Reading[]> => {
    const { grounded, maxNewTokens = 160, threshold = 0.5, signal } = options;
    const volumes = items.map(({ volume }) => volume);
    const plan = planImage(volumes[0]!.shape, {
      patch: config.vision.patch,
      maxTokens: config.maxTokens,
      maxTokensDepth: config.maxTokensDepth,
      profile: config.profile,
    });
    const voxels = plan.padded.reduce((a, b) => a * b, 1);
    const pixels = new Float32Array(items.length * voxels);
    volumes.forEach((volume, i) => pixels.set(modelImage(volume, plan), i * voxels));
    const image = tf.tensor(pixels, [items.length, ...plan.padded, 1]);
    const tokens = graph(`tokens ${plan.patchDepth} ${plan.poolDepth}`, (inputs) => [
      imageTokens(flat.tree(inputs), config, {
        image_BDHWC: inputs[flat.tensors.length]!,
        patchDepth: plan.patchDepth,
        poolDepth: plan.poolDepth,
      }),
    ])([...flat.tensors, image]);
    try {
      const sequences = items.map(({ question }) =>
        buildSequence({
          turns: [{ question }],
          grounded,
          numImageTokens: plan.numTokens,
          tokenizer,
          promptState: config.promptState,
        }),
      );
      const generations = await generator.generate(
        params,
        { sequences, images: tokens },
        { maxNewTokens, ...(signal ? { signal } : {}) },
      );
      const phrases = grounded ? locate(image, plan, volumes, generations, threshold) : generations.map(() => []);
      return generations.map(({ text, finishReason }, i) => ({ text, finishReason, phrases: phrases[i]! }));
    } finally {
      tf.dispose([image, tokens]);
    }
  };

  return {
    read: async (items, options) => {
      const results: Reading[] = Array.from({ length: items.length });
      const byShape = new Map<string, number[]>();
      items.forEach(({ volume }, i) => {
        const key = volume.shape.join();
        byShape.set(key, [...(byShape.get(key) ?? []), i]);
      });
      for (const indices of byShape.values()) {
        for (let at = 0; at < indices.length; at += batchSize) {
          const batch = indices.slice(at, at + batchSize);
          const readings = await readBatch(
            batch.map((i) => items[i]!),
            options,
          );
          batch.forEach((i, k) => (results[i] = readings[k]!));
        }
      }
      return results;
    },
    dispose: () => {
      for (const run of graphs.values()) run.dispose();
      graphs.clear();
    },
  };
}
