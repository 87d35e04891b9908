import { type Attributes, writeDicomFile } from './attributes.js';
import { codeItem, dcm, sct } from './codes.js';
import { code, containerValue, text, uidReference } from './content-item.js';
import {
  commonAttributes,
  type DicomContext,
  type DicomObject,
  type ObjectKind,
  seriesItem,
  written,
} from './context.js';
import type { Code } from './results.js';

/** Said in every object. */
export const NOT_FOR_CLINICAL_USE = 'Not for clinical use. Made by an algorithm, not reviewed.';

/** A structured report: its title, the template it follows and its content. */
export interface ReportContent {
  kind: ObjectKind;
  title: Code;
  /** Number in PS3.16, where it follows one. */
  template?: number;
  content: readonly Attributes[];
  /** Instances that the content names besides the source. */
  evidence?: readonly DicomObject[];
}

/** TID 1204, for reports whose words are ours. */
export const inEnglish = code('HAS CONCEPT MOD', dcm('121049', 'Language of Content Item and Descendants'), {
  scheme: 'RFC5646',
  value: 'en',
  meaning: 'English',
});

/** Who says it: the device part of TID 1001 (PS3.16). */
export const observationContext = ({ results, uid }: DicomContext): Attributes[] => [
  code('HAS OBS CONTEXT', dcm('121005', 'Observer Type'), dcm('121007', 'Device')),
  uidReference('HAS OBS CONTEXT', dcm('121012', 'Device Observer UID'), uid('observer')),
  text('HAS OBS CONTEXT', dcm('121013', 'Device Observer Name'), results.algorithm.name),
  text('HAS OBS CONTEXT', dcm('121014', 'Device Observer Manufacturer'), 'VividMed'),
  text(
    'HAS OBS CONTEXT',
    dcm('121015', 'Device Observer Model Name'),
    `${results.algorithm.name} ${results.algorithm.version}`,
  ),
];

/** A note to people, as a comment. */
export const comment = (words: string): Attributes => text('CONTAINS', dcm('121106', 'Comment'), words);

/** The side that modifies a finding or its site, if there is one. */
export const sideOf = (side: Code | undefined): Attributes[] =>
  side === undefined ? [] : [code('HAS CONCEPT MOD', sct('272741003', 'Laterality'), side)];

/** Where in the body a finding is. */
export const findingSite = (site: Code, modifiers: readonly Attributes[]): Attributes =>
  code('HAS CONCEPT MOD', sct('363698007', 'Finding Site'), site, modifiers);

/** Writes a structured report (PS3.3 C.17), unverified: nobody has looked at it. */
export function writeReport(context: DicomContext, report: ReportContent): DicomObject {
  const { kind, title, template, content, evidence = [] } = report;
  const bytes = writeDicomFile({
    ...commonAttributes(context, kind),
    ReferencedPerformedProcedureStepSequence: [],
    PerformedProcedureCodeSequence: [],
    PreliminaryFlag: 'PRELIMINARY',
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: context.reference.studyInstanceUid,
        ReferencedSeriesSequence: [source(context), ...evidence.map(evidenceItem)],
      },
    ],
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(title)],
    ...containerValue(template),
    ContentSequence: content,
  });
  return written(kind, context, bytes);
}

/** Evidence names its instances under another keyword than segmentations do. */
function source(context: DicomContext): Attributes {
  const { ReferencedInstanceSequence = [], SeriesInstanceUID = '' } = seriesItem(context);
  return { ReferencedSOPSequence: ReferencedInstanceSequence, SeriesInstanceUID };
}

const evidenceItem = ({ sopClassUid, sopInstanceUid, seriesInstanceUid }: DicomObject): Attributes => ({
  SeriesInstanceUID: seriesInstanceUid,
  ReferencedSOPSequence: [{ ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }],
});
