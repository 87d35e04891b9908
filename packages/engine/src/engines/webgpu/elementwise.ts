import type * as tf from '@tensorflow/tfjs';
import { replaceKernel, sizeOf, wrongRank } from './replace.js';

const binary = `Add Sub Multiply RealDiv FloorDiv Mod Pow Maximum Minimum SquaredDifference Atan2
  Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr BitwiseAnd`.split(/\s+/);

/**
 * Two shapes of as few axes as broadcast in the same way: neighbours that both have, or of which one operand has only ones, become
 * one axis. `whole` is the shape of the result.
 */
export function mergeBroadcast(
  left: readonly number[],
  right: readonly number[],
): { left: number[]; right: number[]; whole: number[] } {
  const rank = Math.max(left.length, right.length);
  const lengthen = (shape: readonly number[]): number[] => [...Array<number>(rank - shape.length).fill(1), ...shape];
  const [a, b] = [lengthen(left), lengthen(right)];
  const merged: { a: number; b: number; kind: string }[] = [];
  a.forEach((n, axis) => {
    const m = b[axis]!;
    if (n === 1 && m === 1) return;
    const kind = n === m ? 'both' : n === 1 ? 'right' : 'left';
    const last = merged.at(-1);
    if (last?.kind === kind) {
      last.a *= n;
      last.b *= m;
    } else merged.push({ a: n, b: m, kind });
  });
  if (merged.length === 0) merged.push({ a: 1, b: 1, kind: 'both' });
  return {
    left: merged.map((axis) => axis.a),
    right: merged.map((axis) => axis.b),
    whole: a.map((n, axis) => (n === 1 ? b[axis]! : n)),
  };
}

/** Has elementwise kernels work on as few axes as they can. */
export function repairElementwiseKernels(): void {
  for (const name of binary)
    replaceKernel(name, (original) => (params) => {
      const { a, b } = params.inputs as Record<'a' | 'b', tf.TensorInfo>;
      if (Math.max(a.shape.length, b.shape.length) < wrongRank) return original(params);
      const { left, right, whole } = mergeBroadcast(a.shape, b.shape);
      const inputs = { a: { ...a, shape: left }, b: { ...b, shape: right } };
      return { ...(original({ ...params, inputs }) as tf.TensorInfo), shape: whole };
    });
  replaceKernel('Select', (original) => (params) => {
    const { condition, t, e } = params.inputs as Record<'condition' | 't' | 'e', tf.TensorInfo>;
    if (t.shape.length < wrongRank) return original(params);
    // The condition has the shape of the values, or one element for each of their first axis.
    const rows = sizeOf(condition.shape);
    const fold = (info: tf.TensorInfo): tf.TensorInfo => ({ ...info, shape: [rows, sizeOf(t.shape) / rows] });
    const inputs = { condition: { ...condition, shape: [rows] }, t: fold(t), e: fold(e) };
    return { ...(original({ ...params, inputs }) as tf.TensorInfo), shape: [...t.shape] };
  });
}
