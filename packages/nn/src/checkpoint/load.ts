import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { leaves, mapLeaves, type ParamsOf, type ParamSpec, type SpecTree, type Tree } from '../params.js';
import type { TensorReader } from './reader.js';
import type { FloatTensor } from './safetensors.js';

export interface LoadOptions {
  /** Name in the file of each parameter; the path itself by default. */
  rename?: (path: string) => string;
  /** Tensors of the file that no parameter takes and that are left alone; any other one is an error. */
  ignore?: (name: string) => boolean;
}

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const listed = 20;

/** Every way in which a file does not fit a spec, in words. */
function mismatches(spec: SpecTree, reader: Pick<TensorReader, 'names' | 'shapeOf'>, options: LoadOptions): string[] {
  const { rename = (path: string) => path, ignore = () => false } = options;
  const present = new Set(reader.names);
  const wanted = new Set<string>();
  const found: string[] = [];
  for (const [path, leaf] of leaves(spec as Tree<ParamSpec>)) {
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
    const more = wrong.length > listed ? `\n  and ${wrong.length - listed} more` : '';
    throw new VividMedError(
      'checkpoint',
      `loadParams: ${wrong.length} tensor(s) do not fit:\n  ${wrong.slice(0, listed).join('\n  ')}${more}`,
      { hint: 'Check that the checkpoint was made with the same preset, vocabulary and profile.' },
    );
  }
  const { rename = (path: string) => path } = options;
  const loaded = new Map<string, tf.Tensor>();
  try {
    for (const [path, leaf] of leaves(spec as Tree<ParamSpec>)) {
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
  return mapLeaves(spec as Tree<ParamSpec>, (_, path) => loaded.get(path)!) as ParamsOf<S>;
}

/** Parameters as a checkpoint has them: PyTorch's names and layout. */
export async function exportParams(spec: SpecTree, params: Tree<tf.Tensor>): Promise<Map<string, FloatTensor>> {
  const tensors = new Map(leaves(params));
  const out = new Map<string, FloatTensor>();
  for (const [path, leaf] of leaves(spec as Tree<ParamSpec>)) {
    const back: number[] = [];
    leaf.torchAxes.forEach((torchAxis, axis) => (back[torchAxis] = axis));
    const permuted = tf.transpose(tensors.get(path)!, back);
    out.set(path, { shape: leaf.torchShape, data: Float32Array.from((await permuted.data()) as Float32Array) });
    permuted.dispose();
  }
  return out;
}
