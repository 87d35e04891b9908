import { check, VividMedError } from '@vividmed/core';
import { parseMetaHeader } from '../metaimage/header.js';
import { readMetaImage } from '../metaimage/read-metaimage.js';
import { readNiftiPair } from '../nifti/read-nifti.js';
import { parseNrrdHeader } from '../nrrd/header.js';
import { readNrrd } from '../nrrd/read-nrrd.js';
import type { RasterOptions } from '../raster.js';
import { decodeImage, onlyVolume, sniffFormat } from '../read-image.js';
import type { Volume } from '../volume.js';
import type { FileSource } from './sources.js';

/**
 * Reads one file as an image, and the file beside it that holds its voxels where its header says so: `.hdr` and `.img` of
 * NIfTI, either of them given; `.nhdr` and `.mhd` with the file that they name, which must be in the same folder.
 *
 * @throws {VividMedError} as `decodeImage`; data, for a name in another folder and for a file that is not there
 */
export async function decodeSource(source: FileSource, options: RasterOptions): Promise<Volume> {
  const header = (await headerOf(source)) ?? source;
  const bytes = await header.read();
  const format = sniffFormat(bytes);
  const names = namesOfVoxels(format, bytes, header.name);
  if (names.length === 0) return decodeImage(bytes, options);
  const data = await (await firstBeside(header, names)).read();
  if (format === 'nrrd') return readNrrd(bytes, { ...options, data });
  if (format === 'metaimage') return readMetaImage(bytes, { ...options, data });
  return onlyVolume(await readNiftiPair(bytes, data, options));
}

const VOXELS_OF_PAIR = /\.img(\.gz)?$/i;
const HEADER_OF_PAIR = /\.hdr(\.gz)?$/i;

/** The header of a pair, when this is the file of its voxels. */
export async function headerOf(source: FileSource): Promise<FileSource | undefined> {
  const { name } = source;
  if (name === undefined || !VOXELS_OF_PAIR.test(name)) return undefined;
  for (const ending of ['.hdr', '.hdr.gz']) {
    const header = await source.beside(name.replace(VOXELS_OF_PAIR, ending));
    if (header !== undefined && sniffFormat(await header.head()) === 'nifti') return header;
  }
  return undefined;
}

/** Names that the file of the voxels may have; none when the voxels follow the header. */
function namesOfVoxels(format: Volume['source']['format'] | undefined, bytes: Uint8Array, name?: string): string[] {
  // In an archive files do not know each other; the readers say what is missing.
  if (name === undefined) return [];
  if (format === 'nifti' && HEADER_OF_PAIR.test(name)) {
    return ['.img', '.img.gz'].map((ending) => name.replace(HEADER_OF_PAIR, ending));
  }
  const said = nameInHeader(format, bytes);
  // Lists of files are refused by the readers.
  return said === undefined || /^LIST\b/i.test(said) || said.includes('%') ? [] : [said.replace(/^\.\//, '')];
}

function nameInHeader(format: Volume['source']['format'] | undefined, bytes: Uint8Array): string | undefined {
  if (format === 'nrrd') {
    const { fields } = parseNrrdHeader('readImage', bytes);
    return fields.get('data file') ?? fields.get('datafile');
  }
  if (format !== 'metaimage') return undefined;
  const place = parseMetaHeader('readImage', bytes).fields.get('ElementDataFile');
  return place !== undefined && /^local$/i.test(place) ? undefined : place;
}

/** What the name of a file in this folder cannot have: separators, drives, streams, and control characters. */
const NOT_IN_A_NAME = /[/\\:\p{Cc}]/u;

async function firstBeside(header: FileSource, names: readonly string[]): Promise<FileSource> {
  for (const name of names) {
    check(
      name !== '' && name !== '.' && name !== '..' && !NOT_IN_A_NAME.test(name),
      'data',
      'readImage: expected the voxels in a file beside the header, found the name of another place.',
      'A header may name files of its own folder alone.',
    );
    const found = await header.beside(name);
    if (found !== undefined) return found;
  }
  throw new VividMedError('data', 'readImage: expected the file of the voxels beside the header, found none.', {
    hint: 'The header and the voxels are two files; both must be in one folder.',
  });
}
