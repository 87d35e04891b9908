import { check } from '@vividmed/core';
import type { ByteSource, TensorReader } from '../reader.js';
import { openArchive } from './archive.js';
import { openLegacy } from './legacy.js';

const zipMagic = [0x50, 0x4b, 0x03, 0x04];
/** The pickle of a number that torch wrote first until version 1.6. */
const legacyMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** How a file of `torch.save` is laid out; undefined for any other file. */
async function layoutOf(source: ByteSource): Promise<typeof openArchive | undefined> {
  const first = await source.read(0, Math.min(legacyMagic.length, source.size));
  const startsWith = (magic: readonly number[]): boolean => magic.every((byte, i) => first[i] === byte);
  if (startsWith(zipMagic)) return openArchive;
  return startsWith(legacyMagic) ? openLegacy : undefined;
}

/** Whether a file is one that `torch.save` wrote. */
export const isTorchFile = async (source: ByteSource): Promise<boolean> => (await layoutOf(source)) !== undefined;

/**
 * Opens a file of `torch.save`, of torch 0.4 and later: its tensors in dictionaries at any depth, named by the keys that lead
 * to them, joined by dots (`model_state_dict.module.bert.…`). Nothing in the file is run: classes and calls other than
 * those of tensors are left out.
 *
 * @throws {VividMedError} `checkpoint` for a file that does not parse, `unsupported` for one that is compressed or big-endian.
 */
export async function openTorch(source: ByteSource): Promise<TensorReader> {
  const open = await layoutOf(source);
  check(open, 'checkpoint', 'torch: expected a file of torch.save, found something else.');
  return open(source);
}
