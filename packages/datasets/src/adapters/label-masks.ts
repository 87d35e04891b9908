import { check } from '@vividmed/core';
import type { Label } from '../taxonomy/labels/label.js';

/** Targets that hold others whole, as an organ holds its tumors, which owners label apart. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** The targets of a data set: those of its classes, and those made of several of them. */
export const targetsOf = (classes: readonly Label[], parts: Parts = {}): readonly string[] => [
  ...new Set([...classes.flatMap(({ target }) => target ?? []), ...Object.keys(parts)]),
];

export interface LabelMasksOptions {
  parts?: Parts;
  /** Only these; all unless given. */
  targets?: readonly string[] | undefined;
  /** Values that no class has are passed over; an error unless given. */
  hasOtherValues?: boolean;
}

/**
 * The voxels of each target that a label map shows, 0 or 1. Classes with the same target are one mask; a target without a voxel has none.
 *
 * @throws {VividMedError} `data` for a value that no class has.
 */
export function masksOfLabels(
  where: string,
  labels: ArrayLike<number>,
  classes: readonly Label[],
  { parts = {}, targets, hasOtherValues = false }: LabelMasksOptions = {},
): Record<string, Uint8Array> {
  const known = new Map(classes.map((label) => [label.value, label]));
  const holders = (target: string): string[] => Object.keys(parts).filter((whole) => parts[whole]?.includes(target));
  const masks: Record<string, Uint8Array> = {};
  /** The masks that a value belongs to, made when it is first met. */
  const masksOf = (value: number): Uint8Array[] => {
    const label = known.get(value);
    check(
      label !== undefined || hasOtherValues,
      'data',
      `${where}: expected the values of ${classes.length} classes, found ${value}.`,
    );
    if (label?.target === undefined) return [];
    return [label.target, ...holders(label.target)]
      .filter((target) => targets?.includes(target) ?? true)
      .map((target) => (masks[target] ??= new Uint8Array(labels.length)));
  };
  const byValue = new Map<number, Uint8Array[]>();
  for (let i = 0; i < labels.length; i++) {
    const value = labels[i]!;
    if (value === 0) continue;
    let ofValue = byValue.get(value);
    if (ofValue === undefined) byValue.set(value, (ofValue = masksOf(value)));
    for (const mask of ofValue) mask[i] = 1;
  }
  return masks;
}

/** A mask from a file of one class; `undefined` where it is empty. What is not 0 is the class: files hold 1 or 255. */
export function maskOfClass(labels: ArrayLike<number>): Uint8Array | undefined {
  const mask = new Uint8Array(labels.length);
  let isEmpty = true;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    mask[i] = 1;
    isEmpty = false;
  }
  return isEmpty ? undefined : mask;
}
