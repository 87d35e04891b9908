import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { readJson, writeJson } from '@vividmed/core/node';
import { writeModel } from '@vividmed/inference/node';
import { type FloatTensor, writeSafetensors } from '@vividmed/nn';
import { readCheckpoint } from '@vividmed/nn/node';
import type { VividMedConfig, VividMedParams, WordTokenizer } from '@vividmed/vlm';
import { type ParamStore, replaceTensor, storeTree } from './store.js';

/** Writes a folder so that a reader sees the old one or the new one, never a part. */
export async function writeFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${folder}.${process.pid}.tmp`;
  const old = `${folder}.old`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  await fill(temporary);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(temporary, folder);
  rmSync(old, { recursive: true, force: true });
}

/** A folder that `writeFolder` left, also when it was interrupted: between its two renames, or with a part written. */
export function settleFolder(folder: string): boolean {
  const parent = dirname(folder);
  const isPart = (name: string): boolean => name.startsWith(`${basename(folder)}.`) && name.endsWith('.tmp');
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    if (isPart(name)) rmSync(join(parent, name), { recursive: true });
  }
  if (!existsSync(folder) && existsSync(`${folder}.old`)) renameSync(`${folder}.old`, folder);
  return existsSync(folder);
}

/** Parameters that are trained and belong to no model: heads of the image encoders. */
const paramsBeside = ({ params }: ParamStore): Map<string, tf.Tensor> =>
  new Map([...params].filter(([path]) => path.startsWith('heads.')));

const momentsFile = 'optimiser.safetensors';
const stateFile = 'state.json';

/** Writes all that a stage needs to go on as if it had not stopped. */
export async function saveCheckpoint(
  folder: string,
  store: ParamStore,
  config: VividMedConfig,
  tokenizer: WordTokenizer,
): Promise<void> {
  await writeFolder(folder, async (temporary) => {
    await writeModel(temporary, {
      // A store knows its spec as any tree; that of a stage is of the whole model at least.
      params: storeTree(store) as VividMedParams,
      config,
      tokenizer,
    });
    const moments = new Map<string, FloatTensor>();
    for (const [prefix, tensors] of [
      ['m', store.firstMoments],
      ['v', store.secondMoments],
      ['p', paramsBeside(store)],
    ] as const) {
      for (const [path, tensor] of tensors) {
        moments.set(`${prefix}.${path}`, {
          shape: tensor.shape,
          data: Float32Array.from((await tensor.data()) as Float32Array),
        });
      }
    }
    writeFileSync(join(temporary, momentsFile), writeSafetensors(moments));
    writeJson(join(temporary, stateFile), { updates: store.updates });
  });
}

/** Puts a checkpoint's moments, heads and number of updates into a store that has its weights already. */
export async function loadMoments(folder: string, store: ParamStore): Promise<void> {
  await readCheckpoint(join(folder, momentsFile), async (reader) => {
    for (const [prefix, tensors] of [
      ['m', store.firstMoments],
      ['v', store.secondMoments],
    ] as const) {
      for (const path of store.trainable) {
        const { shape, data } = await reader.read(`${prefix}.${path}`);
        replaceTensor(tensors, path, tf.tensor(data, [...shape]));
      }
    }
    for (const path of paramsBeside(store).keys()) {
      const { shape, data } = await reader.read(`p.${path}`);
      replaceTensor(store.params, path, tf.tensor(data, [...shape]));
    }
  });
  store.updates = (readJson(join(folder, stateFile)) as { updates: number }).updates;
}
