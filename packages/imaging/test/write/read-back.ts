import dicomParser, { type DataSet } from 'dicom-parser';
import type { Shape3 } from '../../src/volume.js';

export const parse = (bytes: Uint8Array): DataSet => dicomParser.parseDicom(bytes);

/** Items of a sequence, by its tag `xggggeeee`. */
export const items = (dataSet: DataSet, tag: string): DataSet[] =>
  (dataSet.elements[tag]?.items ?? []).flatMap(({ dataSet: item }) => (item ? [item] : []));

/** The only item of a sequence. */
export function only(dataSet: DataSet, tag: string): DataSet {
  const [item, ...others] = items(dataSet, tag);
  if (item === undefined || others.length > 0) throw new Error(`expected one item in ${tag}`);
  return item;
}

const utf8 = new TextDecoder();

export function utf8Text(dataSet: DataSet, tag: string): string {
  const element = dataSet.elements[tag];
  if (element === undefined) return '';
  return utf8
    .decode(Uint8Array.from(dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length)))
    .trimEnd();
}

export const decimals = (dataSet: DataSet, tag: string): number[] =>
  (dataSet.string(tag) ?? '').split('\\').map(Number);

/** A frame of a segmentation as it says itself where it belongs. */
export interface ReadFrame {
  segment: number;
  sourceUid: string;
  sourceFrame: number;
  position: number[] | undefined;
  values: number[];
}

export function readFrames(dataSet: DataSet): ReadFrame[] {
  const size = (dataSet.uint16('x00280010') as number) * (dataSet.uint16('x00280011') as number);
  const bits = dataSet.uint16('x00280100') as number;
  const { dataOffset } = dataSet.elements['x7fe00010'] as { dataOffset: number };
  const bytes = Uint8Array.from(dataSet.byteArray.subarray(dataOffset));
  const value = (i: number): number => {
    if (bits === 1) return ((bytes[Math.floor(i / 8)] as number) >> (i % 8)) & 1;
    return bits === 8 ? (bytes[i] as number) : (bytes[2 * i] as number) + 256 * (bytes[2 * i + 1] as number);
  };
  return items(dataSet, 'x52009230').map((group, frame) => {
    const source = only(only(group, 'x00089124'), 'x00082112');
    const place = items(group, 'x00209113')[0];
    return {
      segment: items(group, 'x0062000a')[0]?.uint16('x0062000b') ?? 0,
      sourceUid: source.string('x00081155') ?? '',
      sourceFrame: source.intString('x00081160') ?? 1,
      position: place && decimals(place, 'x00200032'),
      values: Array.from({ length: size }, (_, i) => value(frame * size + i)),
    };
  });
}

/** The mask of a segment, put together by the source images that its frames name. */
export function readMask(
  frames: readonly ReadFrame[],
  segment: number,
  shape: Shape3,
  sliceOf: (frame: ReadFrame) => number,
): Uint8Array {
  const size = shape[1] * shape[2];
  const mask = new Uint8Array(shape[0] * size);
  for (const frame of frames) if (frame.segment === segment) mask.set(frame.values, sliceOf(frame) * size);
  return mask;
}

/** All items of the content tree of a report. */
export const contentItems = (dataSet: DataSet): DataSet[] =>
  items(dataSet, 'x0040a730').flatMap((item) => [item, ...contentItems(item)]);

/** Meaning of the name of a content item. */
export function conceptOf(item: DataSet): string {
  const name = items(item, 'x0040a043')[0];
  return name === undefined ? '' : utf8Text(name, 'x00080104');
}
