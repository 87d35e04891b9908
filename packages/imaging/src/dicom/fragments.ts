import { check } from '@vividmed/core';
import type { DataSet, Element } from 'dicom-parser';
import { concatenate } from '../concatenate.js';

/** True when the pixel data is a sequence of fragments, as every compressed one is. */
export const isEncapsulated = (element: Element): boolean => element.fragments !== undefined;

/**
 * The coded bytes of every frame, from fragments: one fragment a frame, or as the basic offset table says, or, where
 * that is empty, up to each fragment that ends an image (DICOM PS3.5 A.4).
 *
 * @throws {VividMedError} data
 */
export function codedFrames(dataSet: DataSet, element: Element, frames: number): Uint8Array[] {
  const bytes = dataSet.byteArray;
  const fragments = element.fragments ?? [];
  const pieces = fragments.map(({ position, length }) => {
    check(
      position + length <= bytes.length,
      'data',
      `readDicom: expected a fragment of ${length} bytes, found ${Math.max(0, bytes.length - position)}.`,
      'The file is cut short.',
    );
    return bytes.subarray(position, position + length);
  });
  const groups = groupFragments(
    pieces,
    fragments.map(({ offset }) => offset),
    element.basicOffsetTable ?? [],
    frames,
  );
  check(
    groups.length === frames,
    'data',
    `readDicom: expected the fragments of ${frames} frames, found those of ${groups.length}.`,
  );
  return groups.map((group) => (group.length === 1 ? (group[0] as Uint8Array) : concatenate(group)));
}

function groupFragments(pieces: Uint8Array[], offsets: number[], table: number[], frames: number): Uint8Array[][] {
  if (pieces.length === 0) return [];
  if (frames === 1) return [pieces];
  if (pieces.length === frames) return pieces.map((piece) => [piece]);
  const starts = new Set(table);
  const groups: Uint8Array[][] = [];
  let isOpen = false;
  pieces.forEach((piece, i) => {
    if (table.length > 0 ? starts.has(offsets[i] as number) : !isOpen) groups.push([]);
    groups.at(-1)?.push(piece);
    isOpen = !endsImage(piece);
  });
  return groups;
}

/** Whether the marker that ends a JPEG, JPEG-LS or JPEG 2000 image (FF D9) closes the fragment, padding aside. */
function endsImage(piece: Uint8Array): boolean {
  const end = piece.at(-1) === 0 ? piece.length - 1 : piece.length;
  return piece[end - 2] === 0xff && piece[end - 1] === 0xd9;
}
