import { type Case, isPhrase, reportSegments, type Segment, textOf, truthOf } from '@vividmed/datasets';
import type { HeldOutCase, PagePhrase, PageReport } from '@vividmed/pages';
import { hits } from '../evaluation/text.js';
import type { Reading } from '@vividmed/inference';

/**
 * What a model wrote, and per phrase whether its region is right where the truth is known. A phrase that was closed before
 * its first word has no place in the text and is left out.
 */
export function generatedReport({ text, phrases }: Reading, subject?: Case): PageReport {
  const withWords = phrases.filter(({ start, end }) => end > start);
  return {
    text,
    phrases: withWords.map((phrase): PagePhrase => {
      const { target, ...shown } = phrase;
      return {
        ...shown,
        ...(target ? { targetName: target.name } : {}),
        ...(subject ? { correct: hits(phrase, subject) } : {}),
      };
    }),
  };
}

/** The written report of a phantom with the regions that are there. */
export function truthReport(subject: Case): PageReport {
  const segments: readonly Segment[] = reportSegments(subject.report);
  const phrases: PagePhrase[] = [];
  let start = 0;
  for (const segment of segments) {
    const text = textOf([segment]);
    if (isPhrase(segment) && segment.present) {
      const { kind, mask, boxes, present } = truthOf(subject, segment.target, segment.side);
      phrases.push({
        start,
        end: start + text.length,
        text,
        targetName: segment.target,
        ...(kind === 'mask' && mask ? { mask } : {}),
        boxes: kind === 'boxes' ? boxes.map((box) => ({ box })) : [],
        found: present,
      });
    }
    start += text.length;
  }
  return { text: textOf(segments), phrases };
}

/** A held-out phantom as the page shows it. */
export function heldOutCase(subject: Case, reading: Reading): HeldOutCase {
  const kind = subject.plane === 'frontal' ? 'Radiograph' : subject.volume.shape[0] === 1 ? 'CT slice' : 'CT';
  return {
    title: `${kind} of phantom ${subject.seed}`,
    volume: subject.volume,
    generated: generatedReport(reading, subject),
    truth: truthReport(subject),
  };
}
