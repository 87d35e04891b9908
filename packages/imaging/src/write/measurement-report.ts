import type { Attributes } from './attributes.js';
import { dcm, procedureOf, sct, SIDES, ucum } from './codes.js';
import { code, container, image, number, polyline, text, uidReference } from './content-item.js';
import { type DicomContext, type DicomObject, sliceItem } from './context.js';
import { measureMask, slicesOf } from './geometry.js';
import {
  comment,
  findingSite,
  inEnglish,
  NOT_FOR_CLINICAL_USE,
  observationContext,
  sideOf,
  writeReport,
} from './report-document.js';
import type { BoxRegion, MaskRegion, Region, ScoredBox } from './results.js';
import { tracking } from './segment.js';
import type { DicomSegmentation } from './segmentation.js';

const FINDING = dcm('121071', 'Finding');
const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34';
/** OHIF shows a rectangle, and lets people edit it, only under this tracking identifier of its own. */
const OHIF_RECTANGLE = 'Cornerstone3DTools@^0.1.0:RectangleROI';

export interface MeasurementReportOptions {
  /** The segmentation of the same context, for volumes; without it masks are given as findings with their volume. */
  segmentation?: DicomSegmentation;
  /** Draw a box of several slices on its middle slice or on every one. The middle one unless given. */
  boxSlices?: 'middle' | 'all';
}

/**
 * Regions as a Comprehensive 3D SR of template TID 1500: boxes as planar regions of interest (TID 1410), masks as
 * volumes that refer to segments (TID 1411), what was not found as image-level findings (TID 1501); PS3.16.
 */
export function measurementReport(context: DicomContext, options: MeasurementReportOptions = {}): DicomObject {
  const groups = context.results.regions.flatMap((region, i) => regionGroups(context, region, i, options));
  const { segmentation } = options;
  return writeReport(context, {
    kind: {
      name: 'measurements',
      sopClassUid: COMPREHENSIVE_3D_SR,
      modality: 'SR',
      seriesNumber: 1002,
      description: 'Measurements by AI',
    },
    title: dcm('126000', 'Imaging Measurement Report'),
    template: 1500,
    content: [
      inEnglish,
      ...observationContext(context),
      code('HAS CONCEPT MOD', dcm('121058', 'Procedure reported'), procedureOf(context.header.modality)),
      imageLibrary(context),
      ...(groups.length === 0 ? [] : [container(dcm('126010', 'Imaging Measurements'), groups)]),
      container({ scheme: 'UMLS', value: 'C0034375', meaning: 'Qualitative Evaluations' }, [
        comment(NOT_FOR_CLINICAL_USE),
      ]),
    ],
    ...(segmentation === undefined ? {} : { evidence: [segmentation] }),
  });
}

/** TID 1600: every instance of the source. */
function imageLibrary(context: DicomContext): Attributes {
  const byInstance = new Map(context.reference.slices.map(({ sopInstanceUid }, d) => [sopInstanceUid, d]));
  return container(dcm('111028', 'Image Library'), [
    container(
      dcm('126200', 'Image Library Group'),
      [...byInstance.values()].map((d) => {
        const { ReferencedFrameNumber: _, ...whole } = sliceItem(context, d);
        return image('CONTAINS', undefined, whole);
      }),
    ),
  ]);
}

function regionGroups(
  context: DicomContext,
  region: Region,
  regionIndex: number,
  { segmentation, boxSlices = 'middle' }: MeasurementReportOptions,
): Attributes[] {
  if (region.kind === 'boxes' && region.boxes.length > 0)
    return region.boxes.flatMap((box, b) => boxGroups(context, region, box, [regionIndex, b], boxSlices));
  if (region.kind === 'mask' && region.mask.some((v) => v !== 0))
    return [maskGroup(context, region, regionIndex, segmentation)];
  const { id, uid } = tracking(context, regionIndex, region.label);
  return [group(region, id, uid, 1501, [code('CONTAINS', sct('705057003', 'Presence'), sct('2667000', 'Absent'))])];
}

/** What all groups say first: identity, category, finding and site. */
function group(region: Region, id: string, uid: string, template: number, rest: readonly Attributes[]): Attributes {
  const { code: finding, category, anatomicRegion, side, phrase } = region;
  // An organ is its own site. An abnormality without a site has its side said of the finding.
  const site = anatomicRegion ?? (region.kind === 'mask' ? finding : undefined);
  const laterality = side && SIDES[side];
  return container(
    dcm('125007', 'Measurement Group'),
    [
      text('HAS OBS CONTEXT', dcm('112039', 'Tracking Identifier'), id),
      uidReference('HAS OBS CONTEXT', dcm('112040', 'Tracking Unique Identifier'), uid),
      code('CONTAINS', sct('276214006', 'Finding category'), category),
      code('CONTAINS', FINDING, finding, site === undefined ? sideOf(laterality) : []),
      ...(site === undefined ? [] : [findingSite(site, sideOf(laterality))]),
      ...rest,
      comment(phrase === undefined ? region.label : `${region.label}: ${phrase}`),
    ],
    template,
  );
}

/** TID 1410, one group for each slice drawn; the groups of a box share its unique identifier. */
function boxGroups(
  context: DicomContext,
  region: BoxRegion,
  { corners, score }: ScoredBox,
  [regionIndex, instance]: readonly [number, number],
  boxSlices: 'middle' | 'all',
): Attributes[] {
  const [, h0, w0, , h1, w1] = corners;
  const all = slicesOf(corners, context.grid.shape[0]);
  const slices = boxSlices === 'all' ? all : all.slice(Math.floor((all.length - 1) / 2)).slice(0, 1);
  const outline = [w0, h0, w1, h0, w1, h1, w0, h1, w0, h0];
  return slices.map((d) =>
    group(region, OHIF_RECTANGLE, tracking(context, regionIndex, region.label, instance).uid, 1410, [
      polyline(dcm('111030', 'Image Region'), outline, sliceItem(context, d)),
      ...(score === undefined
        ? []
        : [number(dcm('111012', 'Certainty of Finding'), score * 100, ucum('%', 'Percent'))]),
    ]),
  );
}

/** TID 1411 where a segment shows the mask, TID 1501 where none does. */
function maskGroup(
  context: DicomContext,
  region: MaskRegion,
  regionIndex: number,
  segmentation: DicomSegmentation | undefined,
): Attributes {
  const { id, uid } = tracking(context, regionIndex, region.label);
  const segment = segmentation?.segments.find((each) => each.regionIndex === regionIndex);
  const { volumeMl } = measureMask(region.mask, context.grid);
  // A radiograph has no depth, and so no volume.
  const volume =
    context.grid.affine === undefined ? [] : [number(sct('118565006', 'Volume'), volumeMl, ucum('ml', 'milliliter'))];
  if (segmentation === undefined || segment === undefined) return group(region, id, uid, 1501, volume);
  return group(region, id, uid, 1411, [
    image('CONTAINS', dcm('121191', 'Referenced Segment'), {
      ReferencedSOPClassUID: segmentation.sopClassUid,
      ReferencedSOPInstanceUID: segmentation.sopInstanceUid,
      ReferencedSegmentNumber: segment.number,
    }),
    uidReference('CONTAINS', dcm('121232', 'Source series for segmentation'), context.reference.seriesInstanceUid),
    ...volume,
  ]);
}
