import type { DataSet } from 'dicom-parser';
import { items } from './dataset.js';

/** Where the attributes of one frame stand: in its own groups, in those of all frames, or in the data set itself. */
export interface FrameGroups {
  /** The data set with the attributes of a functional group macro, given the tag of its sequence. */
  macro(sequence: string): DataSet;
  isEnhanced: boolean;
}

/**
 * Finds the attributes of frame after frame: for enhanced objects in their functional groups (DICOM PS3.3 C.7.6.16),
 * for others in the data set, which then holds for every frame.
 */
export function functionalGroups(dataSet: DataSet): (frame: number) => FrameGroups {
  const [shared] = items(dataSet, 'x52009229');
  const perFrame = items(dataSet, 'x52009230');
  const isEnhanced = shared !== undefined || perFrame.length > 0;
  return (frame) => ({
    isEnhanced,
    macro: (sequence) => {
      const own = perFrame[frame];
      const found = (own && items(own, sequence)[0]) ?? (shared && items(shared, sequence)[0]);
      return found ?? dataSet;
    },
  });
}

/** Tags of the sequences of the macros that are read. */
export const MACRO = {
  frameContent: 'x00209111',
  pixelMeasures: 'x00289110',
  planeOrientation: 'x00209116',
  planePosition: 'x00209113',
  values: 'x00289145',
  voi: 'x00289132',
} as const;
