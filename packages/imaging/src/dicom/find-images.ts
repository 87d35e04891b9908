import { VividMedError } from '@vividmed/core';
import { checkVoxels, type ReadOptions } from '../limits.js';
import type { ImageWarning, Shape3, Volume } from '../volume.js';
import { type DicomFile, loadFile } from './dicom-file.js';
import { groupSlices } from './group.js';
import { type Instance, readInstance } from './instance.js';
import { readVolume } from './read-volume.js';
import type { DicomReference, DicomSlice } from './reference.js';
import type { Slice } from './slice.js';
import { makeStack, type Stack } from './stack.js';

/** An image that DICOM files hold, found but not yet decoded. */
export interface DicomImage {
  /** DICOM modality: `CT`, `MR`. */
  modality: string;
  shape: Shape3;
  reference: DicomReference;
  /** Files that hold its slices. */
  numFiles: number;
  /** The place among the files that came in, from 0, of the one that each slice is from. */
  files: readonly number[];
  warnings: readonly ImageWarning[];
  /** Decodes it; the files are read again for that. */
  read(): Promise<Volume>;
}

/** Options of `findDicomImages`. */
export interface FindOptions extends ReadOptions {
  /** Slices are one image by what they share, whatever the UIDs of study and series: some programs give each file its own. */
  ignoresUids?: boolean;
}

/** A file that gave no image. */
export interface SkippedFile {
  /** Its place among the files that came in, from 0. */
  index: number;
  /** `no-pixels` is sound DICOM that is no image: a report, a structure set, a directory. */
  reason: 'no-pixels' | 'error';
  error: VividMedError;
}

/**
 * Finds the images in DICOM files: each series in order of position, and apart where size, orientation, echo or phase
 * differ. Files are read one after the other; of each only what places its slices is kept.
 *
 * @throws {VividMedError} data, when the slices of an image are more than the cap.
 */
export async function findDicomImages(
  files: Iterable<DicomFile> | AsyncIterable<DicomFile>,
  options: FindOptions = {},
): Promise<{ images: DicomImage[]; skipped: SkippedFile[] }> {
  const kept: DicomFile[] = [];
  const slices: Slice[] = [];
  const skipped: SkippedFile[] = [];
  for await (const file of files) {
    const index = kept.push(file) - 1;
    try {
      const instance = readInstance(await loadFile(file), options);
      if (instance === undefined) {
        skipped.push({ index, reason: 'no-pixels', error: noPixels() });
        continue;
      }
      for (const frame of instance.frames) slices.push({ frame, instance, file: index });
    } catch (error) {
      if (!VividMedError.isInstance(error)) throw error;
      skipped.push({ index, reason: 'error', error });
    }
  }
  const images = groupSlices(slices, options.ignoresUids).map((group) => describe(makeStack(group), kept, options));
  return { images, skipped };
}

const noPixels = (): VividMedError =>
  new VividMedError('data', 'readDicom: expected pixel data (7FE0,0010), found none.', {
    hint: 'Reports, structure sets and directories have no pixels.',
  });

function describe(stack: Stack, files: readonly DicomFile[], options: ReadOptions): DicomImage {
  const { shape, slices } = stack;
  checkVoxels('readDicomSeries', shape, options);
  const instances = [...new Set(slices.map(({ instance }) => instance))];
  const warnings = [...stack.warnings, ...merge(instances)];
  return {
    modality: (instances[0] as Instance).header.modality,
    shape,
    reference: makeReference(slices),
    numFiles: instances.length,
    files: slices.map(({ file }) => file),
    warnings,
    read: () => readVolume(stack, files, warnings, options),
  };
}

/** Warnings of the files of an image, each kind once. */
function merge(instances: readonly Instance[]): ImageWarning[] {
  const all = new Map<string, { message: string; count: number }>();
  const add = ({ code, message }: ImageWarning): void => {
    const known = all.get(code);
    if (known === undefined) all.set(code, { message, count: 1 });
    else known.count++;
  };
  for (const instance of instances) {
    instance.warnings.forEach(add);
    const missing = [instance.studyInstanceUid, instance.seriesInstanceUid, instance.sopInstanceUid].includes('');
    if (missing) add(MISSING_UIDS);
  }
  return [...all].map(([code, { message, count }]) => ({
    code,
    message: count === 1 ? message : `${message} (${count} files)`,
  }));
}

const MISSING_UIDS: ImageWarning = {
  code: 'missing-uids',
  message:
    'The UID of the study, the series or the instance is missing; the series was told by what its files share, and ' +
    'results cannot name the images they belong to.',
};

function makeReference(slices: readonly Slice[]): DicomReference {
  const { instance } = slices[0] as Slice;
  return {
    studyInstanceUid: instance.studyInstanceUid,
    seriesInstanceUid: instance.seriesInstanceUid,
    ...(instance.frameOfReferenceUid === '' ? {} : { frameOfReferenceUid: instance.frameOfReferenceUid }),
    rows: instance.header.rows,
    columns: instance.header.columns,
    slices: slices.map(toReference),
  };
}

function toReference({ instance, frame }: Slice): DicomSlice {
  return {
    sopClassUid: instance.sopClassUid,
    sopInstanceUid: instance.sopInstanceUid,
    frame: frame.index + 1,
    numFrames: instance.header.frames,
    ...(frame.position === undefined ? {} : { position: frame.position }),
    ...(frame.orientation === undefined ? {} : { orientation: frame.orientation }),
  };
}
