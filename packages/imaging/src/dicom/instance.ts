import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import type { ReadOptions } from '../limits.js';
import type { ImageWarning } from '../volume.js';
import { decimal, items, parseDataSet, type ParsedFile, text } from './dataset.js';
import { type FramePlace, readPlace } from './frame-place.js';
import { type FrameGroups, functionalGroups, MACRO } from './functional-groups.js';
import { type ImageHeader, readHeader } from './header.js';
import { checkRoom, trailingBytes } from './pixel-room.js';
import { readScale } from './values.js';

/** One frame of a file, as far as it takes to put it in its place. */
export interface Frame extends FramePlace {
  /** Index in its file, from 0. */
  index: number;
  stackId: string | undefined;
  /** What may tell frames of one position apart, such as echoes and phases: attributes in a fixed order. */
  keys: readonly (string | undefined)[];
}

/** What one file says, without its pixels: kept for every file while series are put together. */
export interface Instance {
  header: ImageHeader;
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  frameOfReferenceUid: string;
  instanceNumber: number | undefined;
  isEnhanced: boolean;
  frames: readonly Frame[];
  warnings: readonly ImageWarning[];
}

/**
 * Reads what a file says of its frames, without decoding one. Undefined for DICOM that has no pixels.
 *
 * @throws {VividMedError} data, unsupported
 */
export function readInstance(bytes: Uint8Array, options: ReadOptions): Instance | undefined {
  const file = parseDataSet(plainBytes(bytes), options);
  const { dataSet } = file;
  const header = readHeader(file, options);
  if (header === undefined) return undefined;
  checkRoom(dataSet, header);
  const groupsOf = functionalGroups(dataSet);
  const first = groupsOf(0);
  readScale(dataSet, first, header);
  const uid = (tag: string): string => text(dataSet, tag) ?? '';
  return {
    header,
    sopClassUid: uid('x00080016'),
    sopInstanceUid: uid('x00080018'),
    studyInstanceUid: uid('x0020000d'),
    seriesInstanceUid: uid('x0020000e'),
    frameOfReferenceUid: uid('x00200052'),
    instanceNumber: decimal(dataSet, 'x00200013'),
    isEnhanced: first.isEnhanced,
    frames: readFrames(dataSet, header.frames, groupsOf),
    warnings: [...file.warnings, ...trailingBytes(dataSet, header)],
  };
}

/** The data set of a file that `readInstance` has read before, for its pixels. */
export function reopen(bytes: Uint8Array, { header }: Instance, options: ReadOptions): ParsedFile {
  const file = parseDataSet(plainBytes(bytes), options);
  const again = readHeader(file, options);
  check(
    again?.rows === header.rows && again.columns === header.columns && again.frames === header.frames,
    'data',
    'readDicom: expected the file that was found before, found another.',
    'It was changed while it was being read.',
  );
  return file;
}

/** A Buffer of Node slices without copying, which nothing expects. */
const plainBytes = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function readFrames(dataSet: DataSet, count: number, groupsOf: (frame: number) => FrameGroups): Frame[] {
  const dimensions = otherDimensions(dataSet);
  const frame = (index: number): Frame => {
    const groups = groupsOf(index);
    const content = groups.macro(MACRO.frameContent);
    const keys = groups.isEnhanced
      ? [
          text(content, 'x00209128') ?? number(content, 'x00209128'),
          ...dimensions.map((at) => number(content, 'x00209157', at)),
        ]
      : CLASSIC_KEYS.map((tag) => dataSet.string(tag)?.trim());
    return { ...readPlace(dataSet, groups), index, stackId: text(content, 'x00209056'), keys };
  };
  const first = frame(0);
  // Without groups of their own all frames share what the file says.
  const isShared = items(dataSet, 'x52009230').length === 0;
  return Array.from({ length: count }, (_, index) => (isShared ? { ...first, index } : frame(index)));
}

const number = (dataSet: DataSet, tag: string, index = 0): string | undefined => dataSet.uint32(tag, index)?.toString();

/** Echo, echo time, phase, trigger time, b-value, acquisition, image type; where several tell the same, the first does. */
const CLASSIC_KEYS = ['x00180086', 'x00180081', 'x00200100', 'x00181060', 'x00189087', 'x00200012', 'x00080008'];

/** Position in the stack, position in the patient, and the stack, which are told by other means. */
const PLACE_POINTERS = new Set([0x00209057, 0x00200032, 0x00209113, 0x00209056]);
const MAX_DIMENSIONS = 16;

/** Which dimension indexes (PS3.3 C.7.6.17) tell more than where a frame lies. */
function otherDimensions(dataSet: DataSet): number[] {
  return items(dataSet, 'x00209222')
    .slice(0, MAX_DIMENSIONS)
    .flatMap((item, at) => {
      const [group, element] = [item.uint16('x00209165', 0), item.uint16('x00209165', 1)];
      const pointer = (group ?? 0) * 0x10000 + (element ?? 0);
      return PLACE_POINTERS.has(pointer) ? [] : [at];
    });
}
