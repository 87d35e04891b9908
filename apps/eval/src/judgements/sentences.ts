/** A sentence of a report, by its place in the text. */
export interface Sentence {
  text: string;
  start: number;
  end: number;
}

/**
 * The sentences of a report: they end at a stop, question or exclamation mark before white space and at line ends. Headings
 * alone ("Findings:") are none.
 */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let start = 0;
  const close = (end: number): void => {
    const raw = text.slice(start, end);
    const trimmed = raw.trim();
    const from = start + raw.indexOf(trimmed);
    if (/[\p{L}\p{N}]/u.test(trimmed) && !/^[\p{L} ]+:$/u.test(trimmed))
      sentences.push({ text: trimmed, start: from, end: from + trimmed.length });
    start = end;
  };
  for (const match of text.matchAll(/[.!?](?=\s)|\n/g)) close(match.index + 1);
  close(text.length);
  return sentences;
}
