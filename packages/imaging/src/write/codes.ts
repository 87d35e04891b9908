import type { Attributes } from './attributes.js';
import type { Code, Side } from './results.js';

const code = (scheme: string, value: string, meaning: string): Code => ({ scheme, value, meaning });
export const dcm = (value: string, meaning: string): Code => code('DCM', value, meaning);
export const sct = (value: string, meaning: string): Code => code('SCT', value, meaning);
export const ucum = (value: string, meaning: string): Code => code('UCUM', value, meaning);

/** The item of a code sequence, PS3.3 table 8.8-1. */
export const codeItem = ({ scheme, value, meaning }: Code): Attributes => ({
  CodeValue: value,
  CodingSchemeDesignator: scheme,
  CodeMeaning: meaning,
});

/** PS3.16 CID 244. */
export const SIDES: Record<Side, Code> = {
  left: sct('7771000', 'Left'),
  right: sct('24028007', 'Right'),
  bilateral: sct('51440002', 'Right and left'),
};

/** The procedure whose images a report is about, by modality; wider than any that the hospital may have ordered. */
export function procedureOf(modality: string): Code {
  if (modality === 'CT') return sct('77477000', 'Computed tomography');
  if (modality === 'MR') return sct('113091000', 'Magnetic resonance imaging');
  if (modality === 'CR' || modality === 'DX') return sct('168537006', 'Plain radiography');
  return sct('363679005', 'Imaging');
}
