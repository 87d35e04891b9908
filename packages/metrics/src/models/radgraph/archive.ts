import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { check } from '@vividmed/core';
import { type ByteSource, openTorch, type TensorReader } from '@vividmed/nn';
import { openCheckpoint } from '@vividmed/nn/node';
import { readTarGz } from './tar.js';

/** What AllenNLP writes of a model. */
export interface ModelArchive {
  config: unknown;
  /** Lines of the files of the folder `vocabulary`, by their names without `.txt`. */
  vocabularies: ReadonlyMap<string, readonly string[]>;
  reader: TensorReader;
}

const vocabularyFile = /^vocabulary\/([^/.]+)\.txt$/;
const isWanted = (name: string): boolean =>
  name === 'config.json' || name === 'weights.th' || vocabularyFile.test(name);

const bytesSource = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** Lines of a file of labels: the last one may end or not (AllenNLP, data/vocabulary.py). */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The small files of a folder by their paths in it. */
async function textsIn(folder: string): Promise<Map<string, string>> {
  const labels = await readdir(join(folder, 'vocabulary')).catch(() => []);
  const texts = new Map<string, string>();
  for (const name of ['config.json', ...labels.map((file) => `vocabulary/${file}`)].filter(isWanted)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/**
 * Opens an archive of AllenNLP, or the folder that it was unpacked into: `config.json`, `weights.th` and `vocabulary`.
 *
 * @throws {VividMedError} `checkpoint` for an archive that is damaged or lacks a file, `data` for a config that does not parse.
 */
export async function openModelArchive(path: string): Promise<ModelArchive> {
  const where = basename(path);
  const info = await stat(path).catch(() => undefined);
  check(info, 'checkpoint', `${where}: expected a .tar.gz or a folder, found none.`);
  const isFolder = info.isDirectory();
  const unpacked = isFolder ? new Map<string, Uint8Array>() : await readTarGz(path, isWanted);
  const weights = unpacked.get('weights.th');
  const texts = isFolder
    ? await textsIn(path)
    : new Map(
        [...unpacked].flatMap(([name, bytes]) => (bytes === weights ? [] : [[name, new TextDecoder().decode(bytes)]])),
      );
  const config = texts.get('config.json');
  check(config !== undefined, 'checkpoint', `${where}: expected a config.json, found none.`);
  let json: unknown;
  try {
    json = JSON.parse(config);
  } catch {
    json = undefined;
  }
  check(json !== undefined, 'data', `${where}: expected a config.json that parses, found another.`);
  check(isFolder || weights, 'checkpoint', `${where}: expected a file weights.th, found none.`);
  const vocabularies = [...texts].flatMap(([name, text]) => {
    const namespace = vocabularyFile.exec(name)?.[1];
    return namespace === undefined ? [] : [[namespace, linesOf(text)] as const];
  });
  return {
    config: json,
    vocabularies: new Map(vocabularies),
    reader: weights ? await openTorch(bytesSource(weights)) : await openCheckpoint(join(path, 'weights.th')),
  };
}
