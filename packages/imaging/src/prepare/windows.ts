import { check } from '@vividmed/core';
import { orderStatistics } from './order-statistics.js';

/** A window in the values of the image: `low` and below become 0, `high` and above 1. */
export interface IntensityWindow {
  low: number;
  high: number;
}

/** A window of Hounsfield units with where its numbers are from. */
export interface NamedWindow extends IntensityWindow {
  source: string;
}

const around = (center: number, width: number, source: string): NamedWindow => ({
  low: center - width / 2,
  high: center + width / 2,
  source,
});

const ohif = 'OHIF Viewer, default window presets of CT';
const radiopaedia = 'Radiopaedia, article "Windowing (CT)"';

/** Windows of CT by name, in Hounsfield units. */
export const ctWindows = {
  /** Air to dense bone, so that lung and soft tissue are both seen: what the models of this project read. */
  wide: { low: -1000, high: 600, source: 'this project' },
  lung: around(-600, 1500, ohif),
  mediastinum: around(50, 350, radiopaedia),
  'soft-tissue': around(40, 400, ohif),
  liver: around(90, 150, ohif),
  brain: around(40, 80, ohif),
  bone: around(400, 1800, radiopaedia),
} as const satisfies Record<string, NamedWindow>;

export type CtWindowName = keyof typeof ctWindows;

/** Shares of the voxels that are clipped to black and to white where values have no unit. */
export const percentileClip = [0.005, 0.995] as const;

/**
 * A window by name (CT alone), by numbers, or by the shares of the voxels that lie below its ends. A centre and a width are
 * those of LINEAR_EXACT of DICOM PS3.3 C.11.2.1.3.2: centre less and plus half the width.
 */
export type WindowChoice =
  | CtWindowName
  | Readonly<IntensityWindow>
  | { readonly center: number; readonly width: number }
  | { readonly percentiles: readonly [number, number] };

/** A window with its numbers, and what it is called. */
export interface ResolvedWindow extends IntensityWindow {
  name: string;
}

const isName = (choice: WindowChoice): choice is CtWindowName => typeof choice === 'string';
const percent = (share: number): number => Number((100 * share).toFixed(4));

function checkChoice(choice: WindowChoice, hasHounsfieldUnits: boolean): void {
  if (isName(choice)) {
    check(
      Object.hasOwn(ctWindows, choice),
      'config',
      `prepareImage: expected a window of ${Object.keys(ctWindows).join(', ')}, found another name.`,
    );
    check(
      hasHounsfieldUnits,
      'config',
      `prepareImage: expected Hounsfield units for the window ${choice}, found an image without them.`,
      'Give the window in numbers, or percentiles, or leave it out.',
    );
  } else if ('percentiles' in choice) {
    const [low, high] = choice.percentiles;
    check(
      low >= 0 && high > low && high <= 1,
      'config',
      'prepareImage: expected percentiles as shares from 0 to 1, found others.',
    );
  } else {
    const { low, high } = 'center' in choice ? around(choice.center, choice.width, '') : choice;
    check(
      Number.isFinite(low) && Number.isFinite(high) && high > low,
      'config',
      `prepareImage: expected a window that is wider than 0, found ${low} to ${high}.`,
    );
  }
}

/**
 * The numbers of windows. `slices` gives the voxels that percentiles are of, as often as it is asked.
 *
 * @throws {VividMedError} config, for a name without Hounsfield units and for a window without width
 */
export function resolveWindows(
  choices: readonly WindowChoice[],
  hasHounsfieldUnits: boolean,
  slices: () => Iterable<Float32Array>,
): ResolvedWindow[] {
  check(choices.length > 0, 'config', 'prepareImage: expected at least one window, found none.');
  for (const choice of choices) checkChoice(choice, hasHounsfieldUnits);
  return choices.map((choice) => {
    if (isName(choice)) {
      const { low, high } = ctWindows[choice];
      return { name: choice, low, high };
    }
    if ('percentiles' in choice) {
      const [from, to] = choice.percentiles;
      const [low, high] = orderStatistics(slices, [from, to]) as [number, number];
      return { name: `percentiles ${percent(from)} to ${percent(to)}`, low, high };
    }
    const { low, high } = 'center' in choice ? around(choice.center, choice.width, '') : choice;
    return { name: 'given', low, high };
  });
}

/** Values through a window, in [0, 1], in place; a window without width, that of a constant image, gives 0. */
export function applyWindow(values: Float32Array, { low, high }: IntensityWindow): void {
  if (high <= low) {
    values.fill(0);
    return;
  }
  // Multiplied, since dividing each voxel takes twice as long.
  const slope = 1 / (high - low);
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max((values[i]! - low) * slope, 0), 1);
}
