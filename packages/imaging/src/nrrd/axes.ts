import { check } from '@vividmed/core';
import type { NrrdHeader } from './header.js';

/** What the axes of a NRRD file are, the fastest first. */
export interface NrrdAxes {
  sizes: readonly number[];
  /** Place of the axis that is not space, or undefined. */
  listAxis: number | undefined;
  /** The list axis holds the three or four components of a colour. */
  isColour: boolean;
}

/** Kinds of axes that are space; those of others, such as `list`, are not. */
const SPACE_KINDS = new Set(['domain', 'space']);
const COLOURS: Readonly<Record<string, number>> = { 'rgb-color': 3, '3-color': 3, 'rgba-color': 4, '4-color': 4 };

/** @throws {VividMedError} data, for sizes that are none; unsupported, for more than one axis that is not space */
export function readAxes(where: string, { fields }: NrrdHeader): NrrdAxes {
  const sizes = (fields.get('sizes') ?? '').split(/\s+/).map(Number);
  check(
    sizes.length === Number(fields.get('dimension')) && sizes.every((size) => Number.isSafeInteger(size) && size >= 1),
    'data',
    `${where}: expected as many sizes as the dimension says, all positive, found ${sizes.join(' x ')}.`,
  );
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/) ?? [];
  const others = sizes.flatMap((_, axis) => (isSpace(fields, kinds, axis, sizes.length) ? [] : [axis]));
  check(
    others.length <= 1 && sizes.length - others.length <= 3 && sizes.length > others.length,
    'unsupported',
    `${where}: expected up to 3 axes of space and one other, found ${sizes.length} with ${others.length} others.`,
    'The fields "kinds" and "space directions" say which axes are space.',
  );
  const listAxis = others[0];
  const kind = listAxis === undefined ? '' : (kinds[listAxis] ?? '');
  return { sizes, listAxis, isColour: listAxis === 0 && COLOURS[kind] === sizes[0] };
}

function isSpace(fields: NrrdHeader['fields'], kinds: readonly string[], axis: number, numAxes: number): boolean {
  const directions = fields.get('space directions');
  if (directions !== undefined) return splitVectors(directions)[axis] !== undefined;
  const kind = kinds[axis];
  return kind === undefined || kind === '???' || (kind === 'none' && numAxes <= 3) || SPACE_KINDS.has(kind);
}

/** Vectors such as `(1,0,0) (0,1,0) none`; what is no vector is undefined. */
export function splitVectors(text: string): (readonly number[] | undefined)[] {
  return (text.match(/\([^)]*\)|\S+/g) ?? []).map((word) =>
    word.startsWith('(') ? word.slice(1, -1).split(',').map(Number) : undefined,
  );
}
