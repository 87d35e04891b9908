import { check, VividMedError } from '@vividmed/core';
import { Inflate, Unzlib } from 'fflate';
import { concatenate } from './concatenate.js';

const STEP = 2 ** 16;

/**
 * Unfolds deflated bytes, and stops at the cap however much more there is.
 *
 * @throws {VividMedError} data, for bytes that are not deflated, cut short, or of more than `maxBytes` of output.
 */
export function inflate(where: string, input: Uint8Array, kind: 'raw' | 'zlib', maxBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  const keep = (part: Uint8Array): void => {
    total += part.length;
    check(total <= maxBytes, 'data', `${where}: expected at most ${maxBytes} bytes once inflated, found more.`);
    parts.push(part);
  };
  const stream = kind === 'raw' ? new Inflate(keep) : new Unzlib(keep);
  try {
    for (let at = 0; at < input.length; at += STEP)
      stream.push(input.subarray(at, at + STEP), at + STEP >= input.length);
  } catch (error) {
    if (VividMedError.isInstance(error)) throw error;
    throw new VividMedError('data', `${where}: expected deflated data, found bytes that do not inflate.`);
  }
  return concatenate(parts);
}
