import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { initParams, leaves, mapLeaves, type ParamsOf } from '@vividmed/nn';
import { decodePrompts, encodeImage, instanceLoss, maskLoss, resizeMaskLogits, samSpec } from '@vividmed/sam-decoder';
import { groupKey } from '../src/training/batch.js';
import { adamStep, type Loss } from './adam.js';
import { fileArrays, makeBatch, partKey, type VividMedSizes, writeCase } from './batch.js';
import { type BenchCase, sizesOf } from './case.js';
import type { Work } from './work.js';

const localiserArrays = ['image', 'imageIndex', 'maskTarget', 'maskWeight', 'presenceWeight'] as const;
const matchedArrays = ['targetBoxes', 'matched', 'boxWeight'] as const;

type T = tf.Tensor;
/** Prompts, then the arrays in the order of the two lists. */
type Targets = [T, T, T, T, T, T, T, T, T];

/** The train step of the localiser alone: random prompts, boxes that are matched beforehand, and AdamW on its parameters. */
export async function localiser(benchCase: BenchCase, file: string): Promise<Work> {
  const { model, parts } = await makeBatch(sizesOf<VividMedSizes>(benchCase));
  const host = parts[0]!;
  const group = host.groups[0]!;
  const spec = samSpec(model.sam);
  const params = initParams(spec, 1);
  const prompts = tf.randomNormal([group.numPrompts, model.sam.width], 0, 1, 'float32', 1);
  const arrays = fileArrays(host, model.sam.numInstances);
  arrays.set(partKey(0, 'prompts'), { shape: prompts.shape, data: Float32Array.from(prompts.dataSync()) });
  if (!existsSync(file)) await writeCase(file, { spec, params, arrays, setup: { model, group } });
  const paths = leaves(spec).flatMap(([path, { trainable }]) => (trainable ? [path] : []));
  const byPath = new Map(leaves(params));
  const fixed = [...byPath.keys()].filter((path) => !paths.includes(path));
  const loss: Loss = (trained, inputs) =>
    tf.tidy(() => {
      const all = new Map([
        ...paths.map((path, i) => [path, trained[i]!] as const),
        ...fixed.map((path, i) => [path, inputs[i]!] as const),
      ]);
      const weights = mapLeaves(spec, (_, path) => all.get(path)!) as ParamsOf<typeof spec>;
      const [prompts_KC, image, imageIndex_K, maskTarget, maskWeight, presenceWeight, targetBoxes, matched, boxWeight] =
        inputs.slice(fixed.length) as Targets;
      const embedding = encodeImage(weights.image_encoder, model.sam, image, { patchDepth: group.patchDepth });
      const found = decodePrompts(weights, model.sam, {
        embedding_BDHWC: embedding,
        prompts_KC,
        imageIndex_K,
        depth: group.padded[0],
      });
      const masks = maskLoss({
        logits_KDHW: resizeMaskLogits(found.maskLogits, group.padded),
        target_KDHW: maskTarget,
        weight_K: maskWeight,
      });
      const instances = instanceLoss({
        boxes_Km6: found.boxes,
        presenceLogits_Km: found.presenceLogits,
        targetBoxes_Km6: targetBoxes,
        matched_Km: matched,
        presenceWeight_Km: presenceWeight,
        boxWeight_Km: boxWeight,
      });
      return tf.addN([masks.dice, masks.focal, instances.l1, instances.giou, instances.presence]) as tf.Scalar;
    });
  const inputs = [...localiserArrays, ...matchedArrays].map((key) => {
    const { data, shape } = arrays.get(partKey(0, groupKey(0, key)))!;
    return tf.tensor(data, shape, key === 'imageIndex' ? 'int32' : 'float32');
  });
  return adamStep(
    loss,
    paths.map((path) => byPath.get(path)!),
    [...fixed.map((path) => byPath.get(path)!), prompts, ...inputs],
  );
}
