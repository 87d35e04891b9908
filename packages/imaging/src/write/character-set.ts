/** Encodings of one byte set or of several told apart by their bytes, by defined term of (0008,0005), PS3.3 C.12.1.1.2. */
const ENCODINGS = new Map([
  ['ISO_IR 100', 'latin1'],
  ['ISO_IR 101', 'iso-8859-2'],
  ['ISO_IR 109', 'iso-8859-3'],
  ['ISO_IR 110', 'iso-8859-4'],
  ['ISO_IR 144', 'iso-8859-5'],
  ['ISO_IR 127', 'iso-8859-6'],
  ['ISO_IR 126', 'iso-8859-7'],
  ['ISO_IR 138', 'iso-8859-8'],
  ['ISO_IR 148', 'windows-1254'],
  ['ISO_IR 203', 'iso-8859-15'],
  ['ISO_IR 13', 'shift_jis'],
  ['ISO_IR 166', 'windows-874'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** Sets that escape sequences switch to; the decoder named knows them, or does without the escapes. */
const SWITCHED = new Map([
  ['ISO 2022 IR 87', 'iso-2022-jp'],
  ['ISO 2022 IR 159', 'iso-2022-jp'],
  ['ISO 2022 IR 149', 'euc-kr'],
  ['ISO 2022 IR 58', 'gb18030'],
]);

/** ESC, intermediate bytes, a final byte (ISO 2022). Where sets are told apart by the high bit these say nothing new. */
// oxlint-disable-next-line no-control-regex -- an escape sequence begins with a control character
const ESCAPES = /\x1b[\x20-\x2f]+[\x30-\x7e]/g;

/** Text of an attribute from its bytes, by the values of Specific Character Set; what cannot be read becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, characterSet: readonly string[]): string {
  const switched = characterSet.map((term) => SWITCHED.get(term)).find((name) => name !== undefined);
  const first = (characterSet[0] ?? '').replace('ISO 2022 IR', 'ISO_IR');
  const encoding = switched ?? ENCODINGS.get(first) ?? 'latin1';
  const isEscaped = encoding === 'iso-2022-jp' || switched === undefined;
  if (isEscaped) return new TextDecoder(encoding).decode(bytes);
  return new TextDecoder(encoding).decode(withoutEscapes(bytes));
}

function withoutEscapes(bytes: Uint8Array): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return Uint8Array.from(text.replace(ESCAPES, ''), (letter) => letter.charCodeAt(0));
}
