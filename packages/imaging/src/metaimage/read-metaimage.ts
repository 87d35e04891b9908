import { check, VividMedError } from '@vividmed/core';
import { decompress } from '../compression.js';
import { type DetachedOptions, detachedBytes } from '../raw/detached.js';
import { gatherVolume } from '../raw/gather.js';
import { checkSingle, checkSize, type RawImage, voxelsOf } from '../raw/raw-image.js';
import { bytesPerSample, type SampleType } from '../raw/samples.js';
import { parseTextSamples } from '../raw/text-samples.js';
import { toVolume } from '../raw/to-volume.js';
import type { ImageWarning, Shape3, Volume } from '../volume.js';
import { readGeometry } from './geometry.js';
import { firstOf, isTrue, type MetaHeader, numbersOf, parseMetaHeader } from './header.js';

/**
 * Reads a MetaImage volume, `.mha`, or `.mhd` with its data file: binary, zlib or text. The header is parsed by this
 * package. Three or four channels of bytes are colours, other channels are volumes.
 *
 * @throws {VividMedError} data, also for several volumes without an `index`; unsupported
 */
export async function readMetaImage(bytes: Uint8Array, options: DetachedOptions = {}): Promise<Volume> {
  const raw = await parseMetaImage('readMetaImage', bytes, options);
  if (options.index === undefined) checkSingle('readMetaImage', raw, 'Give readMetaImage the index of one.');
  return toVolume('readMetaImage', raw, options.index ?? 0, options);
}

/** @throws {VividMedError} data, unsupported */
export async function parseMetaImage(where: string, bytes: Uint8Array, options: DetachedOptions): Promise<RawImage> {
  const header = parseMetaHeader(where, bytes);
  const { shape, numTimes, numAxes } = sizeOf(where, header);
  const type = typeOf(where, header);
  const components = Number(header.fields.get('ElementNumberOfChannels') ?? 1);
  check(
    Number.isSafeInteger(components) && components >= 1,
    'data',
    `${where}: expected a positive number of channels, found ${components}.`,
  );
  const isColour = type === 'uint8' && (components === 3 || components === 4);
  check(
    numTimes === 1 || components === 1 || isColour,
    'unsupported',
    `${where}: expected one channel in files of four axes, found ${components}.`,
  );
  const [channels, numVolumes] = isColour ? [components, numTimes] : [1, numTimes * components];
  checkSize(where, shape, numVolumes, options);
  const count = voxelsOf(shape) * channels;
  const body = await readBody(where, { header, bytes, type, count: count * numVolumes }, options);
  const run = isColour || components === 1 ? count : 1;
  const isBig = isTrue(firstOf(header, 'BinaryDataByteOrderMSB', 'ElementByteOrderMSB'));
  const order = isBig && isTrue(header.fields.get('BinaryData')) ? 'big' : 'little';
  const warnings: ImageWarning[] = [];
  return {
    format: 'metaimage',
    shape,
    numVolumes,
    channels,
    type,
    read: (index) => gatherVolume(where, body, { type, order, start: 0, run, numVolumes, count }, index),
    ...readGeometry(header, numAxes, warnings),
    namesOf: () => undefined,
    warnings,
  };
}

function sizeOf(where: string, header: MetaHeader): { shape: Shape3; numTimes: number; numAxes: number } {
  const numAxes = Number(header.fields.get('NDims'));
  check(
    Number.isInteger(numAxes) && numAxes >= 2 && numAxes <= 4,
    'data',
    `${where}: expected 2 to 4 axes in NDims, found ${numAxes}.`,
  );
  const sizes = numbersOf(header.fields.get('DimSize'), numAxes);
  check(
    sizes !== undefined && sizes.every((size) => Number.isSafeInteger(size) && size >= 1),
    'data',
    `${where}: expected ${numAxes} positive sizes in DimSize, found others.`,
  );
  const [x = 1, y = 1, z = 1, numTimes = 1] = sizes;
  return { shape: [z, y, x], numTimes, numAxes };
}

interface Stored {
  header: MetaHeader;
  bytes: Uint8Array;
  type: SampleType;
  /** Numbers that there must be. */
  count: number;
}

/** Bytes of the voxels and nothing else. */
async function readBody(
  where: string,
  { header, bytes, type, count }: Stored,
  { data }: DetachedOptions,
): Promise<Uint8Array> {
  const { fields } = header;
  const place = fields.get('ElementDataFile') ?? '';
  check(
    !/^LIST\b/i.test(place) && !place.includes('%'),
    'unsupported',
    `${where}: expected all voxels in one file, found a list of files.`,
  );
  const isLocal = /^local$/i.test(place);
  const stored = detachedBytes(where, isLocal ? bytes.subarray(header.end) : undefined, data);
  const needed = count * bytesPerSample(type);
  if (!isTrue(fields.get('BinaryData'))) return parseTextSamples(where, stored, type, count);
  // -1 means that the voxels are what the file ends with.
  const skip = Number(fields.get('HeaderSize') ?? 0);
  check(
    Number.isSafeInteger(skip) && skip >= -1,
    'data',
    `${where}: expected a HeaderSize that is a size, found another.`,
  );
  const isCompressed = isTrue(fields.get('CompressedData'));
  const from = skip >= 0 ? skip : isCompressed ? 0 : Math.max(0, stored.length - needed);
  const body = isCompressed ? await decompress(where, stored.subarray(from), 'zlib', needed) : stored.subarray(from);
  check(
    body.length >= needed,
    'data',
    `${where}: expected ${needed} bytes of voxels, found ${body.length}.`,
    'The file is cut short, or its header is damaged.',
  );
  return body;
}

/** MET_LONG is as long as MET_INT: MetaIO says so, whatever a long is elsewhere. */
const TYPES: Readonly<Record<string, SampleType>> = {
  MET_CHAR: 'int8',
  MET_UCHAR: 'uint8',
  MET_SHORT: 'int16',
  MET_USHORT: 'uint16',
  MET_INT: 'int32',
  MET_UINT: 'uint32',
  MET_LONG: 'int32',
  MET_ULONG: 'uint32',
  MET_LONG_LONG: 'int64',
  MET_ULONG_LONG: 'uint64',
  MET_FLOAT: 'float32',
  MET_DOUBLE: 'float64',
};

function typeOf(where: string, { fields }: MetaHeader): SampleType {
  const name = fields.get('ElementType') ?? '';
  const type = TYPES[name];
  if (type !== undefined) return type;
  const isOther = /^MET_[A-Z_]+$/.test(name);
  throw new VividMedError(
    isOther ? 'unsupported' : 'data',
    `${where}: expected an ElementType of one number, found another.`,
  );
}
