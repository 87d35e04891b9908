import * as tf from '@tensorflow/tfjs';
import { check, VividMedError } from '@vividmed/core';
import { leaves, mapLeaves, type ParamsOf, type SpecTree, type Tree } from '../params.js';
import type { TensorReader } from './reader.js';
import { shortList } from './list.js';
import type { FloatTensor, LazyTensor } from './write.js';

export interface LoadOptions {
  /** Name in the file of each parameter; the path itself by default. */
  rename?: (path: string) => string;
  /** Tensors of the file that no parameter takes and that are left alone; any other one is an error. */
  ignore?: (name: string) => boolean;
}

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Every way in which a file does not fit a spec, in words. */
function mismatches(spec: SpecTree, reader: Pick<TensorReader, 'names' | 'shapeOf'>, options: LoadOptions): string[] {
  const { rename = (path: string) => path, ignore = () => false } = options;
  const present = new Set(reader.names);
  const wanted = new Set<string>();
  const found: string[] = [];
  for (const [path, leaf] of leaves(spec)) {
    const name = rename(path);
    wanted.add(name);
    if (!present.has(name)) found.push(`missing ${name} ${text(leaf.torchShape)}`);
    else if (text(reader.shapeOf(name)) !== text(leaf.torchShape)) {
      found.push(`${name}: expected ${text(leaf.torchShape)}, found ${text(reader.shapeOf(name))}`);
    }
  }
  for (const name of reader.names)
    if (!wanted.has(name) && !ignore(name)) found.push(`unexpected ${name} ${text(reader.shapeOf(name))}`);
  return found;
}

/**
 * Parameters of a spec from a checkpoint in PyTorch's layout, one tensor at a time.
 *
 * @throws {VividMedError} `checkpoint` that lists every missing, unexpected and mis-shaped tensor at once; nothing is left allocated.
 */
export async function loadParams<S extends SpecTree>(
  spec: S,
  reader: TensorReader,
  options: LoadOptions = {},
): Promise<ParamsOf<S>> {
  const wrong = mismatches(spec, reader, options);
  if (wrong.length > 0) {
    throw new VividMedError('checkpoint', `loadParams: ${wrong.length} tensor(s) do not fit:\n  ${shortList(wrong)}`, {
      hint: 'Check that the checkpoint was made with the same preset, vocabulary and profile.',
    });
  }
  const { rename = (path: string) => path } = options;
  const loaded = new Map<string, tf.Tensor>();
  try {
    for (const [path, leaf] of leaves(spec)) {
      const { data } = await reader.read(rename(path));
      loaded.set(
        path,
        tf.tidy(() => tf.transpose(tf.tensor(data, leaf.torchShape), [...leaf.torchAxes])),
      );
    }
  } catch (error) {
    for (const tensor of loaded.values()) tensor.dispose();
    throw error;
  }
  return mapLeaves(spec, (_, path) => loaded.get(path)!);
}

/**
 * Parameters as a checkpoint has them, PyTorch's names and layout, each read when it is asked for: what `writeCheckpoint`
 * takes. The parameters must live until then.
 *
 * @throws {VividMedError} `checkpoint` that lists every parameter of the spec that is missing or has another shape.
 */
export function lazyExport(spec: SpecTree, params: Tree<tf.Tensor>): Map<string, LazyTensor> {
  const tensors = new Map(leaves(params));
  const specs = leaves(spec);
  const wrong = specs.flatMap(([path, { shape }]) => {
    const tensor = tensors.get(path);
    if (!tensor) return [`missing ${path} ${text(shape)}`];
    return text(tensor.shape) === text(shape) ? [] : [`${path}: expected ${text(shape)}, found ${text(tensor.shape)}`];
  });
  check(
    wrong.length === 0,
    'checkpoint',
    () => `lazyExport: ${wrong.length} tensor(s) do not fit:\n  ${shortList(wrong)}`,
  );
  return new Map(
    specs.map(([path, leaf]) => {
      const back: number[] = [];
      leaf.torchAxes.forEach((torchAxis, axis) => (back[torchAxis] = axis));
      const read = async (): Promise<Float32Array> => {
        const permuted = tf.tidy(() => tf.transpose(tensors.get(path)!, back));
        try {
          return Float32Array.from((await permuted.data()) as Float32Array);
        } finally {
          permuted.dispose();
        }
      };
      return [path, { shape: leaf.torchShape, read }];
    }),
  );
}

/** Parameters as a checkpoint has them, all in memory: what `writeSafetensors` takes. */
export async function exportParams(spec: SpecTree, params: Tree<tf.Tensor>): Promise<Map<string, FloatTensor>> {
  const out = new Map<string, FloatTensor>();
  for (const [path, { shape, read }] of lazyExport(spec, params)) out.set(path, { shape, data: await read() });
  return out;
}
