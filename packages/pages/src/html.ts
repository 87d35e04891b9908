/** HTML or SVG that is safe to insert as it is. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text made safe between tags and in quoted attributes; characters that XML forbids become U+FFFD. */
export const escapeHtml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- these are the characters to replace
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => entities[character] as string);

export type Value = string | number | Markup | undefined | readonly Value[];

function insert(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  return value.map(insert).join('');
}

/** A template tag: what is inserted is escaped, unless it is `Markup`; lists are joined, `undefined` is nothing. */
export const html = (strings: TemplateStringsArray, ...values: Value[]): Markup =>
  new Markup(strings.reduce((text, part, i) => text + insert(values[i - 1]) + part));

/** A number with at most this many decimals and no trailing zeros, for attributes. */
export const short = (value: number, decimals = 1): string => String(Number(value.toFixed(decimals)));
