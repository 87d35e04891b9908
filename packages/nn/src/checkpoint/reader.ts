import { check, VividMedError } from '@vividmed/core';
import { shortList } from './list.js';
import { headerLength, parseHeader, type SafetensorsHeader, toFloat32 } from './safetensors.js';

/** Something that gives stretches of bytes: a file, a blob, a range request. */
export interface ByteSource {
  readonly size: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Tensors by name, read one at a time, so that a model larger than memory can be gone through. */
export interface TensorReader {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  shapeOf(name: string): readonly number[];
  /** @throws {VividMedError} `checkpoint` when there is no tensor of this name. */
  read(name: string): Promise<{ shape: readonly number[]; data: Float32Array }>;
}

const firstBytes = 8;

/** Opens one safetensors file: only its header is read. */
export async function openSafetensors(source: ByteSource): Promise<TensorReader> {
  const length = headerLength(await source.read(0, Math.min(firstBytes, source.size)), source.size);
  const { entries, metadata }: SafetensorsHeader = parseHeader(await source.read(0, firstBytes + length), source.size);
  const entryOf = (name: string) => {
    const entry = entries.get(name);
    check(entry, 'checkpoint', `openSafetensors: expected a tensor "${name}", found none of that name.`);
    return entry;
  };
  return {
    names: [...entries.keys()],
    metadata,
    shapeOf: (name) => entryOf(name).shape,
    read: async (name) => {
      const { dtype, shape, start, end } = entryOf(name);
      const bytes = await source.read(start, end);
      check(
        bytes.length === end - start,
        'checkpoint',
        `openSafetensors: expected ${end - start} bytes for "${name}", found ${bytes.length}.`,
      );
      return { shape, data: toFloat32({ dtype, bytes }) };
    },
  };
}

/** @throws {VividMedError} `checkpoint` that lists every tensor on which the index and the files disagree. */
function checkIndex(fileOf: ReadonlyMap<string, string>, shards: ReadonlyMap<string, TensorReader>): void {
  const wrong: string[] = [];
  for (const [file, { names }] of shards) {
    const present = new Set(names);
    for (const name of names) if (fileOf.get(name) !== file) wrong.push(`unlisted ${name} in ${file}`);
    for (const [name, home] of fileOf)
      if (home === file && !present.has(name)) wrong.push(`missing ${name} in ${file}`);
  }
  check(
    wrong.length === 0,
    'checkpoint',
    () => `openSharded: ${wrong.length} tensor(s) are not where the index says:\n  ${shortList(wrong)}`,
  );
}

/**
 * Opens a model in several files by its index, the parsed `model.safetensors.index.json`; `open` gives a file by its name.
 *
 * @throws {VividMedError} `checkpoint` for an index of another form, or one that leads out of its folder.
 */
export async function openSharded(index: unknown, open: (file: string) => Promise<ByteSource>): Promise<TensorReader> {
  const map = (index as { weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw new VividMedError('checkpoint', 'openSharded: expected an index with a weight_map, found none.');
  }
  const fileOf = new Map(Object.entries(map as Record<string, unknown>));
  for (const file of fileOf.values()) {
    check(
      typeof file === 'string' && /^[^/\\]+$/.test(file) && file !== '..',
      'checkpoint',
      `openSharded: expected names of files beside the index, found ${JSON.stringify(file)?.slice(0, 80)}.`,
    );
  }
  const shards = new Map<string, TensorReader>();
  for (const file of new Set(fileOf.values()))
    shards.set(file as string, await openSafetensors(await open(file as string)));
  checkIndex(fileOf as Map<string, string>, shards);
  const shardOf = (name: string): TensorReader => {
    const file = fileOf.get(name);
    check(file !== undefined, 'checkpoint', `openSharded: expected a tensor "${name}", found none of that name.`);
    return shards.get(file as string)!;
  };
  return {
    names: [...fileOf.keys()],
    metadata: Object.assign({}, ...[...shards.values()].map(({ metadata }) => metadata)) as Record<string, string>,
    shapeOf: (name) => shardOf(name).shapeOf(name),
    read: (name) => shardOf(name).read(name),
  };
}
