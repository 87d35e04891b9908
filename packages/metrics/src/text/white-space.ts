/**
 * White space as `str.split` and `\s` of Python have it, for the definitions of metrics are programs in Python: unlike in
 * JavaScript, the separators U+001C to U+001F and U+0085 are in and the byte order mark is not.
 */
export const spaceClass = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;

const word = new RegExp(`${spaceClass.replace('[', '[^')}+`, 'g');

/** Words between white space, as `str.split()` of Python gives them. */
export const splitWhiteSpace = (text: string): string[] => text.match(word) ?? [];
