import { check } from '@vividmed/core';
import { writeDicomFile } from './attributes.js';
import {
  commonAttributes,
  type DicomContext,
  type DicomObject,
  type ObjectKind,
  seriesItem,
  written,
} from './context.js';
import { binaryFrames, firstOverlap, fractionalFrames, labelFrames } from './frames.js';
import { frameAttributes } from './functional-groups.js';
import { segmentItem, segmentsOf } from './segment.js';

/** `binary` is read by every viewer and may overlap; `labelmap` is smaller and may not; `fractional` holds probabilities. */
export type SegmentationEncoding = 'binary' | 'labelmap' | 'fractional';

export interface DicomSegmentation extends DicomObject {
  /** Segment numbers, from 1, and the regions that they show. */
  segments: readonly { number: number; regionIndex: number }[];
}

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const LABEL_MAP_SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.7';

/** How pixels are told apart, PS3.3 C.8.20.2. */
const ENCODINGS = {
  binary: { frames: binaryFrames, attributes: { SegmentationType: 'BINARY' } },
  fractional: {
    frames: fractionalFrames,
    attributes: {
      SegmentationType: 'FRACTIONAL',
      SegmentationFractionalType: 'PROBABILITY',
      MaximumFractionalValue: 255,
    },
  },
  // Voxels of no segment are padding, so that 0 needs no description.
  labelmap: {
    frames: labelFrames,
    attributes: { SegmentationType: 'LABELMAP', PixelPaddingValue: 0 },
  },
} as const;

/**
 * Masks as a DICOM Segmentation (PS3.3 A.51) or Label Map Segmentation (A.51 as of supplement 243).
 *
 * Regions without a voxel and frames without one are left out; `segments` says which region has which number. The
 * report says what was not found.
 *
 * @throws {VividMedError} data when no region has a voxel, or when regions of a label map overlap
 */
export function segmentation(context: DicomContext, encoding: SegmentationEncoding = 'binary'): DicomSegmentation {
  const segments = segmentsOf(context, encoding === 'fractional');
  check(
    segments.length > 0,
    'data',
    'segmentation: expected a region with a voxel, found none.',
    'DICOM has no segmentation without frames: leave it out, and let the report say what was not found.',
  );
  check(segments.length < 65536, 'data', `segmentation: expected at most 65535 segments, found ${segments.length}.`);
  const overlap = encoding === 'fractional' ? undefined : firstOverlap(segments);
  check(
    encoding !== 'labelmap' || overlap === undefined,
    'data',
    () =>
      `segmentation: expected regions that do not overlap in a label map, found regions ${overlap?.segments[0].regionIndex} and ${overlap?.segments[1].regionIndex} sharing voxel ${overlap?.voxel}.`,
    'Write these masks as binary.',
  );
  const { frames, attributes } = ENCODINGS[encoding];
  const made = frames(segments, context.grid.shape);
  const { bitsAllocated } = made;
  const kind: ObjectKind = {
    name: `segmentation ${encoding}`,
    sopClassUid: encoding === 'labelmap' ? LABEL_MAP_SEGMENTATION : SEGMENTATION,
    modality: 'SEG',
    seriesNumber: 1001,
    description: 'Segmentation by AI',
  };
  const [, rows, columns] = context.grid.shape;
  const bytes = writeDicomFile({
    ...commonAttributes(context, kind),
    ...context.header.compression,
    LossyImageCompression: context.header.compression['LossyImageCompression'] ?? '00',
    ImageType: ['DERIVED', 'PRIMARY'],
    ContentLabel: 'SEGMENTATION',
    ContentDescription: 'Not for clinical use. Made by an algorithm, not reviewed.',
    ContentCreatorName: '',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PixelRepresentation: 0,
    Rows: rows,
    Columns: columns,
    NumberOfFrames: made.frames.length,
    BitsAllocated: bitsAllocated,
    BitsStored: bitsAllocated,
    HighBit: bitsAllocated - 1,
    ...attributes,
    SegmentsOverlap: encoding === 'fractional' ? 'UNDEFINED' : overlap === undefined ? 'NO' : 'YES',
    SegmentSequence: segments.map((segment) => segmentItem(context, segment)),
    ReferencedSeriesSequence: [seriesItem(context)],
    ...frameAttributes(context, made),
    PixelData: made.pixels,
  });
  return {
    ...written(kind, context, bytes),
    segments: segments.map(({ number, regionIndex }) => ({ number, regionIndex })),
  };
}
