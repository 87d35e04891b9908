import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { openFolder } from '../tables/dataset-folder.js';
import type { Digest } from './manifest.js';

/** SHA-256 of the files of a folder or an archive, and of those in archives at its top, read piece by piece. */
export const digestIn =
  (folder: string): Digest =>
  async (path) => {
    const hash = createHash('sha256');
    try {
      const opened = await openFolder('digestIn', folder, { archives: /./ });
      await pipeline(opened.stream(path), hash);
    } catch {
      return undefined;
    }
    return hash.digest('hex');
  };
