import { BIG_ENDIAN, EXPLICIT, IMPLICIT } from './transfer-syntax.js';

/** Where the prefix `DICM` stands, DICOM PS3.10 section 7.1. */
const PREFIX_AT = 128;

const isDicm = (bytes: Uint8Array, at: number): boolean =>
  [...'DICM'].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

/** True when the bytes begin as a DICOM file of PS3.10 does. */
export const hasDicomPrefix = (bytes: Uint8Array): boolean => isDicm(bytes, PREFIX_AT);

/** VRs of the attributes that a data set of an image can begin with. */
const FIRST_VR = /^(?:UI|CS|UL|DA|TM|LO|SH|DT)$/;
/** No attribute that a data set begins with is longer, so other files are not taken for DICOM. */
const MAX_FIRST_LENGTH = 256;

/**
 * The transfer syntax of a data set that begins at `at` without a header that tells it, from its first attribute: one
 * of group 8, which every image begins with. Undefined unless that attribute is what an image may begin with.
 */
export function guessTransferSyntax(bytes: Uint8Array, at = 0): string | undefined {
  if (bytes.length < at + 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at);
  const isBig = view.getUint16(0, false) === 8;
  if (!isBig && view.getUint16(0, true) !== 8) return undefined;
  // Attributes of group 8 up to the instance UID and the dates.
  if (view.getUint16(2, !isBig) > 0x3e) return undefined;
  const isExplicit = FIRST_VR.test(String.fromCharCode(view.getUint8(4), view.getUint8(5)));
  const length = isExplicit ? view.getUint16(6, !isBig) : view.getUint32(4, !isBig);
  if (length > Math.min(MAX_FIRST_LENGTH, bytes.length - at - 8)) return undefined;
  if (isExplicit) return isBig ? BIG_ENDIAN : EXPLICIT;
  return isBig ? undefined : IMPLICIT;
}

/** The header of PS3.10 without the 128 bytes that precede it, as some archives store it. */
function hasHeaderOnly(bytes: Uint8Array): boolean {
  return bytes[0] === 2 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0 && bytes[4] === 0x55 && bytes[5] === 0x4c;
}

/** True for DICOM with or without its header. */
export const isDicom = (bytes: Uint8Array): boolean =>
  hasDicomPrefix(bytes) || isDicm(bytes, 0) || hasHeaderOnly(bytes) || guessTransferSyntax(bytes) !== undefined;

/** The bytes with the preamble and prefix that a header of PS3.10 lacks; the same bytes when it lacks nothing. */
export function withPrefix(bytes: Uint8Array): Uint8Array {
  const isBareHeader = hasHeaderOnly(bytes);
  if (hasDicomPrefix(bytes) || !(isBareHeader || isDicm(bytes, 0))) return bytes;
  const start = isBareHeader ? 0 : 4;
  const whole = new Uint8Array(PREFIX_AT + 4 + bytes.length - start);
  whole.set([0x44, 0x49, 0x43, 0x4d], PREFIX_AT);
  whole.set(bytes.subarray(start), PREFIX_AT + 4);
  return whole;
}
