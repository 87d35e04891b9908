export type { DicomFile } from './dicom/dicom-file.js';
export { type DicomImage, findDicomImages, type SkippedFile } from './dicom/find-images.js';
export { type DicomSeries, readDicom, readDicomSeries } from './dicom/read-dicom.js';
export type { DicomReference, DicomSlice } from './dicom/reference.js';
export { MAX_VOXELS, type ReadOptions } from './limits.js';
export { type RasterOptions, readJpeg, readPng } from './raster.js';
export { decodeImage, sniffFormat } from './read-image.js';
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
