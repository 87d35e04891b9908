import { check } from '@vividmed/core';
import type { DataSet, Element } from 'dicom-parser';
import { concatenate } from '../concatenate.js';

/** True when the pixel data is a sequence of fragments, as every compressed one is: its length is undefined. */
export const isEncapsulated = (element: Element): boolean => element.hadUndefinedLength === true;

/** A fragment and where it begins, counted from the first as the offset table counts. */
interface Fragment {
  offset: number;
  bytes: Uint8Array;
}

const ITEM = 0xe000fffe;
const END = 0xe0ddfffe;
const ITEM_HEADER = 8;

/**
 * The coded bytes of every frame, from fragments: one fragment a frame, or as the basic offset table says, or, where
 * that is empty, up to each fragment that ends an image (DICOM PS3.5 A.4).
 *
 * @throws {VividMedError} data
 */
export function codedFrames(dataSet: DataSet, element: Element, frames: number): Uint8Array[] {
  const [table, ...fragments] = readItems(dataSet.byteArray, element.dataOffset);
  const offsets = table === undefined ? [] : readOffsets(table.bytes);
  const groups = groupFragments(fragments, offsets, frames);
  check(
    groups.length === frames,
    'data',
    `readDicom: expected the fragments of ${frames} frames, found those of ${groups.length}.`,
  );
  return groups.map((group) => (group.length === 1 ? (group[0] as Uint8Array) : concatenate(group)));
}

/** The items of encapsulated pixel data, of which the first is the offset table. */
function readItems(bytes: Uint8Array, start: number): Fragment[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: Fragment[] = [];
  let first = start;
  // A file that ends after a whole fragment has lost no pixels, so the delimiter may be missing.
  for (let at = start; at + ITEM_HEADER <= bytes.length;) {
    const [tag, length] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (tag === END) break;
    check(tag === ITEM, 'data', 'readDicom: expected a fragment of coded pixels, found other bytes.');
    const from = at + ITEM_HEADER;
    check(
      from + length <= bytes.length,
      'data',
      `readDicom: expected a fragment of ${length} bytes, found ${bytes.length - from}.`,
      'The file is cut short.',
    );
    items.push({ offset: at - first, bytes: bytes.subarray(from, from + length) });
    at = from + length;
    if (items.length === 1) first = at;
  }
  return items;
}

function readOffsets(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: Math.floor(table.length / 4) }, (_, i) => view.getUint32(4 * i, true));
}

function groupFragments(fragments: readonly Fragment[], offsets: readonly number[], frames: number): Uint8Array[][] {
  if (fragments.length === 0) return [];
  if (frames === 1) return [fragments.map(({ bytes }) => bytes)];
  if (fragments.length === frames) return fragments.map(({ bytes }) => [bytes]);
  const starts = new Set(offsets);
  const groups: Uint8Array[][] = [];
  let isOpen = false;
  for (const { offset, bytes } of fragments) {
    if (starts.size > 0 ? starts.has(offset) : !isOpen) groups.push([]);
    groups.at(-1)?.push(bytes);
    isOpen = !endsImage(bytes);
  }
  return groups;
}

/** Whether the marker that ends a JPEG, JPEG-LS or JPEG 2000 image (FF D9) closes the fragment, padding aside. */
function endsImage(piece: Uint8Array): boolean {
  const end = piece.at(-1) === 0 ? piece.length - 1 : piece.length;
  return piece[end - 2] === 0xff && piece[end - 1] === 0xd9;
}
