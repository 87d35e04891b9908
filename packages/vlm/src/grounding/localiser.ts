import * as tf from '@tensorflow/tfjs';
import { type Compile, compileModel, type CompiledModel, type Tree, uncompiled } from '@vividmed/nn';
import type { Plan } from '@vividmed/patch-embed';
import { resizeMaskLogits } from '@vividmed/sam-decoder';
import type { VividMedConfig } from '../model/config.js';
import {
  imageTokens,
  phrasePrompts,
  phraseWords,
  type VividMedModules,
  vividMedModules,
  type VividMedParams,
} from '../model/vividmed.js';
import { wordShares } from '../tokens/word-shares.js';
import { matchChannels } from '../vision/tower.js';

/** What the localiser says of one phrase, on the grid of the model's padded image. */
export interface RawRegion {
  /** Mask logits, [D * H * W] of `plan.padded`. */
  logits: Float32Array;
  /** Centre and size of each instance in parts of the padded image, [m * 6]. */
  boxes: Float32Array;
  /** Presence score of each instance, [m]. */
  presence: Float32Array;
}

/** A phrase's state [C] and tokens, and the image of the batch that it is about. */
export interface PhraseState {
  hidden: Float32Array;
  tokens: readonly number[];
  image: number;
}

/** The parts of the model around its text, each compiled once per set of shapes. */
export interface ImageModel {
  /** Image tokens for the language model: [B, D, H, W, 1] -> [B, N + 2, C]. */
  tokens(image: tf.Tensor, plan: Plan): tf.Tensor;
  /** What the localiser sees of the images, whatever is asked: [B, D, H, W, 1] -> [B, d, h, w, C]. */
  embed(image: tf.Tensor, plan: Plan): tf.Tensor;
  /** Regions of phrases about embedded images. */
  localise(embedding: tf.Tensor, plan: Plan, phrases: readonly PhraseState[]): Promise<RawRegion[]>;
  dispose(): void;
}

/** Phrases per call: their number is padded to one of these, so that few sets of shapes occur. */
const paddedCounts = [1, 4, 8, 12, 16];
const mostPhrases = paddedCounts.at(-1)!;

type ImageParams = { model: Pick<VividMedParams['model'], 'vision' | 'embed_tokens'> } & Pick<
  VividMedParams,
  'vg_proj' | 'sam'
>;

/** Image encoders and decoder of a model. */
export function createImageModel(
  params: ImageParams,
  config: VividMedConfig,
  { compile = uncompiled, modules }: { compile?: Compile; modules?: Partial<VividMedModules> } = {},
): ImageModel {
  const use = { ...vividMedModules, ...modules };
  const { vision, embed_tokens } = params.model;
  const { image_encoder, ...decoder } = params.sam;
  const seen = { model: { vision } };
  const asked = { embed_tokens, vg_proj: params.vg_proj, sam: decoder };
  const functions = new Map<string, CompiledModel<never>>();
  /** The compiled function of a plan: what of the plan is not in the shapes of its inputs is part of the name. */
  const compiled = <P extends Tree<tf.Tensor>>(
    name: string,
    plan: Plan,
    fn: (params: P, inputs: tf.Tensor[]) => tf.Tensor[],
  ) => {
    const key = `${name} ${plan.patchDepth} ${plan.poolDepth} ${plan.padded.join()}`;
    const made = (functions.get(key) as CompiledModel<P> | undefined) ?? compileModel(compile, fn);
    functions.set(key, made as CompiledModel<never>);
    return made;
  };

  const localiseSome = async (
    embedding: tf.Tensor,
    plan: Plan,
    phrases: readonly PhraseState[],
  ): Promise<RawRegion[]> => {
    const run = compiled<typeof asked>('localise', plan, (tree, inputs) => {
      const { vg_proj, sam } = tree;
      const [embedding_BDHWC, states_KC, imageIndex_K, words_KV] = inputs as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor | undefined,
      ];
      const words_KC = words_KV && phraseWords(tree.embed_tokens.weight, words_KV);
      const prompts_KC = phrasePrompts(vg_proj, states_KC, words_KC);
      const input = { embedding_BDHWC, prompts_KC, imageIndex_K, depth: plan.padded[0] };
      const { maskLogits, boxes, presenceLogits } = use.localiser(sam, config.sam, input);
      return [resizeMaskLogits(maskLogits, plan.padded), boxes, tf.sigmoid(presenceLogits)];
    });
    const { width, vocabSize } = config.language;
    const count = paddedCounts.find((size) => size >= phrases.length)!;
    const states = new Float32Array(count * width);
    const images = new Int32Array(count);
    phrases.forEach(({ hidden, image }, k) => {
      states.set(hidden, k * width);
      images[k] = image;
    });
    const inputs = [tf.tensor(states, [count, width]), tf.tensor(images, [count], 'int32')];
    if (config.promptWords) {
      const tokens = Array.from({ length: count }, (_, k) => phrases[k]?.tokens ?? []);
      inputs.push(tf.tensor(wordShares(tokens, vocabSize), [count, vocabSize]));
    }
    const outputs = run(asked, [embedding, ...inputs]);
    try {
      const [logits, boxes, presence] = (await Promise.all(outputs.map((output) => output.data()))) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const part = (values: Float32Array, k: number): Float32Array =>
        values.subarray((k * values.length) / count, ((k + 1) * values.length) / count);
      return phrases.map((_, k) => ({ logits: part(logits, k), boxes: part(boxes, k), presence: part(presence, k) }));
    } finally {
      tf.dispose([inputs, outputs]);
    }
  };

  return {
    tokens: (image, plan) =>
      compiled<typeof seen>('tokens', plan, (tree, [image_BDHWC]) => {
        const { patchDepth, poolDepth } = plan;
        return [imageTokens(tree, config, { image_BDHWC: image_BDHWC!, patchDepth, poolDepth }, { modules: use })];
      })(seen, [image])[0]!,
    embed: (image, plan) =>
      compiled<typeof image_encoder>('embed', plan, (tree, [image_BDHWC]) => {
        const matched = matchChannels(image_BDHWC!, config.sam.inChannels);
        return [use.imageEncoder(tree, config.sam, matched, { patchDepth: plan.patchDepth })];
      })(image_encoder, [image])[0]!,
    localise: async (embedding, plan, phrases) => {
      const regions: RawRegion[] = [];
      for (let at = 0; at < phrases.length; at += mostPhrases) {
        regions.push(...(await localiseSome(embedding, plan, phrases.slice(at, at + mostPhrases))));
      }
      return regions;
    },
    dispose: () => {
      for (const made of functions.values()) made.dispose();
      functions.clear();
    },
  };
}
