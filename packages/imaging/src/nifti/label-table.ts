import { check } from '@vividmed/core';
import { labelColour } from '../raw/label-colour.js';
import type { NiftiExtension } from './extensions.js';

/**
 * TotalSegmentator names labels in a LabelTable, the XML of Caret volumes, in an extension of nobody's code; Caret
 * (30) and CIFTI (32) have the same table in theirs.
 */
const LABEL_TABLE_CODES = new Set([0, 30, 32]);
export const LABEL_TABLE_CODE = 0;

/** Tables are some kilobytes; what is longer is not searched. */
const MAX_XML_BYTES = 2 ** 22;

/** Names of labels in the first extension that has them. */
export function readLabelTable(extensions: readonly NiftiExtension[]): ReadonlyMap<number, string> | undefined {
  for (const { ecode, bytes } of extensions) {
    if (!LABEL_TABLE_CODES.has(ecode) || bytes.length > MAX_XML_BYTES) continue;
    const names = parseLabels(new TextDecoder().decode(bytes));
    if (names.size > 0) return names;
  }
  return undefined;
}

/** Walks forward only, so that a hostile text costs no more than its length. */
function parseLabels(xml: string): Map<number, string> {
  const names = new Map<number, string>();
  const table = xml.indexOf('<LabelTable');
  if (table < 0) return names;
  for (let at = xml.indexOf('<Label ', table); at >= 0; at = xml.indexOf('<Label ', at)) {
    const open = xml.indexOf('>', at);
    const close = xml.indexOf('</Label>', open);
    if (open < 0 || close < 0) break;
    const key = /\sKey="(-?\d{1,10})"/.exec(xml.slice(at, Math.min(open, at + 1000)))?.[1];
    if (key !== undefined) names.set(Number(key), textOf(xml.slice(open + 1, close)));
    at = close;
  }
  return names;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function textOf(content: string): string {
  return content
    .split('<![CDATA[')
    .map((part, i) => {
      const end = i === 0 ? 0 : part.indexOf(']]>');
      const literal = end <= 0 ? '' : part.slice(0, end);
      const rest = i === 0 ? part : part.slice(end < 0 ? 0 : end + 3);
      return literal + rest.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
    })
    .join('')
    .trim();
}

/**
 * Names as the LabelTable that `readLabelTable` reads, with a colour for each.
 *
 * @throws {VividMedError} data, for names with characters that XML cannot hold
 */
export function labelTable(names: ReadonlyMap<number, string>): Uint8Array {
  const labels = [...names].map(([key, name]) => {
    check(
      // oxlint-disable-next-line no-control-regex -- these are the characters that XML 1.0 leaves out
      !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(name) && name.trim() === name && name.length > 0,
      'data',
      `writeNifti: expected a name without control characters or spaces at its ends for label ${key}, found another.`,
    );
    const [red, green, blue] = labelColour(key).map((channel) => (channel / 255).toFixed(4));
    const text = name.replaceAll(']]>', ']]]]><![CDATA[>');
    return `<Label Key="${key}" Red="${red}" Green="${green}" Blue="${blue}" Alpha="1"><![CDATA[${text}]]></Label>`;
  });
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<CaretExtension><VolumeInformation Index="0">
<LabelTable>
${labels.join('\n')}
</LabelTable>
<VolumeType><![CDATA[Label]]></VolumeType>
</VolumeInformation></CaretExtension>
`;
  return new TextEncoder().encode(xml);
}
