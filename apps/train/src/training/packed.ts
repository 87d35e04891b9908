import * as tf from '@tensorflow/tfjs';

type Tensors = tf.Tensor[];
type Shape = readonly number[];

const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Parameters of fewer numbers are put together: many small operations would cost more than the copy. */
const smallSize = 32_768;

export const isLarge = (shape: Shape): boolean => sizeOf(shape) >= smallSize;

/** Tensors end to end as one vector. */
export const flatten = (tensors: readonly tf.Tensor[]): tf.Tensor => tf.concat(tensors.map((x) => tf.reshape(x, [-1])));

/** The tensors that `flatten` joined. */
export const unflatten = (vector: tf.Tensor, shapes: readonly Shape[]): Tensors =>
  tf.split(vector, shapes.map(sizeOf)).map((part, i) => tf.reshape(part, shapes[i] as number[]));

/** Tensors as a graph hands them on: the large ones, then the small ones as one vector, if there are any. */
export function pack(tensors: readonly tf.Tensor[]): Tensors {
  const small = tensors.filter(({ shape }) => !isLarge(shape));
  return [...tensors.filter(({ shape }) => isLarge(shape)), ...(small.length > 0 ? [flatten(small)] : [])];
}

/** The tensors that `pack` was given, by their shapes. */
function unpack(packed: readonly tf.Tensor[], shapes: readonly Shape[]): Tensors {
  const smallShapes = shapes.filter((shape) => !isLarge(shape));
  const small = smallShapes.length > 0 ? unflatten(packed.at(-1)!, smallShapes) : [];
  const large = [...packed];
  return shapes.map((shape) => (isLarge(shape) ? large.shift()! : small.shift()!));
}

/** Sums of gradients by path, from what `pack` made of those of each part of a batch. */
export function sumPacked(
  packedParts: readonly Tensors[],
  pathsOfParts: readonly string[][],
  shapes: ReadonlyMap<string, Shape>,
): Map<string, tf.Tensor> {
  const named = (packed: Tensors, paths: readonly string[]): [string, tf.Tensor][] => {
    const tensors = unpack(
      packed,
      paths.map((path) => shapes.get(path)!),
    );
    return paths.map((path, i) => [path, tensors[i]!]);
  };
  const [first, ...rest] = pathsOfParts as [string[], ...string[][]];
  // Most often all parts have gradients for the same parameters: then vectors are added as they are.
  if (rest.every((paths) => paths.join() === first.join())) {
    return new Map(
      named(
        packedParts.reduce((sums, packed) => sums.map((sum, i) => tf.add(sum, packed[i]!))),
        first,
      ),
    );
  }
  const sums = new Map<string, tf.Tensor>();
  packedParts.forEach((packed, p) => {
    for (const [path, grad] of named(packed, pathsOfParts[p]!)) {
      const before = sums.get(path);
      sums.set(path, before ? tf.add(before, grad) : grad);
    }
  });
  return sums;
}
