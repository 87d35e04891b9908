/** A part of a report. */
export interface ReportSection {
  /** In capitals without the colon; empty for paragraphs that stand under no heading. */
  heading: string;
  text: string;
}

/** A line that begins with a heading: capitals, spaces and a few signs up to a colon, then perhaps text. */
const headed = /^[ \t]*([A-Z][A-Z0-9 ,/&()-]{2,60}?)[ \t]*:[ \t]*(.*)$/;
/** Headings whose paragraph ends at an empty line: what follows without a heading is what was seen. */
const brief =
  /^(EXAMINATION|EXAM|STUDY|INDICATION|HISTORY|CLINICAL|REASON|COMPARISON|TECHNIQUE|PROCEDURE|REFERENCE|DATE|TYPE OF)/;
const isFindings = (heading: string): boolean => /\bFINDINGS?\b/.test(heading);
const isImpression = (heading: string): boolean => /\b(IMPRESSIONS?|CONCLUSIONS?)\b/.test(heading);

const oneLine = (lines: readonly string[]): string => lines.join(' ').replaceAll(/\s+/g, ' ').trim();

/**
 * Cuts a radiology report at its headings (`FINDINGS:` and any other words in capitals before a colon at the beginning of a
 * line). Lines are joined, paragraphs too. Our own rules.
 */
export function reportSections(report: string): ReportSection[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  for (const line of report.split(/\r?\n/)) {
    const last = sections.at(-1)!;
    const match = headed.exec(line);
    if (match) sections.push({ heading: match[1]!.replaceAll(/\s+/g, ' '), lines: [match[2]!] });
    else if (line.trim() === '' && brief.test(last.heading) && oneLine(last.lines) !== '')
      sections.push({ heading: '', lines: [] });
    else last.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({ heading, text: oneLine(lines) })).filter(({ text }) => text !== '');
}

/** What a report says was seen, and what it concludes. A text under one heading for both counts as findings. */
export interface ReportBody {
  findings?: string;
  impression?: string;
}

/**
 * The findings and the impression of a report. Without a heading for findings, paragraphs under no heading that follow a heading
 * (`INDICATION: …`, then a paragraph alone) are the findings.
 */
export function reportBody(report: string): ReportBody {
  const sections = reportSections(report);
  const textOf = (parts: readonly ReportSection[]): string => parts.map(({ text }) => text).join(' ');
  const impression = textOf(sections.filter(({ heading }) => isImpression(heading) && !isFindings(heading)));
  const headedFindings = textOf(sections.filter(({ heading }) => isFindings(heading)));
  const firstHeading = sections.findIndex(({ heading }) => heading !== '');
  const alone = textOf(sections.filter(({ heading }, i) => heading === '' && firstHeading >= 0 && i > firstHeading));
  const findings = headedFindings || alone;
  return { ...(findings && { findings }), ...(impression && { impression }) };
}

/**
 * Removes what stands for removed words (`___` of MIMIC-CXR, `XXXX` of Open-i), with the signs and spaces that it leaves behind.
 * The sentence stays, and may lack a word.
 */
export function withoutPlaceholders(text: string): string {
  return text
    .replaceAll(/_{2,}|\bX{3,}\b/g, '')
    .replaceAll(/\(\s*\)|\[\s*\]/g, '')
    .replaceAll(/\s+([.,;:?!)])/g, '$1')
    .replaceAll(/([(])\s+/g, '$1')
    .replaceAll(/([,;:])(?:\s*[,;:])+/g, '$1')
    .replaceAll(/[,;:]+\./g, '.')
    .replaceAll(/(?<!\.)\.\s*\.(?!\.)/g, '.')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
