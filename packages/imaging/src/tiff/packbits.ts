import { VividMedError } from '@vividmed/core';

/**
 * Unfolds PackBits (TIFF 6.0 section 9): runs of a byte, and bytes as they are. Stops once `length` bytes are there.
 *
 * @throws {VividMedError} data, for bytes that end before
 */
export function unfoldPackBits(where: string, input: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let written = 0;
  const damaged = (found: number): VividMedError =>
    new VividMedError('data', `${where}: expected ${length} bytes of PackBits, found ${found}.`);
  while (written < length) {
    const control = input[at++];
    if (control === undefined || at >= input.length) throw damaged(written);
    if (control === 128) continue;
    if (control > 128) {
      const end = written + 257 - control;
      out.fill(input[at++] as number, written, end);
      written = end;
    } else {
      const run = input.subarray(at, at + control + 1);
      if (run.length <= control) throw damaged(written + run.length);
      out.set(run.subarray(0, Math.max(0, length - written)), written);
      at += run.length;
      written += run.length;
    }
  }
  return out;
}
