import { type BitReader, damaged } from './bits.js';

/** A Huffman table: symbols by the length of their codes. */
export interface HuffmanTable {
  /** How many codes have 1, 2, … 16 bits. */
  counts: Uint8Array;
  symbols: Uint8Array;
}

/** The next symbol. Codes of one length are consecutive numbers that go on from twice those of the length before (T.81 C.2, F.2.2.3). */
export function readSymbol(bits: BitReader, { counts, symbols }: HuffmanTable): number {
  let code = 0;
  let first = 0;
  let index = 0;
  for (const count of counts) {
    code = 2 * code + bits.bit();
    first *= 2;
    if (code - first < count) return symbols[index + code - first]!;
    first += count;
    index += count;
  }
  throw damaged('a code that is in no table');
}
