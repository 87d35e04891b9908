import { check } from '@vividmed/core';
import type { DicomReference } from '../dicom/reference.js';
import type { Attributes } from './attributes.js';
import { checkResults, type Grid, type Results } from './results.js';
import { checkUids, readSourceHeader, type SourceHeader } from './source-header.js';
import { digest, uidFrom } from './uid.js';

/** What DICOM objects are made from. */
export interface DicomInput {
  results: Results;
  /** The volume that the results are for. */
  grid: Grid;
  /** Its slices. */
  reference: DicomReference;
  /** The bytes of any one file of the series, for the patient and the study. */
  sourceFile: Uint8Array;
  /** Now, unless given. The same input and time give the same objects, UIDs included. */
  createdAt?: Date;
  /** Makes a UID from its seed; unless given, UIDs follow from the input. */
  newUid?: (seed: string) => string;
}

/** What all objects made from one input share, checked once. */
export interface DicomContext extends DicomInput {
  header: SourceHeader;
  createdAt: Date;
  /** The UID of a part of what is made, such as `segmentation` or `region 3`. */
  uid(part: string): string;
}

/** A DICOM file and the names that others refer to it by. */
export interface DicomObject {
  bytes: Uint8Array;
  sopClassUid: string;
  sopInstanceUid: string;
  seriesInstanceUid: string;
}

/**
 * Prepares results for DICOM. One context is for all objects of a case, so that they name each other.
 *
 * @throws {VividMedError} data for results or sources that are none, shape where masks, grid and slices differ
 */
export function dicomContext(input: DicomInput): DicomContext {
  const { results, grid, reference, createdAt = new Date(), newUid = uidFrom } = input;
  const [depth, rows, columns] = grid.shape;
  const { slices } = reference;
  check(
    slices.length === depth && reference.rows === rows && reference.columns === columns,
    'shape',
    `dicomContext: expected slices of ${depth}x${rows}x${columns}, found ${slices.length}x${reference.rows}x${reference.columns}.`,
  );
  checkResults(results, grid);
  const { studyInstanceUid, seriesInstanceUid } = reference;
  checkUids('dicomContext', { studyInstanceUid, seriesInstanceUid });
  slices.forEach(({ sopClassUid, sopInstanceUid }) => checkUids('dicomContext', { sopClassUid, sopInstanceUid }));
  const seed = digest([
    JSON.stringify({ ...results, regions: results.regions.map((region) => ({ ...region, mask: 0, probability: 0 })) }),
    ...results.regions.flatMap((region) => (region.kind === 'mask' ? [region.mask, bytesOf(region.probability)] : [])),
    JSON.stringify(reference),
    createdAt.toISOString(),
  ]);
  const header = readSourceHeader(input.sourceFile);
  check(
    header.patientAndStudy['StudyInstanceUID']?.toString() === studyInstanceUid,
    'data',
    'dicomContext: expected a source file of the study that the reference names, found one of another.',
  );
  return { ...input, createdAt, header, uid: (part) => newUid(`${seed} ${part}`) };
}

const bytesOf = (values: Float32Array = new Float32Array(0)): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Date and time as DICOM writes them, by the clock of the machine. */
export function dateAndTime(at: Date): { date: string; time: string } {
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  return {
    date: `${pad(at.getFullYear(), 4)}${pad(at.getMonth() + 1)}${pad(at.getDate())}`,
    time: `${pad(at.getHours())}${pad(at.getMinutes())}${pad(at.getSeconds())}`,
  };
}

/** What tells one kind of object from another in the modules that all have. */
export interface ObjectKind {
  /** Part of the seeds of its UIDs. */
  name: string;
  sopClassUid: string;
  modality: string;
  seriesNumber: number;
  description: string;
}

/** Patient, study, series, equipment and SOP common modules (PS3.3 C.7.1 to C.7.5, C.12.1) of a derived object. */
export function commonAttributes(context: DicomContext, kind: ObjectKind): Attributes {
  const { header, results, createdAt, uid } = context;
  const { date, time } = dateAndTime(createdAt);
  return {
    ...header.patientAndStudy,
    SOPClassUID: kind.sopClassUid,
    SOPInstanceUID: uid(`${kind.name} instance`),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: kind.modality,
    SeriesInstanceUID: uid(`${kind.name} series`),
    SeriesNumber: kind.seriesNumber,
    SeriesDescription: kind.description,
    SeriesDate: date,
    SeriesTime: time,
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
    Manufacturer: 'VividMed',
    ManufacturerModelName: results.algorithm.name,
    // A program has no serial number, and the module wants one (PS3.3 C.7.5.2).
    DeviceSerialNumber: '0',
    SoftwareVersions: results.algorithm.version,
  };
}

/** The references of one series to its instances, each named once. */
export function seriesItem({ reference }: DicomContext): Attributes {
  const classes = new Map(reference.slices.map(({ sopInstanceUid, sopClassUid }) => [sopInstanceUid, sopClassUid]));
  return {
    SeriesInstanceUID: reference.seriesInstanceUid,
    ReferencedInstanceSequence: [...classes].map(([ReferencedSOPInstanceUID, ReferencedSOPClassUID]) => ({
      ReferencedSOPClassUID,
      ReferencedSOPInstanceUID,
    })),
  };
}

/** A reference to the frame that shows slice d. */
export function sliceItem({ reference }: DicomContext, d: number): Attributes {
  const slice = reference.slices[d];
  check(slice !== undefined, 'shape', `sliceItem: expected a slice below ${reference.slices.length}, found ${d}.`);
  return {
    ReferencedSOPClassUID: slice.sopClassUid,
    ReferencedSOPInstanceUID: slice.sopInstanceUid,
    ...(slice.numFrames > 1 ? { ReferencedFrameNumber: slice.frame } : {}),
  };
}

export function written(kind: ObjectKind, context: DicomContext, bytes: Uint8Array): DicomObject {
  return {
    bytes,
    sopClassUid: kind.sopClassUid,
    sopInstanceUid: context.uid(`${kind.name} instance`),
    seriesInstanceUid: context.uid(`${kind.name} series`),
  };
}
