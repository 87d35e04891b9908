import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from './manifest.js';

/** SHA-256 of the files of a folder, read piece by piece. */
export const digestIn =
  (folder: string): Digest =>
  async (path) => {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(join(folder, path)), hash);
    } catch {
      return undefined;
    }
    return hash.digest('hex');
  };
