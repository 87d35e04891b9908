import type { Attributes } from './attributes.js';
import { codeItem, dcm, SIDES } from './codes.js';
import { dicomLab, regionColour } from './colour.js';
import type { DicomContext } from './context.js';
import type { MaskRegion } from './results.js';

/** A region that has voxels, and its number in the segmentation. */
export interface Segment {
  number: number;
  /** Index in `results.regions`. */
  regionIndex: number;
  region: MaskRegion;
}

/** Mask regions that have voxels, numbered from 1 without gaps (PS3.3 C.8.20.2). */
export function segmentsOf({ results }: DicomContext, isFractional: boolean): Segment[] {
  return results.regions
    .flatMap((region, regionIndex) => (region.kind === 'mask' ? [{ region, regionIndex }] : []))
    .filter(({ region }) => hasVoxels(region, isFractional))
    .map((each, i) => ({ ...each, number: i + 1 }));
}

const hasVoxels = ({ mask, probability }: MaskRegion, isFractional: boolean): boolean =>
  isFractional && probability !== undefined ? probability.some((p) => toByte(p) > 0) : mask.some((v) => v !== 0);

/** A probability as the 8 bits that a fractional segmentation keeps of it. */
export const toByte = (probability: number): number => Math.round(probability * 255);

/** Identity of a region that segmentation and report share. */
export const tracking = ({ uid }: DicomContext, regionIndex: number, label: string, instance = 0) => ({
  id: `${label} ${regionIndex + 1}.${instance + 1}`,
  uid: uid(`region ${regionIndex} instance ${instance}`),
});

/** PS3.3 table 10-19: name, version and family, here artificial intelligence of CID 7162. */
export const algorithmItem = ({ results: { algorithm } }: DicomContext): Attributes => ({
  AlgorithmFamilyCodeSequence: [codeItem(dcm('123110', 'Artificial Intelligence'))],
  AlgorithmName: algorithm.name,
  AlgorithmVersion: algorithm.version,
});

/** PS3.3 table C.8.20-4. */
export function segmentItem(context: DicomContext, { number, regionIndex, region }: Segment): Attributes {
  const { label, code, category, anatomicRegion, side, phrase } = region;
  const { id, uid } = tracking(context, regionIndex, label);
  const sideItems = side === undefined ? [] : [codeItem(SIDES[side])];
  return {
    SegmentNumber: number,
    SegmentLabel: label,
    ...(phrase === undefined ? {} : { SegmentDescription: phrase }),
    SegmentAlgorithmType: 'AUTOMATIC',
    SegmentAlgorithmName: context.results.algorithm.name,
    SegmentationAlgorithmIdentificationSequence: [algorithmItem(context)],
    SegmentedPropertyCategoryCodeSequence: [codeItem(category)],
    SegmentedPropertyTypeCodeSequence: [
      {
        ...codeItem(code),
        // The side modifies the region where there is one, else the type itself.
        ...(anatomicRegion === undefined && side !== undefined
          ? { SegmentedPropertyTypeModifierCodeSequence: sideItems }
          : {}),
      },
    ],
    ...(anatomicRegion === undefined
      ? {}
      : {
          AnatomicRegionSequence: [
            {
              ...codeItem(anatomicRegion),
              ...(side === undefined ? {} : { AnatomicRegionModifierSequence: sideItems }),
            },
          ],
        }),
    TrackingID: id,
    TrackingUID: uid,
    RecommendedDisplayCIELabValue: dicomLab(regionColour(regionIndex)),
  };
}
