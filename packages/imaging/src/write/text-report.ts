import { dcm, procedureOf } from './codes.js';
import { code, container, text } from './content-item.js';
import type { DicomContext, DicomObject } from './context.js';
import { comment, NOT_FOR_CLINICAL_USE, observationContext, writeReport } from './report-document.js';

const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11';

/** Paragraphs of a report: what empty lines part. */
export const paragraphs = (report: string): string[] =>
  report
    .split(/\r?\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');

/** The text of the report as a Basic Text SR (PS3.3 A.35.1), one finding for each paragraph. */
export function textReport(context: DicomContext): DicomObject {
  const findings = paragraphs(context.results.report).map((words) => text('CONTAINS', dcm('121071', 'Finding'), words));
  return writeReport(context, {
    kind: {
      name: 'text report',
      sopClassUid: BASIC_TEXT_SR,
      modality: 'SR',
      seriesNumber: 1003,
      description: 'Report by AI',
    },
    title: { scheme: 'LN', value: '18748-4', meaning: 'Diagnostic Imaging Report' },
    content: [
      ...observationContext(context),
      code('HAS CONCEPT MOD', dcm('121058', 'Procedure reported'), procedureOf(context.header.modality)),
      container(dcm('121070', 'Findings'), [...findings, comment(NOT_FOR_CLINICAL_USE)]),
    ],
  });
}
