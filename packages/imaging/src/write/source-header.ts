import { check } from '@vividmed/core';
import type { DataSet } from 'dicom-parser';
import { parseDataSet } from '../dicom/dataset.js';
import { type Attributes, dictionaryEntry, type Value } from './attributes.js';
import { decodeText } from './character-set.js';

/** Attributes that must be there, empty where the source does not say them (type 2). */
const REQUIRED = [
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'ReferringPhysicianName',
  'StudyID',
  'AccessionNumber',
] as const;

/** Others of the patient, patient study and study modules (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2), copied where they are. */
const OPTIONAL = [
  'IssuerOfPatientID',
  'TypeOfPatientID',
  'OtherPatientIDsSequence',
  'PatientIdentityRemoved',
  'DeidentificationMethod',
  'DeidentificationMethodCodeSequence',
  'QualityControlSubject',
  'PatientAge',
  'PatientSize',
  'PatientWeight',
  'StudyInstanceUID',
  'StudyDescription',
  'ProcedureCodeSequence',
  'IssuerOfAccessionNumberSequence',
  'TimezoneOffsetFromUTC',
] as const;

/** Whether lossy compression was ever applied must be said again in what is derived (PS3.3 C.7.6.1.1.5). */
const COMPRESSION = ['LossyImageCompression', 'LossyImageCompressionRatio', 'LossyImageCompressionMethod'] as const;

/** What objects derived from an image repeat of its file. It names the patient: keep it out of logs. */
export interface SourceHeader {
  patientAndStudy: Attributes;
  frameOfReference: Attributes;
  compression: Attributes;
  /** Where rows and columns run to, for images without a place in the patient. */
  patientOrientation: Attributes;
  modality: string;
}

/**
 * Reads what derived objects repeat from the file of an instance, any one of the series.
 *
 * Text is decoded by the character set of the file, since what is written is UTF-8.
 *
 * @throws {VividMedError} data
 */
export function readSourceHeader(bytes: Uint8Array): SourceHeader {
  const { dataSet } = parseDataSet(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), {});
  const characterSet = (dataSet.string('x00080005') ?? '').split('\\').map((term) => term.trim());
  const pick = (keywords: readonly string[]) => copy(dataSet, keywords, characterSet);
  const modality = dataSet.string('x00080060') ?? '';
  const position = pick(['FrameOfReferenceUID', 'PositionReferenceIndicator']);
  return {
    patientAndStudy: {
      ...Object.fromEntries(REQUIRED.map((keyword) => [keyword, ''])),
      ...pick([...REQUIRED, ...OPTIONAL]),
    },
    frameOfReference:
      position['FrameOfReferenceUID'] === undefined ? {} : { PositionReferenceIndicator: '', ...position },
    compression: pick(COMPRESSION),
    patientOrientation: { PatientOrientation: '', ...pick(['PatientOrientation']) },
    modality: modality === '' ? 'OT' : modality,
  };
}

/** Attributes of these keywords that are there and not empty. */
function copy(dataSet: DataSet, keywords: readonly string[], characterSet: readonly string[]): Attributes {
  return Object.fromEntries(
    keywords.flatMap((keyword): [string, Value][] => {
      const { tag, vr } = dictionaryEntry(keyword);
      const element = dataSet.elements[`x${tag.toLowerCase()}`];
      if (element === undefined) return [];
      if (vr === 'SQ') {
        const items = (element.items ?? []).flatMap((item) =>
          item.dataSet === undefined ? [] : [copy(item.dataSet, ITEM_KEYWORDS, characterSet)],
        );
        return items.length === 0 ? [] : [[keyword, items]];
      }
      const stored = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
      const text = decodeText(Uint8Array.from(stored), characterSet).replace(/[\0 ]+$/, '');
      return text === '' ? [] : [[keyword, vr === 'PN' ? text : text.split('\\')]];
    }),
  );
}

/** Attributes of the items of the sequences above: coded concepts, identifiers and who issued them. */
const ITEM_KEYWORDS = [
  'CodeValue',
  'CodingSchemeDesignator',
  'CodingSchemeVersion',
  'CodeMeaning',
  'PatientID',
  'IssuerOfPatientID',
  'TypeOfPatientID',
  'LocalNamespaceEntityID',
  'UniversalEntityID',
  'UniversalEntityIDType',
];

/** @throws {VividMedError} data unless the study and the series have the UIDs that a derived object names */
export function checkUids(where: string, uids: Record<string, string>): void {
  for (const [name, uid] of Object.entries(uids))
    check(
      /^[0-9.]{1,64}$/.test(uid),
      'data',
      `${where}: expected ${name} in the source, found none that is a UID.`,
      'Objects that are stored beside an image must name it; give the files their UIDs first.',
    );
}
