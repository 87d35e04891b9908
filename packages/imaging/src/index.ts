export { readDicom } from './dicom/read-dicom.js';
export type { DicomReference, DicomSlice } from './dicom/reference.js';
export { MAX_VOXELS, type ReadOptions } from './limits.js';
export { type RasterOptions, readJpeg, readPng } from './raster.js';
export { decodeImage, sniffFormat } from './read-image.js';
export type { Affine, ImageSource, ImageWarning, Shape3, SpacingSource, Volume } from './volume.js';
