import { check, VividMedError } from '@vividmed/core';
import { decompress } from '../compression.js';
import { type DetachedOptions, detachedBytes } from '../raw/detached.js';
import { gatherVolume } from '../raw/gather.js';
import { checkSingle, checkSize, type RawImage, voxelsOf } from '../raw/raw-image.js';
import { bytesPerSample, type ByteOrder, type SampleType } from '../raw/samples.js';
import { parseTextSamples } from '../raw/text-samples.js';
import { toVolume } from '../raw/to-volume.js';
import type { ImageWarning, Shape3, Volume } from '../volume.js';
import { readAxes } from './axes.js';
import { readGeometry } from './geometry.js';
import { type NrrdHeader, parseNrrdHeader } from './header.js';
import { segmentNames } from './segments.js';

/**
 * Reads a NRRD volume: raw, gzip or text. The header is parsed by this package.
 *
 * @throws {VividMedError} data, also for several volumes without an `index`; unsupported for other encodings
 */
export async function readNrrd(bytes: Uint8Array, options: DetachedOptions = {}): Promise<Volume> {
  const raw = await parseNrrd('readNrrd', bytes, options);
  if (options.index === undefined) checkSingle('readNrrd', raw, 'Give readNrrd the index of one.');
  return toVolume('readNrrd', raw, options.index ?? 0, options);
}

/** @throws {VividMedError} data, unsupported */
export async function parseNrrd(where: string, bytes: Uint8Array, options: DetachedOptions): Promise<RawImage> {
  const header = parseNrrdHeader(where, bytes);
  const { sizes, listAxis, isColour } = readAxes(where, header);
  const [x = 1, y = 1, z = 1] = sizes.filter((_, axis) => axis !== listAxis);
  const shape: Shape3 = [z, y, x];
  const list = listAxis === undefined ? 1 : (sizes[listAxis] as number);
  const [numVolumes, channels] = isColour ? [1, list] : [list, 1];
  checkSize(where, shape, numVolumes, options);
  const type = typeOf(where, header);
  const count = voxelsOf(shape) * channels;
  const body = await readBody(where, { header, bytes, type, count: count * numVolumes }, options);
  const run =
    listAxis === undefined || isColour ? count : sizes.slice(0, listAxis).reduce((product, n) => product * n, 1);
  const warnings: ImageWarning[] = [];
  return {
    format: 'nrrd',
    shape,
    numVolumes,
    channels,
    type,
    read: (index) =>
      gatherVolume(where, body.bytes, { type, order: body.order, start: body.start, run, numVolumes, count }, index),
    ...readGeometry(header, listAxis, warnings),
    namesOf: (index) => segmentNames(header, index),
    warnings,
  };
}

interface Stored {
  header: NrrdHeader;
  bytes: Uint8Array;
  type: SampleType;
  /** Numbers that there must be. */
  count: number;
}

interface Body {
  bytes: Uint8Array;
  start: number;
  order: ByteOrder;
}

async function readBody(
  where: string,
  { header, bytes, type, count }: Stored,
  options: DetachedOptions,
): Promise<Body> {
  const { fields } = header;
  const isDetached = fields.has('data file') || fields.has('datafile');
  const all = detachedBytes(where, isDetached ? undefined : bytes.subarray(header.end), options.data);
  const stored = all.subarray(skipLines(where, all, skipOf(where, fields, 'line', 0)));
  const byteSkip = skipOf(where, fields, 'byte', -1);
  const needed = count * bytesPerSample(type);
  const encoding = (fields.get('encoding') ?? '').toLowerCase();
  if (['ascii', 'text', 'txt'].includes(encoding)) {
    const text = stored.subarray(Math.max(0, byteSkip));
    return { bytes: parseTextSamples(where, text, type, count), start: 0, order: 'little' };
  }
  check(
    encoding === 'raw' || encoding === 'gzip' || encoding === 'gz',
    'unsupported',
    `${where}: expected data encoded as raw, gzip or ascii, found another encoding.`,
  );
  // A skip of -1 counts from the end of the data.
  const body = encoding === 'raw' ? stored : await decompress(where, stored, 'gzip', needed + Math.max(0, byteSkip));
  const start = byteSkip < 0 ? body.length - needed : byteSkip;
  check(
    start >= 0 && body.length >= start + needed,
    'data',
    `${where}: expected ${needed} bytes of voxels, found ${Math.max(0, body.length - Math.max(0, byteSkip))}.`,
    'The file is cut short, or its header is damaged.',
  );
  return { bytes: body, start, order: orderOf(where, fields, type) };
}

function skipOf(where: string, fields: NrrdHeader['fields'], what: 'line' | 'byte', least: number): number {
  const skip = Number(fields.get(`${what} skip`) ?? fields.get(`${what}skip`) ?? 0);
  check(
    Number.isSafeInteger(skip) && skip >= least,
    'data',
    `${where}: expected a ${what} skip that is a count, found another.`,
  );
  return skip;
}

function skipLines(where: string, bytes: Uint8Array, lines: number): number {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    at = bytes.indexOf(0x0a, at) + 1;
    check(at > 0, 'data', `${where}: expected ${lines} lines before the data, found ${line}.`);
  }
  return at;
}

function orderOf(where: string, fields: NrrdHeader['fields'], type: SampleType): ByteOrder {
  const endian = fields.get('endian')?.toLowerCase();
  check(
    endian === 'little' || endian === 'big' || bytesPerSample(type) === 1,
    'data',
    `${where}: expected the byte order of numbers of ${bytesPerSample(type)} bytes, found none.`,
  );
  return endian === 'big' ? 'big' : 'little';
}

/** Names of types in the definition of the format; each has several. */
const TYPES: readonly (readonly [type: SampleType, names: RegExp])[] = [
  ['int8', /^(signed char|int8|int8_t)$/],
  ['uint8', /^(uchar|unsigned char|uint8|uint8_t)$/],
  ['int16', /^(short|short int|signed short|signed short int|int16|int16_t)$/],
  ['uint16', /^(ushort|unsigned short|unsigned short int|uint16|uint16_t)$/],
  ['int32', /^(int|signed int|int32|int32_t)$/],
  ['uint32', /^(uint|unsigned int|uint32|uint32_t)$/],
  ['int64', /^(longlong|long long|long long int|signed long long|signed long long int|int64|int64_t)$/],
  ['uint64', /^(ulonglong|unsigned long long|unsigned long long int|uint64|uint64_t)$/],
  ['float32', /^float$/],
  ['float64', /^double$/],
];

function typeOf(where: string, { fields }: NrrdHeader): SampleType {
  const name = fields.get('type')?.toLowerCase() ?? '';
  const found = TYPES.find(([, names]) => names.test(name));
  if (found === undefined) {
    throw new VividMedError(
      name === 'block' ? 'unsupported' : 'data',
      `${where}: expected a type of number, found another.`,
    );
  }
  return found[0];
}
