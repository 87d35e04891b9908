import { bytesOf, join } from '../files/packing.js';

const samples = (values: readonly number[]): Uint8Array => new Uint8Array(Int16Array.from(values).buffer);

/** A MetaImage of one row of voxels of 16 bits, at 1 mm. */
export const metaImage = (values: readonly number[]): Uint8Array =>
  join([
    bytesOf(
      [
        'ObjectType = Image',
        'NDims = 3',
        `DimSize = ${values.length} 1 1`,
        'ElementSpacing = 1 1 1',
        'Offset = 0 0 0',
        'TransformMatrix = 1 0 0 0 1 0 0 0 1',
        'BinaryData = True',
        'BinaryDataByteOrderMSB = False',
        'ElementType = MET_SHORT',
        'ElementDataFile = LOCAL',
        '',
      ].join('\n'),
    ),
    samples(values),
  ]);

/** The same as NRRD. */
export const nrrd = (values: readonly number[]): Uint8Array =>
  join([
    bytesOf(
      [
        'NRRD0004',
        'type: short',
        'dimension: 3',
        `sizes: ${values.length} 1 1`,
        'space: left-posterior-superior',
        'space directions: (1,0,0) (0,1,0) (0,0,1)',
        'space origin: (0,0,0)',
        'endian: little',
        'encoding: raw',
        '',
        '',
      ].join('\n'),
    ),
    samples(values),
  ]);
