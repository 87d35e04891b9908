// The build of the types sees only what files name.
/// <reference path="./dcmjs.d.ts" />
import { check } from '@vividmed/core';
import { data, type Elements } from 'dcmjs';
import { uidFrom } from './uid.js';

/** The value of an attribute: sequences are lists of items, nothing is an empty list. */
export type Value = string | number | Uint8Array | readonly string[] | readonly number[] | readonly Attributes[];

/** Attributes by the keyword that DICOM PS3.6 gives them, in any order. */
export interface Attributes {
  readonly [keyword: string]: Value;
}

/** Identifies this package as the writer of a file (PS3.10 section 7.1). */
const IMPLEMENTATION_CLASS_UID = uidFrom('implementation', '@vividmed/imaging');
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Tag, as eight hexadecimal digits, and value representation of an attribute. */
export function dictionaryEntry(keyword: string): { tag: string; vr: string } {
  const entry = data.DicomMetaDictionary.nameMap[keyword];
  check(entry !== undefined, 'data', `dictionaryEntry: expected a keyword of DICOM PS3.6, found ${keyword}.`);
  return { tag: entry.tag.replace(/[(),]/g, ''), vr: entry.vr };
}

/** The tag of an attribute as the number that value representation AT takes. */
export const tagNumber = (keyword: string): number => Number.parseInt(dictionaryEntry(keyword).tag, 16);

/** Representations that may hold a backslash: PS3.5 section 6.2 parts the values of others by it. */
const LONG_TEXT = new Set(['ST', 'LT', 'UT']);
/** Most characters of a value, PS3.5 table 6.2-1, of those that free text goes into. */
const MOST = new Map([
  ['SH', 16],
  ['LO', 64],
  ['ST', 1024],
  ['LT', 10240],
]);

/** Text that fits its value representation: no control characters, cut where the standard ends it. */
function fit(text: string, vr: string): string {
  if (!MOST.has(vr) && vr !== 'UT' && vr !== 'UC') return text;
  const allowed = LONG_TEXT.has(vr)
    ? text.replace(/\r?\n/g, '\r\n').replace(/[^\P{Cc}\t\r\n\f]/gu, ' ')
    : text.replace(/\p{Cc}/gu, ' ').replaceAll('\\', '/');
  const characters = Array.from(allowed);
  const most = MOST.get(vr) ?? Number.POSITIVE_INFINITY;
  return characters.length <= most ? allowed : `${characters.slice(0, most - 3).join('')}...`;
}

/** A decimal string of at most 16 characters (PS3.5 section 6.2), as near to the number as they allow. */
export function decimalString(value: number): string {
  check(Number.isFinite(value), 'numeric', `decimalString: expected a finite number, found ${value}.`);
  for (let digits = 17; digits > 1; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return value.toExponential(8);
}

function elementsOf(attributes: Attributes): Elements {
  return Object.fromEntries(
    Object.entries(attributes).map(([keyword, value]) => {
      const { tag, vr } = dictionaryEntry(keyword);
      return [tag, { vr: concreteVr(attributes, keyword, vr), Value: values(value, vr) }];
    }),
  );
}

/** The dictionary leaves to the writer whether pixels are bytes or words, and whether their values have a sign. */
function concreteVr(attributes: Attributes, keyword: string, vr: string): string {
  if (vr === 'xs') return attributes['PixelRepresentation'] === 1 ? 'SS' : 'US';
  if (vr !== 'ox') return vr;
  check(
    keyword === 'PixelData',
    'unsupported',
    `writeDicomFile: expected PixelData of a VR left open, found ${keyword}.`,
  );
  return Number(attributes['BitsAllocated']) > 8 ? 'OW' : 'OB';
}

function values(value: Value, vr: string): readonly unknown[] {
  if (value instanceof Uint8Array) {
    // The writer takes whole buffers, so a view of a part is copied.
    const isWhole = value.byteOffset === 0 && value.byteLength === value.buffer.byteLength;
    return [isWhole ? value.buffer : value.slice().buffer];
  }
  if (typeof value === 'string') return value === '' ? [] : [fit(value, vr)];
  if (typeof value === 'number') return [vr === 'DS' ? decimalString(value) : value];
  return value.map((each) => {
    if (typeof each === 'string') return fit(each, vr);
    if (typeof each === 'number') return vr === 'DS' ? decimalString(each) : each;
    return elementsOf(each);
  });
}

/**
 * A DICOM file (PS3.10), explicit VR little endian, text as UTF-8.
 *
 * Free text that is longer than its attribute holds is cut. `SOPClassUID` and `SOPInstanceUID` must be among the
 * attributes.
 *
 * @throws {VividMedError} data for a keyword that DICOM does not have
 */
export function writeDicomFile(attributes: Attributes): Uint8Array {
  const { SOPClassUID, SOPInstanceUID } = attributes;
  check(
    SOPClassUID !== undefined && SOPInstanceUID !== undefined,
    'data',
    'writeDicomFile: expected UIDs, found none.',
  );
  const file = new data.DicomDict(
    elementsOf({
      FileMetaInformationVersion: Uint8Array.of(0, 1),
      MediaStorageSOPClassUID: SOPClassUID,
      MediaStorageSOPInstanceUID: SOPInstanceUID,
      TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
      ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
      ImplementationVersionName: 'VIVIDMED_IMAGING',
    }),
  );
  file.dict = elementsOf({ ...attributes, SpecificCharacterSet: 'ISO_IR 192' });
  return new Uint8Array(file.write({ fragmentMultiframe: false }));
}
