import { check, VividMedError } from '@vividmed/core';
import type { ByteOrder } from '../raw/samples.js';

/** Fields of a NIfTI-1 or NIfTI-2 header as they are stored, of what this package uses. */
export interface NiftiHeader {
  version: 1 | 2;
  order: ByteOrder;
  /** The voxels follow in the same file; in a pair they are in a file of their own. */
  isSingleFile: boolean;
  /** Code of the data type, such as 4 for int16. */
  datatype: number;
  bitpix: number;
  /** Number of axes, then their lengths, x first. */
  dim: readonly number[];
  /** Sign of the quaternion's third axis, then lengths of steps. */
  pixdim: readonly number[];
  voxOffset: number;
  sclSlope: number;
  sclInter: number;
  xyztUnits: number;
  qformCode: number;
  sformCode: number;
  /** b, c, d of the rotation, then the offset x, y, z. */
  quatern: readonly number[];
  /** Rows x, y and z of the sform, one after the other. */
  srow: readonly number[];
}

type FieldType = 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'uint8';
/** Where a field lies and what it is: offset, type and count. */
type Field = readonly [offset: number, type: FieldType, count: number];
type Layout = Readonly<Record<keyof typeof NIFTI1, Field>>;

/** nifti1.h, https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h */
const NIFTI1 = {
  dim: [40, 'int16', 8],
  datatype: [70, 'int16', 1],
  bitpix: [72, 'int16', 1],
  pixdim: [76, 'float32', 8],
  voxOffset: [108, 'float32', 1],
  sclSlope: [112, 'float32', 1],
  sclInter: [116, 'float32', 1],
  xyztUnits: [123, 'uint8', 1],
  qformCode: [252, 'int16', 1],
  sformCode: [254, 'int16', 1],
  quatern: [256, 'float32', 6],
  srow: [280, 'float32', 12],
} as const;

/** nifti2.h, https://nifti.nimh.nih.gov/nifti-2 */
const NIFTI2: Layout = {
  dim: [16, 'int64', 8],
  datatype: [12, 'int16', 1],
  bitpix: [14, 'int16', 1],
  pixdim: [104, 'float64', 8],
  voxOffset: [168, 'int64', 1],
  sclSlope: [176, 'float64', 1],
  sclInter: [184, 'float64', 1],
  xyztUnits: [500, 'int32', 1],
  qformCode: [344, 'int32', 1],
  sformCode: [348, 'int32', 1],
  quatern: [352, 'float64', 6],
  srow: [400, 'float64', 12],
};

/** Bytes of a header, without the four that tell of extensions. */
export const HEADER_BYTES = { 1: 348, 2: 540 } as const;

/** Version, byte order and kind of file, or undefined for bytes that are not NIfTI. */
export function niftiKind(bytes: Uint8Array): Pick<NiftiHeader, 'version' | 'order' | 'isSingleFile'> | undefined {
  if (bytes.length < HEADER_BYTES[1]) return undefined;
  const view = viewOf(bytes);
  for (const version of [1, 2] as const) {
    for (const order of ['little', 'big'] as const) {
      if (view.getInt32(0, order === 'little') !== HEADER_BYTES[version]) continue;
      const at = version === 1 ? 344 : 4;
      const magic = String.fromCharCode(...bytes.subarray(at, at + 3));
      if (bytes[at + 3] === 0 && (magic === `n+${version}` || magic === `ni${version}`)) {
        return { version, order, isSingleFile: magic.startsWith('n+') };
      }
    }
  }
  return undefined;
}

/** Parsed by this package, without a library. @throws {VividMedError} data, for bytes that are no NIfTI header */
export function parseHeader(where: string, bytes: Uint8Array): NiftiHeader {
  const kind = niftiKind(bytes);
  if (kind === undefined) throw notNifti(where, bytes);
  const { version, order } = kind;
  check(
    bytes.length >= HEADER_BYTES[version],
    'data',
    `${where}: expected a header of ${HEADER_BYTES[version]} bytes, found ${bytes.length}.`,
  );
  const view = viewOf(bytes);
  const layout: Layout = version === 1 ? NIFTI1 : NIFTI2;
  const list = (name: keyof Layout): number[] => readField(view, layout[name], order === 'little');
  const one = (name: keyof Layout): number => list(name)[0] as number;
  return {
    ...kind,
    datatype: one('datatype'),
    bitpix: one('bitpix'),
    dim: list('dim'),
    pixdim: list('pixdim'),
    voxOffset: one('voxOffset'),
    sclSlope: one('sclSlope'),
    sclInter: one('sclInter'),
    xyztUnits: one('xyztUnits'),
    qformCode: one('qformCode'),
    sformCode: one('sformCode'),
    quatern: list('quatern'),
    srow: list('srow'),
  };
}

function readField(view: DataView, [offset, type, count]: Field, isLittle: boolean): number[] {
  const size = { uint8: 1, int16: 2, int32: 4, float32: 4, int64: 8, float64: 8 }[type];
  return Array.from({ length: count }, (_, i) => {
    const at = offset + i * size;
    if (type === 'uint8') return view.getUint8(at);
    if (type === 'int16') return view.getInt16(at, isLittle);
    if (type === 'int32') return view.getInt32(at, isLittle);
    if (type === 'int64') return Number(view.getBigInt64(at, isLittle));
    return type === 'float32' ? view.getFloat32(at, isLittle) : view.getFloat64(at, isLittle);
  });
}

function notNifti(where: string, bytes: Uint8Array): VividMedError {
  const size = bytes.length >= 4 ? [true, false].map((isLittle) => viewOf(bytes).getInt32(0, isLittle)) : [];
  if (bytes.length >= HEADER_BYTES[1] && size.includes(HEADER_BYTES[1])) {
    return new VividMedError('unsupported', `${where}: expected a NIfTI header, found ANALYZE 7.5 or a damaged one.`, {
      hint: 'ANALYZE does not say which side is left: convert it with a program that knows where it comes from.',
    });
  }
  return new VividMedError('data', `${where}: expected NIfTI, found ${bytes.length} bytes that are not.`);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
