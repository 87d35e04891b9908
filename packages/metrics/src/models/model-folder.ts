import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import type { TensorReader } from '@vividmed/nn';
import { openCheckpoint } from '@vividmed/nn/node';
import { type EncoderConfig, type EncoderFamily, readEncoderConfig } from './encoder/config.js';

/** A model on disk: its weights, and the folder that they lie in with what else belongs to it. */
export interface ModelFolder {
  folder: string;
  reader: TensorReader;
}

const torchExtensions = ['.pth', '.pt', '.bin', '.th'];

/** The file of weights in a folder: safetensors before those of `torch.save`, of which there may be one. */
async function weightsIn(folder: string): Promise<string> {
  const files = await readdir(folder);
  for (const name of ['model.safetensors', 'model.safetensors.index.json']) if (files.includes(name)) return name;
  const torch = files.filter((name) => torchExtensions.includes(extname(name)));
  check(
    torch.length === 1,
    'checkpoint',
    `${basename(folder)}: expected model.safetensors or one file of ${torchExtensions.join(', ')}, found ${torch.length} of these.`,
    torch.length > 1 ? 'Give the path of the file.' : undefined,
  );
  return torch[0]!;
}

/** Opens the weights of a model by the path of its folder, or of the file with the rest of the model beside it. */
export async function openModelFolder(path: string): Promise<ModelFolder> {
  const info = await stat(path).catch(() => undefined);
  check(info, 'checkpoint', `${basename(path)}: expected a folder or file of a model, found none.`);
  const folder = info.isDirectory() ? path : dirname(path);
  const file = info.isDirectory() ? join(path, await weightsIn(path)) : path;
  return { folder, reader: await openCheckpoint(file) };
}

/** A file of JSON; undefined where there is none. @throws {VividMedError} `data` for one that does not parse. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new VividMedError('data', `${basename(path)}: expected JSON, found something else.`);
  }
}

/** What `config.json` of a folder says of its encoder; `fallback` where there is no such file. */
export async function encoderConfigIn(
  folder: string,
  fallback?: { family: EncoderFamily; config: EncoderConfig },
): Promise<{ family: EncoderFamily; config: EncoderConfig }> {
  const json = await readJsonFile(join(folder, 'config.json'));
  if (json !== undefined) return readEncoderConfig(json);
  check(fallback, 'checkpoint', `${basename(folder)}: expected a config.json, found none.`);
  return fallback;
}
