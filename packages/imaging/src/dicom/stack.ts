import type { Affine, ImageWarning, Shape3, Volume } from '../volume.js';
import { type FramePlace, normalOf, type Point } from './frame-place.js';
import { depthOf, type Group, hasOneGeometry, isPlaced } from './group.js';
import type { Slice } from './slice.js';
import { measureSteps } from './steps.js';

/** Slices in the order of depth, and the grid that they make. */
export interface Stack {
  slices: readonly Slice[];
  shape: Shape3;
  geometry: Pick<Volume, 'spacingMm' | 'spacingSource' | 'affine' | 'patientOrientation'>;
  warnings: readonly ImageWarning[];
}

/** Orders the slices of a group along their normal, whatever their numbers say, and measures their steps. */
export function makeStack(group: Group): Stack {
  const { slices, warnings } = isOrdered(group.slices) ? group : sort(group);
  const { header } = (slices[0] as Slice).instance;
  const shape: Shape3 = [slices.length, header.rows, header.columns];
  const place = (slices[0] as Slice).frame;
  const measured = measure(slices, place);
  return { slices, shape, geometry: measured.geometry, warnings: [...warnings, ...measured.warnings] };
}

/** Frames of one file that have no positions of their own are in their order already. */
const isOrdered = (slices: readonly Slice[]): boolean =>
  slices.length === 1 || slices.every(({ instance }) => hasOneGeometry(instance));

function sort({ slices, warnings }: Group): Group {
  const orientation = slices[0]?.frame.orientation;
  if (orientation !== undefined && slices.every(isPlaced)) {
    return { slices: slices.toSorted((a, b) => depthOf(a, orientation) - depthOf(b, orientation)), warnings };
  }
  const numberOf = ({ instance }: Slice): number => instance.instanceNumber ?? Number.POSITIVE_INFINITY;
  const sorted = slices.toSorted(
    (a, b) => Math.sign(numberOf(a) - numberOf(b)) || a.file - b.file || a.frame.index - b.frame.index,
  );
  const message = `${slices.length} slices have no position (0020,0032); they are in the order of their instance numbers.`;
  return { slices: sorted, warnings: [...warnings, { code: 'no-positions', message }] };
}

function measure(slices: readonly Slice[], place: FramePlace): Pick<Stack, 'geometry' | 'warnings'> {
  const normal = place.orientation === undefined ? undefined : normalOf(place.orientation);
  const positions = slices.flatMap(({ frame }) => (frame.position === undefined ? [] : [frame.position]));
  const isMeasured = normal !== undefined && positions.length === slices.length && !isOrdered(slices);
  const steps = isMeasured ? measureSteps(positions, normal) : undefined;
  const told = toldDepth(place, slices.length);
  const depthMm = steps === undefined ? told.mm : Math.hypot(...steps.step);
  const [rowMm, columnMm] = place.planeMm ?? [1, 1];
  const step = steps?.step ?? (normal?.map((n) => n * depthMm) as Point | undefined);
  const affine = place.planeSource === 'PixelSpacing' ? makeAffine(place, step, [rowMm, columnMm]) : undefined;
  return {
    geometry: {
      spacingMm: [depthMm, rowMm, columnMm],
      spacingSource: { plane: place.planeSource, depth: steps === undefined ? told.source : 'positions' },
      ...(affine === undefined ? {} : { affine }),
      ...(place.patientOrientation === undefined ? {} : { patientOrientation: place.patientOrientation }),
    },
    warnings: steps?.warnings ?? [],
  };
}

/** One slice is as deep as it is thick; between slices lies their distance. */
function toldDepth({ betweenMm, thicknessMm }: FramePlace, count: number) {
  if (count > 1 && betweenMm !== undefined) return { mm: betweenMm, source: 'SpacingBetweenSlices' } as const;
  if (thicknessMm !== undefined) return { mm: thicknessMm, source: 'SliceThickness' } as const;
  return { mm: 1, source: 'assumed' } as const;
}

function makeAffine(
  { position, orientation }: FramePlace,
  step: Point | undefined,
  [rowMm, columnMm]: readonly [number, number],
): Affine | undefined {
  if (position === undefined || orientation === undefined || step === undefined) return undefined;
  return [0, 1, 2].flatMap((axis) => [
    step[axis] as number,
    (orientation[3 + axis] as number) * rowMm,
    (orientation[axis] as number) * columnMm,
    position[axis] as number,
  ]);
}
