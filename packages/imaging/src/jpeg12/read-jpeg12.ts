import { BitReader, damaged } from './bits.js';
import { type HuffmanTable, readSymbol } from './huffman.js';
import { inverseDct } from './inverse-dct.js';

const MAX_SAMPLE = 2 ** 12 - 1;

/** Place, row by row, of each coefficient in the order of the stream: along diagonals, up and down in turn (T.81 figure A.6). */
const zigzag = Uint8Array.from(
  Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
    const [rowA, rowB, columnA, columnB] = [a >> 3, b >> 3, a & 7, b & 7];
    const [sumA, sumB] = [rowA + columnA, rowB + columnB];
    if (sumA !== sumB) return sumA - sumB;
    return sumA % 2 === 0 ? rowB - rowA : rowA - rowB;
  }),
);

interface Tables {
  quantisation: Map<number, Uint16Array>;
  dc: Map<number, HuffmanTable>;
  ac: Map<number, HuffmanTable>;
}

function readQuantisation(segment: DataView, { quantisation }: Tables): void {
  for (let at = 0; at < segment.byteLength;) {
    const kind = segment.getUint8(at++);
    const isWide = kind >> 4 === 1;
    quantisation.set(
      kind & 15,
      Uint16Array.from({ length: 64 }, (_, i) => (isWide ? segment.getUint16(at + 2 * i) : segment.getUint8(at + i))),
    );
    at += isWide ? 128 : 64;
  }
}

function readHuffman(segment: DataView, { dc, ac }: Tables): void {
  for (let at = 0; at < segment.byteLength;) {
    const kind = segment.getUint8(at++);
    const counts = Uint8Array.from({ length: 16 }, (_, i) => segment.getUint8(at + i));
    at += 16;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = Uint8Array.from({ length: total }, (_, i) => segment.getUint8(at + i));
    at += total;
    (kind >> 4 === 0 ? dc : ac).set(kind & 15, { counts, symbols });
  }
}

/** What a scan of one component needs. */
interface Scan {
  bits: BitReader;
  dc: HuffmanTable;
  ac: HuffmanTable;
  quantisation: Uint16Array;
  restartInterval: number;
}

/** The coefficients of the next block, times their steps (F.2.2); returns the DC before its step. */
function readBlock({ bits, dc, ac, quantisation }: Scan, before: number, block: Float64Array): number {
  block.fill(0);
  const level = before + bits.receiveExtended(readSymbol(bits, dc));
  block[0] = level * quantisation[0]!;
  for (let k = 1; k < 64; k++) {
    const symbol = readSymbol(bits, ac);
    const category = symbol & 15;
    const run = symbol >> 4;
    if (category === 0 && run < 15) break;
    k += run;
    if (k > 63) throw damaged('more than 64 coefficients in a block');
    block[zigzag[k]!] = bits.receiveExtended(category) * quantisation[k]!;
  }
  return level;
}

function decodeScan(scan: Scan, width: number, height: number): Uint16Array {
  const out = new Uint16Array(width * height);
  const block = new Float64Array(64);
  const across = Math.ceil(width / 8);
  const blocks = across * Math.ceil(height / 8);
  let level = 0;
  for (let i = 0; i < blocks; i++) {
    if (scan.restartInterval > 0 && i > 0 && i % scan.restartInterval === 0) {
      scan.bits.restart();
      level = 0;
    }
    level = readBlock(scan, level, block);
    inverseDct(block);
    const top = 8 * Math.floor(i / across);
    const left = 8 * (i % across);
    const rows = Math.min(8, height - top);
    const columns = Math.min(8, width - left);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const sample = block[8 * row + column]! + (MAX_SAMPLE + 1) / 2;
        out[(top + row) * width + left + column] = Math.min(Math.max(sample, 0), MAX_SAMPLE);
      }
    }
  }
  return out;
}

/**
 * A sequential lossy JPEG of 12 bits and one component (ITU-T T.81, process 4; DICOM's JPEG Extended), which no kept codec of npm reads. Old
 * files say that their scan has one coefficient and hold all 64, as other readers know.
 *
 * @param bytes the coded image, whose frame header was checked by `jpegHeader`
 * @returns samples [height, width], 0 to 4095
 * @throws {VividMedError} data
 */
export function readJpeg12(bytes: Uint8Array, width: number, height: number): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables: Tables = { quantisation: new Map(), dc: new Map(), ac: new Map() };
  let restartInterval = 0;
  let quantisationOf = 0;
  try {
    for (let at = 2; at + 4 <= bytes.length;) {
      const code = view.getUint8(at + 1);
      if (view.getUint8(at) !== 0xff) break;
      if (code === 0xff) {
        at++;
        continue;
      }
      const length = view.getUint16(at + 2);
      const segment = new DataView(bytes.buffer, bytes.byteOffset + at + 4, length - 2);
      if (code === 0xdb) readQuantisation(segment, tables);
      if (code === 0xc4) readHuffman(segment, tables);
      if (code === 0xdd) restartInterval = segment.getUint16(0);
      if (code === 0xc0 || code === 0xc1) quantisationOf = segment.getUint8(8);
      if (code === 0xda) {
        const selectors = segment.getUint8(2);
        const [dc, ac] = [tables.dc.get(selectors >> 4), tables.ac.get(selectors & 15)];
        const quantisation = tables.quantisation.get(quantisationOf);
        if (!dc || !ac || !quantisation) throw damaged('a scan whose tables are not there');
        const bits = new BitReader(bytes, at + 2 + length);
        return decodeScan({ bits, dc, ac, quantisation, restartInterval }, width, height);
      }
      at += 2 + length;
    }
  } catch (error) {
    // A view says so when a segment is shorter than what it claims to hold.
    if (error instanceof RangeError) throw damaged('a segment that is cut short');
    throw error;
  }
  throw damaged('no scan');
}
