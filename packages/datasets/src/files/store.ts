import type { Volume } from '@vividmed/imaging';
import type { AsyncBuffer } from 'hyparquet';

export interface Listing {
  files: readonly string[];
  folders: readonly string[];
}

/** Where files of a data set lie: a folder of the disk, or an archive. Paths are from its root, with `/`, and stay inside. */
export interface Store {
  has(path: string): Promise<boolean>;
  /** Names in a folder in any order, hidden ones too; none where there is no such folder. */
  list(folder: string): Promise<Listing>;
  bytes(path: string): Promise<Uint8Array>;
  /** Bytes of a file. */
  size(path: string): Promise<number>;
  chunks(path: string): AsyncIterable<Uint8Array>;
  /** A file of which parts are read. */
  open(path: string): Promise<AsyncBuffer>;
  /** The one image of a file or of a folder. */
  image(path: string, options: { modality: string }): Promise<Volume>;
  /** Size and time of change of what holds a file or a folder, which tell whether it was replaced; `undefined` where it is not there. */
  stamp(path: string): Promise<readonly [size: number, mtimeMs: number] | undefined>;
}
