import { VividMedError } from '@vividmed/core';
import type { Decoder, Module } from '#codecs/openjpeg';

/** A new object for each module: Emscripten makes the module of it. */
const silent = () => ({ print: () => {}, printErr: () => {} });

/** Loads a module at its first use, once; it is dropped after a failure, as an aborted instance stays broken. */
function codec(decoder: string, importModule: () => Promise<{ default: typeof import('#codecs/openjpeg').default }>) {
  let module: Promise<Module> | undefined;
  return {
    decode: async (where: string, coded: Uint8Array): Promise<DecodedFrame> => {
      module ??= importModule().then((loaded) => loaded.default(silent()));
      const loaded = await module;
      try {
        return decodeWith(loaded, decoder, coded);
      } catch {
        module = undefined;
        throw new VividMedError('data', `${where}: expected a coded image, found one that does not decode.`, {
          hint: 'The file is damaged.',
        });
      }
    },
  };
}

export interface DecodedFrame {
  /** Interleaved by pixel; two bytes a sample, little endian, when `bits` is more than 8. */
  bytes: Uint8Array;
  width: number;
  height: number;
  channels: number;
  bits: number;
  /** Values below zero are negative numbers in all the bits of the sample. */
  isSigned: boolean;
}

function decodeWith(module: Module, name: string, coded: Uint8Array): DecodedFrame {
  const decoder: Decoder = new (module[name] as Module[string])();
  try {
    decoder.getEncodedBuffer(coded.length).set(coded);
    decoder.decode();
    const { width, height, componentCount, bitsPerSample, isSigned = false } = decoder.getFrameInfo();
    // A copy: the bytes are in the memory of the module.
    const bytes = Uint8Array.from(decoder.getDecodedBuffer());
    return { bytes, width, height, channels: componentCount, bits: bitsPerSample, isSigned };
  } finally {
    decoder.delete();
  }
}

/** CharLS, OpenJPEG, OpenJPH and libjpeg-turbo, from the Cornerstone project. */
export const jpegLs = codec('JpegLSDecoder', () => import('#codecs/charls'));
export const jpeg2000 = codec('J2KDecoder', () => import('#codecs/openjpeg'));
export const htj2k = codec('HTJ2KDecoder', () => import('#codecs/openjph'));
export const jpeg8 = codec('JPEGDecoder', () => import('#codecs/libjpeg-turbo'));
