/** How the pixels of a frame are coded. */
export type Coding = 'native' | 'rle' | 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

/** DICOM PS3.6 table A-1. Every one that is not here is refused by its UID. */
export const TRANSFER_SYNTAXES: Readonly<Record<string, Coding>> = {
  '1.2.840.10008.1.2': 'native', // implicit VR little endian
  '1.2.840.10008.1.2.1': 'native', // explicit VR little endian
  '1.2.840.10008.1.2.1.99': 'native', // deflated explicit VR little endian
  '1.2.840.10008.1.2.2': 'native', // explicit VR big endian, retired
  '1.2.840.10008.1.2.4.50': 'jpeg', // baseline, 8 bits
  '1.2.840.10008.1.2.4.51': 'jpeg', // extended, 8 or 12 bits
  '1.2.840.10008.1.2.4.53': 'jpeg', // spectral selection, retired
  '1.2.840.10008.1.2.4.55': 'jpeg', // full progression, retired
  '1.2.840.10008.1.2.4.57': 'jpeg-lossless', // process 14, any predictor
  '1.2.840.10008.1.2.4.70': 'jpeg-lossless', // process 14, first predictor
  '1.2.840.10008.1.2.4.80': 'jpeg-ls', // lossless
  '1.2.840.10008.1.2.4.81': 'jpeg-ls', // near-lossless
  '1.2.840.10008.1.2.4.90': 'jpeg-2000', // lossless
  '1.2.840.10008.1.2.4.91': 'jpeg-2000', // lossy or lossless
  '1.2.840.10008.1.2.4.201': 'htj2k', // lossless
  '1.2.840.10008.1.2.4.202': 'htj2k', // lossless, resolution by resolution
  '1.2.840.10008.1.2.4.203': 'htj2k', // lossy or lossless
  '1.2.840.10008.1.2.5': 'rle',
};

export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
