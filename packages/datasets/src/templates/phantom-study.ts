import type { Case } from '../phantom/generate.js';
import { reportSegments } from '../report/report.js';
import { type Sentence, textOf } from '../report/segment.js';
import type { Study } from '../study.js';
import { findingNames, phantomTaxonomy } from '../taxonomy/phantom.js';
import { isShown, truthOf } from './phantom-truth.js';

const sectionText = (sentences: readonly Sentence[]): string => sentences.map(textOf).join(' ');

/** A phantom as any other study: its targets are all known, and so are the sides of its findings. */
export function studyOf(subject: Case): Study {
  const found = findingNames.filter((name) => subject.boxes[name].length > 0);
  const maskOf = (name: string): [string, Uint8Array][] => {
    const { mask } = truthOf(subject, name);
    return mask ? [[name, mask]] : [];
  };
  return {
    id: subject.id,
    volume: subject.volume,
    plane: subject.plane,
    leftRightAxis: 2,
    masks: Object.fromEntries(phantomTaxonomy.flatMap(({ name, inView }) => (inView ? maskOf(name) : []))),
    boxes: Object.fromEntries(found.map((name) => [name, subject.boxes[name]])),
    boxSides: Object.fromEntries(
      found.map((name) => [
        name,
        subject.findings.filter((finding) => finding.name === name).map(({ side }) => side ?? undefined),
      ]),
    ),
    present: [],
    absent: phantomTaxonomy.map(({ name }) => name).filter((name) => !isShown(subject, name)),
    findings: sectionText(subject.report.findings),
    impression: sectionText(subject.report.impression),
    report: reportSegments(subject.report),
  };
}
