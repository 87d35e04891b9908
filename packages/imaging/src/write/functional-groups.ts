import type { DicomSlice } from '../dicom/reference.js';
import { type Attributes, tagNumber } from './attributes.js';
import { codeItem, dcm } from './codes.js';
import { type DicomContext, sliceItem } from './context.js';
import type { Frames } from './frames.js';

/** A slice whose place in the patient is known. */
type PlacedSlice = DicomSlice & Required<Pick<DicomSlice, 'position' | 'orientation'>>;

const isPlaced = (slice: DicomSlice): slice is PlacedSlice =>
  slice.position !== undefined && slice.orientation !== undefined;

/** Slices with their places, when the series has a frame of reference and each slice says where it is. */
function placedSlices({ reference, header }: DicomContext): readonly PlacedSlice[] | undefined {
  const { slices, frameOfReferenceUid } = reference;
  const isNamed = frameOfReferenceUid !== undefined && header.frameOfReference['FrameOfReferenceUID'] !== undefined;
  return isNamed && slices.every(isPlaced) ? slices : undefined;
}

/** The rank of each slice along the normal of the slices, from 1 (PS3.3 C.7.6.16.2.2.2). */
export function ranksAlongNormal(slices: readonly PlacedSlice[]): number[] {
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = slices[0]?.orientation ?? [];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx] as const;
  const along = slices.map(({ position: [x, y, z] }) => normal[0] * x + normal[1] * y + normal[2] * z);
  const order = along.map((_, d) => d).sort((a, b) => (along[a] as number) - (along[b] as number));
  const ranks = Array.from<number>({ length: slices.length });
  order.forEach((d, i) => (ranks[d] = i + 1));
  return ranks;
}

/**
 * Frame of reference, multi-frame dimension and functional groups of a segmentation (PS3.3 C.7.6.16, C.7.6.17, A.51.5).
 *
 * Without a place in the patient, as on radiographs, a frame is told by the image it is derived from and by its number
 * in the stack.
 */
export function frameAttributes(context: DicomContext, { frames }: Frames): Attributes {
  const { uid, header, grid } = context;
  const placed = placedSlices(context);
  const ranks = placed === undefined ? context.reference.slices.map((_, d) => d + 1) : ranksAlongNormal(placed);
  const hasSegments = frames.some(({ segment }) => segment !== undefined);
  const organization = uid('segmentation dimensions');
  const dimension = (pointer: string, group: string, label: string): Attributes => ({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: tagNumber(pointer),
    FunctionalGroupPointer: tagNumber(group),
    DimensionDescriptionLabel: label,
  });
  return {
    ...(placed === undefined ? header.patientOrientation : header.frameOfReference),
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: [
      ...(hasSegments ? [dimension('ReferencedSegmentNumber', 'SegmentIdentificationSequence', 'Segment')] : []),
      placed === undefined
        ? dimension('InStackPositionNumber', 'FrameContentSequence', 'Position')
        : dimension('ImagePositionPatient', 'PlanePositionSequence', 'Position'),
    ],
    SharedFunctionalGroupsSequence: [
      placed === undefined
        ? {}
        : {
            PlaneOrientationSequence: [{ ImageOrientationPatient: placed[0]?.orientation ?? [] }],
            PixelMeasuresSequence: [
              {
                SliceThickness: grid.spacingMm[0],
                SpacingBetweenSlices: grid.spacingMm[0],
                PixelSpacing: [grid.spacingMm[1], grid.spacingMm[2]],
              },
            ],
          },
    ],
    PerFrameFunctionalGroupsSequence: frames.map(({ slice, segment }) => ({
      FrameContentSequence: [
        {
          ...(placed === undefined ? { StackID: '1', InStackPositionNumber: ranks[slice] as number } : {}),
          DimensionIndexValues: [...(segment === undefined ? [] : [segment.number]), ranks[slice] as number],
        },
      ],
      ...(placed === undefined
        ? {}
        : { PlanePositionSequence: [{ ImagePositionPatient: placed[slice]?.position ?? [] }] }),
      ...(segment === undefined
        ? {}
        : { SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment.number }] }),
      DerivationImageSequence: [
        {
          DerivationCodeSequence: [codeItem(dcm('113076', 'Segmentation'))],
          SourceImageSequence: [
            {
              ...sliceItem(context, slice),
              SpatialLocationsPreserved: 'YES',
              PurposeOfReferenceCodeSequence: [codeItem(dcm('121322', 'Source image for image processing operation'))],
            },
          ],
        },
      ],
    })),
  };
}
