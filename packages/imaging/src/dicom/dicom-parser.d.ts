/* What dicom-parser exports and its own types leave out. */
import type { ByteArray, ByteArrayParser } from 'dicom-parser';

declare module 'dicom-parser' {
  /** It comes without `warnings`, which the parser adds to. */
  export const DataSet: new (
    byteArrayParser: ByteArrayParser,
    byteArray: ByteArray,
    elements: DataSet['elements'],
  ) => DataSet;
  /** The header of PS3.10; `position` is where the data set after it begins. */
  export function readPart10Header(byteArray: ByteArray): DataSet & { position: number };
}
