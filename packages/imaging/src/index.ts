export { readDicom } from './dicom/read-dicom.js';
export { MAX_VOXELS, type ReadOptions } from './limits.js';
export { type RasterOptions, readJpeg, readPng } from './raster.js';
export { decodeImage, sniffFormat } from './read-image.js';
export type { Affine, ImageSource, ImageWarning, Shape3, SpacingSource, Volume } from './volume.js';
export {
  applyAffine,
  composeAffine,
  identityAffine,
  invertAffine,
  obliquityDegrees,
  type Point,
  spacingOf,
} from './geometry/affine.js';
export { type AxisCodes, axisCodes } from './geometry/axis-codes.js';
export { type Box, boxToPatient } from './geometry/box.js';
export { explainPreprocessing } from './prepare/explain.js';
export type { Orientation } from './prepare/orientation.js';
export { defaultWindow, planPreparation, type PreparableVolume, type PreparationPlan } from './prepare/plan.js';
export {
  applyPreparation,
  type PreparedImage,
  prepareBox,
  prepareImage,
  prepareMask,
  prepareOccupancy,
  restoreBox,
  restoreMask,
  restoreValues,
} from './prepare/prepare.js';
export type { PreparationRecord, PreparationStep } from './prepare/record.js';
export { type CtWindowName, ctWindows, type IntensityWindow, type WindowChoice } from './prepare/windows.js';
