import { check, VividMedError } from '@vividmed/core';
import { Decoder as LosslessDecoder } from '@cornerstonejs/jpeg-lossless-decoder-js';
import { type DecodedFrame, htj2k, jpeg2000, jpeg8, jpegLs } from '../emscripten.js';
import { type FrameHeader, jpeg2000Header, jpegHeader } from '../frame-header.js';
import { readJpeg12 } from '../jpeg12/read-jpeg12.js';
import type { ImageHeader } from './header.js';
import { saysColours, withAdobeRgb } from './jpeg-colours.js';
import type { Cells } from './native.js';

const WHERE = 'readDicom';

/** The samples of a frame, and how its codec left them. */
export interface DecodedCells {
  cells: Cells;
  /** Bits of a sample in the coded image, which may be fewer than the attributes say. */
  bits: number;
  /** Colour came out as RGB, whatever the photometric interpretation says. */
  isRgb: boolean;
}

/**
 * One compressed frame, interleaved by pixel.
 *
 * @throws {VividMedError} data when the coded image is damaged or is not the one of the attributes, unsupported for
 *   its variants that no codec here reads.
 */
export async function decodeFrame(coded: Uint8Array, header: ImageHeader): Promise<DecodedCells> {
  const isJpeg2000 = header.coding === 'jpeg-2000' || header.coding === 'htj2k';
  const own = isJpeg2000 ? jpeg2000Header(WHERE, coded) : jpegHeader(WHERE, coded);
  checkFrame(own, header);
  if (header.coding === 'jpeg-lossless') return { cells: decodeLossless(coded, own), bits: own.bits, isRgb: false };
  if (header.coding === 'jpeg-ls') return fromDecoder(await jpegLs.decode(WHERE, coded), own, false);
  if (isJpeg2000) {
    const isRgb = !header.photometric.startsWith('YBR_FULL');
    const decoder = header.coding === 'htj2k' ? htj2k : jpeg2000;
    return fromDecoder(await decoder.decode(WHERE, coded), own, isRgb);
  }
  if (own.bits === 12 && own.channels === 1 && isSequential(own))
    return { cells: readJpeg12(coded, own.width, own.height), bits: 12, isRgb: false };
  check(
    own.bits === 8,
    'unsupported',
    `readDicom: expected a lossy JPEG image of 8 bits, or a sequential one of 12 bits and one component, found ${own.bits} bits and ` +
      `${own.channels} components (transfer syntax ${header.transferSyntax}).`,
    'Convert the file, for instance to explicit VR little endian.',
  );
  const isRgb = header.photometric === 'RGB' && !saysColours(coded);
  return fromDecoder(await jpeg8.decode(WHERE, isRgb ? withAdobeRgb(coded) : coded), own, true);
}

/** Baseline or extended sequential, in Huffman codes. */
const isSequential = ({ startOfFrame }: FrameHeader): boolean => startOfFrame === 0xc0 || startOfFrame === 0xc1;

const LOSSLESS_FRAME = 0xc3;
const JPEG_LS_FRAME = 0xf7;

function checkFrame(own: FrameHeader, { rows, columns, samplesPerPixel, bitsAllocated, coding }: ImageHeader): void {
  check(
    own.width === columns && own.height === rows && own.channels === samplesPerPixel,
    'data',
    `readDicom: expected a coded image of ${rows} x ${columns} with ${samplesPerPixel} samples per pixel, ` +
      `found ${own.height} x ${own.width} with ${own.channels}.`,
  );
  check(
    own.bits >= 2 && own.bits <= Math.min(16, bitsAllocated),
    own.bits > 16 ? 'unsupported' : 'data',
    `readDicom: expected a coded image of 2 to ${Math.min(16, bitsAllocated)} bits, found ${own.bits}.`,
  );
  const isLossless = own.startOfFrame === LOSSLESS_FRAME;
  const isLs = own.startOfFrame === JPEG_LS_FRAME;
  check(
    isLossless === (coding === 'jpeg-lossless') && isLs === (coding === 'jpeg-ls'),
    'data',
    'readDicom: expected the coding of the transfer syntax, found another kind of JPEG.',
  );
}

function fromDecoder(frame: DecodedFrame, own: FrameHeader, isRgb: boolean): DecodedCells {
  const samples = own.width * own.height * own.channels;
  const bytesPerSample = frame.bits > 8 ? 2 : 1;
  check(
    frame.bytes.length === samples * bytesPerSample,
    'data',
    `readDicom: expected ${samples * bytesPerSample} decoded bytes, found ${frame.bytes.length}.`,
  );
  const cells = bytesPerSample === 1 ? frame.bytes : new Uint16Array(frame.bytes.buffer, 0, samples);
  // A signed codestream of fewer bits comes out with its sign in all the bits of the cell.
  return { cells, bits: frame.isSigned ? 8 * bytesPerSample : frame.bits, isRgb };
}

function decodeLossless(coded: Uint8Array, own: FrameHeader): Cells {
  const samples = own.width * own.height * own.channels;
  let out: Uint8Array | Uint16Array;
  try {
    out = new LosslessDecoder().decode(coded.slice().buffer, 0, coded.length, own.bits > 8 ? 2 : 1);
  } catch {
    throw new VividMedError('data', 'readDicom: expected a lossless JPEG image, found one that does not decode.');
  }
  check(out.length === samples, 'data', `readDicom: expected ${samples} decoded samples, found ${out.length}.`);
  return out;
}
