import { check, VividMedError } from '@vividmed/core';

const CLEAR = 256;
const END = 257;
const LARGEST = 4096;

/**
 * Unfolds LZW as TIFF has it (TIFF 6.0 section 13): codes of 9 to 12 bits, high bits first, one bit longer one code
 * early. Stops once `length` bytes are there.
 *
 * @throws {VividMedError} data, for codes that no table has and for bytes that end before; unsupported for the old kind
 */
export function unfoldLzw(where: string, input: Uint8Array, length: number): Uint8Array {
  check(
    !(input[0] === 0 && ((input[1] ?? 0) & 1) === 1),
    'unsupported',
    `${where}: expected LZW with high bits first, found the kind from before TIFF 6.0.`,
  );
  const out = new Uint8Array(length);
  // Text of a code: that of its prefix and one byte more.
  const prefix = new Uint16Array(LARGEST);
  const suffix = new Uint8Array(LARGEST);
  const firsts = new Uint8Array(LARGEST);
  const lengths = new Uint16Array(LARGEST);
  for (let code = 0; code < 256; code++) {
    suffix[code] = code;
    firsts[code] = code;
    lengths[code] = 1;
  }
  let [next, width, previous] = [END + 1, 9, -1];
  let [bits, numBits, at, written] = [0, 0, 0, 0];

  // Messages are made when there is something to say: a check for each byte would make one for each.
  const damaged = (expected: string, found: number | string): VividMedError =>
    new VividMedError('data', `${where}: expected ${expected} of LZW, found ${found}.`);

  /** Writes the text of a code from its last byte on; what does not fit is left out. Gives where it ends. */
  const write = (code: number, start: number): number => {
    const end = start + (lengths[code] as number);
    let from = code;
    for (let i = end - 1; i >= start; i--) {
      if (i < length) out[i] = suffix[from] as number;
      from = prefix[from] as number;
    }
    return end;
  };

  while (written < length) {
    while (numBits < width) {
      if (at >= input.length) throw damaged(`${length} bytes`, written);
      bits = ((bits << 8) | (input[at++] as number)) & 0xffffff;
      numBits += 8;
    }
    numBits -= width;
    const code = (bits >> numBits) & ((1 << width) - 1);
    if (code === END) throw damaged(`${length} bytes`, written);
    if (code === CLEAR) {
      [next, width, previous] = [END + 1, 9, -1];
      continue;
    }
    const isKnown = code < 256 || (previous >= 0 && code > END && code <= next);
    // A full table takes no code more: its writer would have cleared it.
    if (!isKnown || next >= LARGEST) throw damaged('codes of its table', 'another');
    if (previous >= 0) {
      // A code that is about to be made begins and ends with the first byte of the one before.
      prefix[next] = previous;
      lengths[next] = (lengths[previous] as number) + 1;
      firsts[next] = firsts[previous] as number;
      suffix[next] = firsts[code === next ? previous : code] as number;
      next++;
    }
    written = write(code, written);
    previous = code;
    if (next + 1 >= 1 << width && width < 12) width++;
  }
  return out;
}
