import { check, VividMedError } from '@vividmed/core';
import type { TensorReader } from '../reader.js';
import { byteWidth, type DType, toFloat32 } from '../safetensors.js';
import { PickleCall, PickleGlobal } from './pickle.js';

/** Values that tensors share, as a pickle names them. */
export class Storage {
  constructor(
    readonly dtype: DType,
    readonly key: string,
    readonly numValues: number,
  ) {}
}

interface StoredTensor {
  storage: Storage;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

/** Bytes `start` to `end` of a storage. */
export type ReadStorage = (storage: Storage, start: number, end: number) => Promise<Uint8Array>;

const dtypes: Readonly<Record<string, DType>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
/** What names and shapes take in a file; the largest models have some megabytes of them. */
export const maxPickle = 100_000_000;
/** Values of a pickle that are looked at; more means maps that hold one another many times over. */
const maxNodes = 1_000_000;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What `torch.save` puts in place of a storage: its type, key, device and number of values. */
export function storageOf(id: unknown): Storage {
  const [kind, type, key, , numValues, view] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = type instanceof PickleGlobal ? (type.name.split('.').at(-1) ?? '') : '';
  const dtype = Object.hasOwn(dtypes, name) ? dtypes[name] : undefined;
  check(
    kind === 'storage' &&
      dtype !== undefined &&
      typeof key === 'string' &&
      isCount(numValues) &&
      (view ?? null) === null,
    'checkpoint',
    `torch: expected storages of ${Object.keys(dtypes).join(', ')}, found something else.`,
  );
  return new Storage(dtype, key, numValues);
}

/** A tensor of a pickle, or undefined for any other value. */
function tensorOf(value: unknown): StoredTensor | undefined {
  if (!(value instanceof PickleCall)) return undefined;
  const { name, args } = value;
  if (name === 'torch._utils._rebuild_parameter') return tensorOf(args[0]);
  if (name !== 'torch._utils._rebuild_tensor_v2') return undefined;
  const [storage, offset, shape, strides] = args;
  const areCounts = (list: unknown): list is number[] => Array.isArray(list) && list.every(isCount);
  check(
    storage instanceof Storage && isCount(offset) && areCounts(shape) && areCounts(strides),
    'checkpoint',
    'torch: expected a tensor with storage, offset, shape and strides, found something else.',
  );
  const size = shape.reduce((a, b) => a * b, 1);
  const last = shape.reduce((sum, length, i) => sum + (length - 1) * (strides[i] ?? 0), offset);
  check(
    shape.length === strides.length && (size === 0 || (last < storage.numValues && size <= storage.numValues)),
    'checkpoint',
    `torch: expected a tensor within the ${storage.numValues} values of its storage, found [${shape.join(', ')}] beyond.`,
  );
  return { storage, offset, shape, strides };
}

/** Every tensor in dictionaries and lists at any depth, by the keys that lead to it joined by dots. */
function tensorsIn(root: unknown): Map<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  let nodes = 0;
  const walk = (value: unknown, path: string): void => {
    check(++nodes <= maxNodes, 'checkpoint', `torch: expected at most ${maxNodes} values, found more.`);
    const tensor = tensorOf(value);
    if (tensor) found.set(path, tensor);
    else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, child] of value.entries()) walk(child, path === '' ? String(key) : `${path}.${String(key)}`);
    }
  };
  try {
    walk(root, '');
  } catch (error) {
    if (error instanceof RangeError)
      throw new VividMedError('checkpoint', 'torch: expected a tree, found one that is too deep or holds itself.');
    throw error;
  }
  return found;
}

/** The values of a tensor in row-major order, taken from a stretch of its storage that begins with the first of them. */
function inOrder(values: Float32Array, { shape, strides }: StoredTensor, size: number): Float32Array {
  const out = new Float32Array(size);
  const index = shape.map(() => 0);
  for (let i = 0, from = 0; i < size; i++) {
    out[i] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/** A reader of the tensors of an unpickled value; `readStorage` gives their bytes, little-endian. */
export function tensorReader(root: unknown, readStorage: ReadStorage): TensorReader {
  const tensors = tensorsIn(root);
  const tensorNamed = (name: string): StoredTensor => {
    const tensor = tensors.get(name);
    check(tensor, 'checkpoint', `torch: expected a tensor "${name}", found none of that name.`);
    return tensor;
  };
  return {
    names: [...tensors.keys()],
    metadata: {},
    shapeOf: (name) => tensorNamed(name).shape,
    read: async (name) => {
      const tensor = tensorNamed(name);
      const { storage, offset, shape, strides } = tensor;
      const size = shape.reduce((a, b) => a * b, 1);
      if (size === 0) return { shape, data: new Float32Array() };
      const span = shape.reduce((sum, length, i) => sum + (length - 1) * strides[i]!, 1);
      const width = byteWidth(storage.dtype);
      const bytes = await readStorage(storage, offset * width, (offset + span) * width);
      check(
        bytes.length === span * width,
        'checkpoint',
        `torch: expected ${span * width} bytes for "${name}", found ${bytes.length}.`,
        'The file is cut off.',
      );
      return { shape, data: inOrder(toFloat32({ dtype: storage.dtype, bytes }), tensor, size) };
    },
  };
}
