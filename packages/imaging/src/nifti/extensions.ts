import type { ImageWarning } from '../volume.js';
import type { ByteOrder } from '../raw/samples.js';

/** A block of other data between header and voxels. */
export interface NiftiExtension {
  /** Who defined it: 4 AFNI, 6 comment, 30 Caret, 32 CIFTI; 0 nobody. */
  ecode: number;
  bytes: Uint8Array;
}

/**
 * Extensions from where the header ends; four bytes there say whether there are any.
 *
 * A damaged one ends the list, with a warning: the voxels do not depend on them.
 */
export function readExtensions(
  bytes: Uint8Array,
  { start, end, order }: { start: number; end: number; order: ByteOrder },
  warnings: ImageWarning[],
): NiftiExtension[] {
  const extensions: NiftiExtension[] = [];
  const limit = Math.min(end, bytes.length);
  if (start + 4 > limit || bytes[start] === 0) return extensions;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start + 4;
  while (at + 8 <= limit) {
    const size = view.getInt32(at, order === 'little');
    if (size < 8 || at + size > limit) {
      warnings.push({
        code: 'extension-damaged',
        message: 'An extension of the header is damaged; it and all after it were left out.',
      });
      break;
    }
    extensions.push({
      ecode: view.getInt32(at + 4, order === 'little'),
      bytes: new Uint8Array(bytes.subarray(at + 8, at + size)),
    });
    at += size;
  }
  return extensions;
}
