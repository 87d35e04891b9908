import { normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { check, VividMedError } from '@vividmed/core';
import type { Volume } from '@vividmed/imaging';
import type { AsyncBuffer } from 'hyparquet';
import { findLayers, type FolderOptions, type Layer } from '../files/layers.js';
import type { Listing, Store } from '../files/store.js';

/** The folder of a data set, named in errors by the data set and never by its path. Files are given from it, with `/`. */
export interface DatasetFolder {
  /** Of the data set. */
  name: string;
  has(file: string): Promise<boolean>;
  /** Names in a folder, numbers sorted by size, hidden ones left out; none where there is no such folder. */
  list(folder?: string): Promise<Listing>;
  /** @throws {VividMedError} `data` for a file that is not there or may not be read. */
  bytes(file: string): Promise<Uint8Array>;
  /** The whole of a file. @throws {VividMedError} `data`, when it is missing or larger than `MAX_TEXT_BYTES`. */
  text(file: string): Promise<string>;
  stream(file: string): Readable;
  /** A file of which parts are read. @throws {VividMedError} `data` for a file that is not there. */
  open(file: string): Promise<AsyncBuffer>;
  /** The image of a file, or the one series of a folder. @throws {VividMedError} as `readImage` */
  image(path: string, options: { modality: string }): Promise<Volume>;
  /** Size and time of change of a file or a folder, those of its archive for files in one; `undefined` where it is not there. */
  stamp(path: string): Promise<readonly [size: number, mtimeMs: number] | undefined>;
}

/** Larger than any JSON or text file of the sets that are read: 512 MiB, the longest string of Node. */
export const MAX_TEXT_BYTES = 2 ** 29 - 24;

/**
 * The folder of a data set: one of the disk, or a zip, tar or tar in gzip, which stands for the folder that it unfolds to. The path may
 * go on inside of an archive: `Task03_Liver.tar/Task03_Liver`.
 *
 * @throws {VividMedError} `data`, when there is no such folder, and for archives that are damaged or hostile; `unsupported`, for those that
 *   are not read
 */
export async function openFolder(name: string, folder: string, options: FolderOptions = {}): Promise<DatasetFolder> {
  const layers = await findLayers(name, folder, options);
  const inside = (path: string): string => {
    const whole = normalize(path).replaceAll(sep, '/');
    check(
      !/^(?:\/|\.\.(?:\/|$)|[A-Za-z]:)/.test(whole),
      'data',
      `${name}: expected files inside the folder of the data set, found one outside.`,
    );
    return whole === '.' ? '' : whole;
  };
  const holding = (path: string): Promise<Store | undefined> => firstWith(layers, path);
  const found = async (file: string): Promise<Store> => {
    const store = await holding(inside(file));
    check(store, 'data', `${name}: ${file}: expected a file that may be read, found none.`);
    return store;
  };
  return {
    name,
    has: async (file) => (await (await holding(inside(file)))?.has(inside(file))) === true,
    list: (at = '') => listLayers(layers, inside(at)),
    bytes: async (file) => {
      const store = await found(file);
      return store.bytes(inside(file)).catch((cause: unknown) => {
        if (VividMedError.isInstance(cause)) throw cause;
        throw new VividMedError('data', `${name}: ${file}: expected a file that may be read, found none.`, { cause });
      });
    },
    text: async (file) => {
      const store = await holding(inside(file));
      check(store && (await store.has(inside(file))), 'data', `${name}: expected the file ${file}, found none.`);
      const size = await store.size(inside(file));
      check(
        size <= MAX_TEXT_BYTES,
        'data',
        `${name}: ${file}: expected at most ${MAX_TEXT_BYTES} bytes, found ${size}.`,
      );
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await store.bytes(inside(file)));
    },
    stream: (file) =>
      Readable.from(
        (async function* () {
          yield* (await found(file)).chunks(inside(file));
        })(),
      ),
    open: async (file) => (await found(file)).open(inside(file)),
    // A store says itself that it has no image.
    image: async (path, given) => ((await holding(inside(path))) ?? (await layers[0]!())).image(inside(path), given),
    stamp: async (path) => (await holding(inside(path)))?.stamp(inside(path)),
  };
}

/** The first layer that has a file or a folder. Those after it stay closed. */
async function firstWith(layers: readonly Layer[], path: string): Promise<Store | undefined> {
  for (const layer of layers) {
    const store = await layer();
    if ((await store.stamp(path)) !== undefined) return store;
  }
  return undefined;
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** Archives made on a Mac hold a file `._NAME` beside each `NAME`, and a folder `__MACOSX`: they are no data, nor are hidden names. */
const isData = (name: string): boolean => !name.startsWith('.') && name !== '__MACOSX';

async function listLayers(layers: readonly Layer[], folder: string): Promise<Listing> {
  const parts = await Promise.all(layers.map(async (layer) => (await layer()).list(folder)));
  const names = (kind: keyof Listing): string[] =>
    [...new Set(parts.flatMap((part) => part[kind]))].filter(isData).sort(byNumber.compare);
  return { files: names('files'), folders: names('folders') };
}

/** The first of these files that is there. @throws {VividMedError} `data`, when none is. */
export async function firstFile(folder: DatasetFolder, files: readonly string[]): Promise<string> {
  for (const file of files) if (await folder.has(file)) return file;
  check(false, 'data', `${folder.name}: expected the file ${files.join(' or ')}, found none.`);
}

/** Reads a file and what is in it; errors of `parse` get the names of the data set and the file. */
export async function parseFile<T>(
  folder: DatasetFolder,
  path: string,
  parse: (bytes: Uint8Array) => T | Promise<T>,
): Promise<T> {
  const bytes = await folder.bytes(path);
  try {
    return await parse(bytes);
  } catch (error) {
    throw VividMedError.isInstance(error) ? inFile(folder, path, error) : error;
  }
}

/** The same error, with the names of the data set and the file. */
export function inFile({ name }: DatasetFolder, path: string, error: VividMedError): VividMedError {
  const [what = ''] = error.message.split('\nHint: ');
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new VividMedError(error.code, `${name}: ${path}: ${what}`, { cause: error, ...hint });
}

/** The name without its end, or `undefined` where it has another. */
export const stemOf = (name: string, end: string): string | undefined =>
  name.length > end.length && name.endsWith(end) ? name.slice(0, -end.length) : undefined;

/** The name of a NIfTI file without `.nii` or `.nii.gz`, as owners and users ship it either way. */
export const niftiStem = (name: string): string | undefined => stemOf(name, '.nii.gz') ?? stemOf(name, '.nii');

/** The NIfTI file with this stem among the names of a folder. */
export const niftiNamed = (names: readonly string[], stem: string): string | undefined =>
  [`${stem}.nii.gz`, `${stem}.nii`].find((name) => names.includes(name));

/** A path below another; the folder of the data set is ''. */
export const under = (parent: string, name: string): string => (parent === '' ? name : `${parent}/${name}`);
