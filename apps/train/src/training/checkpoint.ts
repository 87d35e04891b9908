import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { readJson, writeJson } from '@vividmed/core/node';
import { check, VividMedError } from '@vividmed/core';
import {
  exportParams,
  type FloatTensor,
  loadParams,
  type SpecTree,
  type TensorReader,
  writeSafetensors,
} from '@vividmed/nn';
import { openCheckpoint } from '@vividmed/nn/node';
import {
  tokenizerFromJson,
  vividMedSpec,
  VividMedConfig,
  type VividMedParams,
  type WordTokenizer,
} from '@vividmed/vlm';
import type { ModelInUse } from '../evaluation/model.js';
import { type ParamStore, replaceTensor, storeTree } from './store.js';

/** Files of a model: what `openModel` reads. */
export const modelFiles = { config: 'model.json', weights: 'model.safetensors', tokenizer: 'tokenizer.json' } as const;

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

/** Writes a model's weights, configuration and vocabulary into an existing folder. */
export async function writeModel(
  folder: string,
  spec: SpecTree,
  { params, config, tokenizer }: Omit<ModelInUse, 'tokenizer'> & { tokenizer: WordTokenizer },
): Promise<void> {
  const tensors = await exportParams(spec, params);
  writeFileSync(join(folder, modelFiles.weights), writeSafetensors(tensors, { format: 'pt' }));
  writeJson(join(folder, modelFiles.config), config);
  writeJson(join(folder, modelFiles.tokenizer), tokenizer.toJSON());
}

/** Reads a file of tensors; an error about them names the file. */
async function readTensors<T>(path: string, read: (reader: TensorReader) => Promise<T>): Promise<T> {
  try {
    return await read(await openCheckpoint(path));
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    throw new VividMedError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** Reads what `writeModel` wrote. @throws {VividMedError} `checkpoint` listing every tensor that does not fit. */
export async function openModel(folder: string): Promise<Omit<ModelInUse, 'tokenizer'> & { tokenizer: WordTokenizer }> {
  check(
    existsSync(join(folder, modelFiles.weights)),
    'checkpoint',
    `${folder}: expected a model (${Object.values(modelFiles).join(', ')}), found none.`,
    'Run the stage that makes it first.',
  );
  const parsed = VividMedConfig.safeParse(readJson(join(folder, modelFiles.config)));
  if (!parsed.success) {
    throw new VividMedError(
      'checkpoint',
      `${folder}/${modelFiles.config}: expected a model configuration, found ${parsed.error.issues[0]!.message}.`,
    );
  }
  const tokenizer = tokenizerFromJson(readJson(join(folder, modelFiles.tokenizer)));
  const params = await readTensors(join(folder, modelFiles.weights), (reader) =>
    loadParams(vividMedSpec(parsed.data), reader),
  );
  return { params, config: parsed.data, tokenizer };
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
    await writeModel(temporary, vividMedSpec(config), {
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
  await readTensors(join(folder, momentsFile), async (reader) => {
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
