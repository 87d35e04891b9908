import { createHash } from 'node:crypto';
import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, VividMedError } from '@vividmed/core';
import { readJson, writeJson } from '@vividmed/core/node';
import { exportParams, loadParams, writeSafetensors } from '@vividmed/nn';
import { readCheckpoint } from '@vividmed/nn/node';
import { tokenizerFromJson, VividMedConfig, vividMedSpec, type WordTokenizer } from '@vividmed/vlm';
import type { ModelInUse } from './model.js';

/** Files of a model: what `openModel` reads. */
const modelFiles = { config: 'model.json', weights: 'model.safetensors', tokenizer: 'tokenizer.json' } as const;

/** Writes a model's weights, configuration and vocabulary into an existing folder. */
export async function writeModel(
  folder: string,
  { params, config, tokenizer }: ModelInUse<WordTokenizer>,
): Promise<void> {
  const tensors = await exportParams(vividMedSpec(config), params);
  writeFileSync(join(folder, modelFiles.weights), writeSafetensors(tensors, { format: 'pt' }));
  writeJson(join(folder, modelFiles.config), config);
  writeJson(join(folder, modelFiles.tokenizer), tokenizer.toJSON());
}

function checkModel(folder: string): void {
  check(
    existsSync(join(folder, modelFiles.weights)),
    'checkpoint',
    `${folder}: expected a model (${Object.values(modelFiles).join(', ')}), found none.`,
    'Run the stage that makes it first.',
  );
}

/** Reads what `writeModel` wrote. @throws {VividMedError} `checkpoint` listing every tensor that does not fit. */
export async function openModel(folder: string): Promise<ModelInUse<WordTokenizer>> {
  checkModel(folder);
  const parsed = VividMedConfig.safeParse(readJson(join(folder, modelFiles.config)));
  if (!parsed.success) {
    throw new VividMedError(
      'checkpoint',
      `${folder}/${modelFiles.config}: expected a model configuration, found ${parsed.error.issues[0]!.message}.`,
    );
  }
  const tokenizer = tokenizerFromJson(readJson(join(folder, modelFiles.tokenizer)));
  const params = await readCheckpoint(join(folder, modelFiles.weights), (reader) =>
    loadParams(vividMedSpec(parsed.data), reader),
  );
  return { params, config: parsed.data, tokenizer };
}

/** SHA-256 of a model's files in hexadecimal: two folders have the same digest exactly when they hold the same model. */
export async function modelDigest(folder: string): Promise<string> {
  checkModel(folder);
  const hash = createHash('sha256');
  for (const file of Object.values(modelFiles)) {
    const ofFile = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, file))) ofFile.update(chunk as Uint8Array);
    hash.update(`${file} ${ofFile.digest('hex')}\n`);
  }
  return hash.digest('hex');
}
