export type { DicomFile } from './dicom/dicom-file.js';
export { type DicomImage, findDicomImages, type FindOptions, type SkippedFile } from './dicom/find-images.js';
export { type DicomSeries, readDicom, readDicomSeries } from './dicom/read-dicom.js';
export type { DicomReference, DicomSlice } from './dicom/reference.js';
export type { LabelMap } from './label-map.js';
export { MAX_VOXELS, type ReadOptions } from './limits.js';
export { readMetaImage } from './metaimage/read-metaimage.js';
export type { NiftiExtension } from './nifti/extensions.js';
export type { NiftiHeader } from './nifti/header.js';
export { type LabelSidecar, labelSidecar } from './nifti/label-sidecar.js';
export { type NiftiImage, readNifti, readNiftiHeader, readNiftiPair } from './nifti/read-nifti.js';
export { writeNifti, type WriteNiftiOptions } from './nifti/write-nifti.js';
export { readNrrd } from './nrrd/read-nrrd.js';
export { type RasterOptions, readJpeg, readPng } from './raster.js';
export type { DetachedOptions } from './raw/detached.js';
export type { GridOptions } from './raw/raw-image.js';
export { decodeImage, sniffFormat } from './read-image.js';
export { type LabelMapOptions, readLabelMap } from './read-label-map.js';
export { readTiff, type TiffOptions } from './tiff/read-tiff.js';
export type {
  Affine,
  ImageSource,
  ImageWarning,
  Shape3,
  SpacingSource,
  VoiTable,
  VoiWindow,
  Volume,
} from './volume.js';
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
