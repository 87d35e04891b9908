import type { ImageWarning } from '../volume.js';
import { normalOf, type Orientation } from './frame-place.js';
import type { Instance } from './instance.js';
import type { Slice } from './slice.js';
import { samePlace } from './steps.js';

/** Slices that may be one volume, and what was odd about them. */
export interface Group {
  slices: Slice[];
  warnings: ImageWarning[];
}

/** Modalities whose files are slices of a body even when no position says where. */
const TOMOGRAPHIC = new Set(['CT', 'MR', 'PT', 'NM']);

/** Cosines that differ by less are one orientation: files round them to 3 to 6 digits. */
const SAME_COSINE = 1e-3;
/** Part by which spacings of one stack may differ. */
const SAME_SPACING = 1e-3;

/**
 * Slices in groups of one series, size, orientation and spacing; within one, frames that share their positions are
 * told apart by echo, phase and the like. Images without a position in the patient stay by themselves.
 *
 * @param ignoresUids series are told by what their slices share, as those without a UID
 */
export function groupSlices(slices: readonly Slice[], ignoresUids = false): Group[] {
  const groups: Slice[][] = [];
  const bySeries = new Map<string, Slice[][]>();
  for (const slice of slices) {
    const key = hasOneGeometry(slice.instance) ? `file ${slice.file}` : seriesKey(slice, ignoresUids);
    const known = bySeries.get(key) ?? [];
    bySeries.set(key, known);
    const fitting = known.find(([first]) => first !== undefined && isOneStack(first, slice));
    if (fitting !== undefined) fitting.push(slice);
    else {
      const fresh = [slice];
      known.push(fresh);
      groups.push(fresh);
    }
  }
  return groups.flatMap((group) => splitRepeats(group));
}

/** Frames of a file that says one position for all of them stay as they are. */
export const hasOneGeometry = ({ header, isEnhanced }: Instance): boolean => !isEnhanced && header.frames > 1;

const UID = /^[\d.]{3,64}$/;

/** Files without a series UID are a series when they agree in all that a series shares. */
function seriesKey({ instance, frame }: Slice, ignoresUids: boolean): string {
  const { seriesInstanceUid, studyInstanceUid, header } = instance;
  const stack = frame.stackId ?? '';
  if (!ignoresUids && UID.test(seriesInstanceUid)) return `${seriesInstanceUid} ${stack}`;
  return `none ${ignoresUids ? '' : studyInstanceUid} ${header.modality} ${stack}`;
}

function isOneStack(a: Slice, b: Slice): boolean {
  const [one, other] = [a.instance.header, b.instance.header];
  if (one.rows !== other.rows || one.columns !== other.columns || one.modality !== other.modality) return false;
  if (!isClose(a.frame.planeMm, b.frame.planeMm, (x, y) => SAME_SPACING * Math.max(x, y))) return false;
  if (!isClose(a.frame.orientation, b.frame.orientation, () => SAME_COSINE)) return false;
  if ((a.frame.position === undefined) !== (b.frame.position === undefined)) return false;
  if (isPlaced(a)) return true;
  return a.file === b.file || TOMOGRAPHIC.has(one.modality);
}

function isClose(
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
  tolerance: (x: number, y: number) => number,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.every((x, i) => Math.abs(x - (b[i] as number)) <= tolerance(x, b[i] as number));
}

/** True when the file says where the slice is. */
export const isPlaced = ({ frame }: Slice): boolean => frame.position !== undefined && frame.orientation !== undefined;

/** Distance along the normal, mm. */
export function depthOf({ frame: { position } }: Slice, orientation: Orientation): number {
  const normal = normalOf(orientation);
  return position === undefined ? 0 : normal.reduce((sum, n, i) => sum + n * (position[i] as number), 0);
}

/**
 * Groups without two slices at one position, by the attribute that makes the fewest of them, or by several. The fewest,
 * since some attributes are of one slice alone, such as the time after the trigger.
 */
function splitRepeats(slices: readonly Slice[]): Group[] {
  const first = slices[0];
  if (first !== undefined && hasOneGeometry(first.instance)) return [{ slices: [...slices], warnings: [] }];
  const unique = withoutCopies(slices);
  const copies = slices.length - unique.length;
  const warnings = copies === 0 ? [] : [duplicates(copies, 'are copies of others')];
  if (!hasRepeats(unique)) return [{ slices: unique, warnings }];
  const byKey = (unique[0]?.frame.keys ?? []).map((_, i) => partition(unique, ({ frame }) => frame.keys[i] ?? ''));
  const shared = byKey.flatMap((parts, i) => (parts.length < unique.length ? [i] : []));
  const bySeveral = partition(unique, ({ frame }) => shared.map((i) => frame.keys[i] ?? '').join('\\'));
  const [parts] = [...byKey, bySeveral]
    .filter((found) => found.length > 1 && !found.some(hasRepeats))
    .toSorted((a, b) => a.length - b.length);
  if (parts !== undefined) return parts.map((part) => ({ slices: part, warnings }));
  const kept = firstAtEach(unique);
  const message = 'share their position with others that nothing tells them from';
  return [{ slices: kept, warnings: [...warnings, duplicates(unique.length - kept.length, message)] }];
}

const duplicates = (count: number, why: string): ImageWarning => ({
  code: 'duplicate-slices',
  message: `${count} slices ${why}; they were left out.`,
});

/** One of the frames with the same instance UID. */
function withoutCopies(slices: readonly Slice[]): Slice[] {
  const seen = new Set<string>();
  return slices.filter(({ instance, frame }) => {
    if (!UID.test(instance.sopInstanceUid)) return true;
    const key = `${instance.sopInstanceUid} ${frame.index}`;
    return !seen.has(key) && seen.add(key);
  });
}

function partition(slices: readonly Slice[], rule: (slice: Slice) => string): Slice[][] {
  const parts = new Map<string, Slice[]>();
  for (const slice of slices) {
    const part = parts.get(rule(slice));
    if (part === undefined) parts.set(rule(slice), [slice]);
    else part.push(slice);
  }
  return [...parts.values()];
}

/** Slices with their depth, in its order; none when they have no place. */
function placed(slices: readonly Slice[]): { slice: Slice; depth: number }[] {
  const orientation = slices[0]?.frame.orientation;
  if (orientation === undefined || !slices.every(isPlaced)) return [];
  return slices.map((slice) => ({ slice, depth: depthOf(slice, orientation) })).toSorted((a, b) => a.depth - b.depth);
}

const hasRepeats = (slices: readonly Slice[]): boolean =>
  placed(slices).some(({ depth }, i, all) => i > 0 && samePlace(depth, (all[i - 1] as { depth: number }).depth));

function firstAtEach(slices: readonly Slice[]): Slice[] {
  const kept: Slice[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { slice, depth } of placed(slices)) {
    if (samePlace(depth, last)) continue;
    kept.push(slice);
    last = depth;
  }
  return kept;
}
