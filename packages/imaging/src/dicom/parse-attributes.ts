import { check } from '@vividmed/core';
import dicomParser, { type ByteStream, type DataSet } from 'dicom-parser';
import { BIG_ENDIAN, IMPLICIT } from './transfer-syntax.js';

/** Tag of the pixel data, which is the last that is read. */
export const PIXEL_DATA = 'x7fe00010';

/**
 * Numbers of 16 bits that the attributes of a file may take to read: about two million attributes and items, half a
 * gigabyte once parsed. An enhanced object of 20,000 frames has as many. A deflated file of a megabyte can hold a
 * hundred times more empty items.
 */
const MAX_READS = 2 ** 23;

/**
 * Attributes from `position` up to the pixel data.
 *
 * @throws {VividMedError} data, when there are more than any image has; and whatever the parser throws
 */
export function parseAttributes(
  bytes: Uint8Array,
  position: number,
  transferSyntax: string,
  maxReads = MAX_READS,
): DataSet {
  const { bigEndianByteArrayParser, littleEndianByteArrayParser } = dicomParser;
  const parser = transferSyntax === BIG_ENDIAN ? bigEndianByteArrayParser : littleEndianByteArrayParser;
  const stream = bounded(new dicomParser.ByteStream(parser, bytes, position), maxReads);
  const dataSet = new dicomParser.DataSet(parser, bytes, {});
  dataSet.warnings = stream.warnings;
  const options = { untilTag: PIXEL_DATA };
  if (transferSyntax === IMPLICIT) dicomParser.parseDicomDataSetImplicit(dataSet, stream, bytes.length, options);
  else dicomParser.parseDicomDataSetExplicit(dataSet, stream, bytes.length, options);
  return dataSet;
}

/** The parser asks for two numbers for every tag, however deep, and has no limit of its own. */
function bounded(stream: ByteStream, maxReads: number): ByteStream {
  const readUint16 = stream.readUint16.bind(stream);
  let reads = 0;
  stream.readUint16 = () => {
    check(++reads <= maxReads, 'data', 'readDicom: expected the attributes of an image, found far more.');
    return readUint16();
  };
  return stream;
}
