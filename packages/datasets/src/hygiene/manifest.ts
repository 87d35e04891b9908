import { check } from '@vividmed/core';
import type { Dataset, DatasetEntry } from '../dataset.js';

/** A file of a data set. */
export interface ManifestFile {
  /** From the folder of the data set, with `/`. */
  path: string;
  sha256: string;
}

/** A study of a data set. */
export interface ManifestStudy {
  id: string;
  patient: string;
  split: 'train' | 'validate' | 'test';
  files: ManifestFile[];
}

/** Which studies a data set has, who they are of, and which files they are: enough to say that a split is still the same. */
export interface SplitManifest {
  format: 'vividmed-split-manifest';
  version: 1;
  dataset: string;
  studies: ManifestStudy[];
}

/** What differs between a manifest and what is there. */
export interface ManifestDifference {
  id: string;
  kind: 'missing-study' | 'new-study' | 'other-patient' | 'other-split' | 'missing-file' | 'new-file' | 'changed-file';
  /** Name of the file, for differences of files. */
  file?: string;
}

/** Reads the digest of a file, or undefined where it is missing. */
export type Digest = (path: string) => Promise<string | undefined>;

const splitOf = ({ split }: DatasetEntry): ManifestStudy['split'] => split ?? 'train';

/** The manifest of a data set, its studies in the order of their ids. @throws {VividMedError} data when a file is missing. */
export async function makeManifest({ name, entries }: Dataset, digest: Digest): Promise<SplitManifest> {
  const studies: ManifestStudy[] = [];
  // The order of code units, which is that of no language and the same everywhere.
  for (const entry of entries.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const files: ManifestFile[] = [];
    for (const path of entry.files) {
      const sha256 = await digest(path);
      check(
        sha256,
        'data',
        `makeManifest: ${name} ${entry.id}: expected ${entry.files.length} files, found one missing.`,
      );
      files.push({ path, sha256 });
    }
    studies.push({ id: entry.id, patient: entry.patient, split: splitOf(entry), files });
  }
  return { format: 'vividmed-split-manifest', version: 1, dataset: name, studies };
}

function* compareStudy(was: ManifestStudy, now: DatasetEntry): Generator<ManifestDifference> {
  const { id } = was;
  if (was.patient !== now.patient) yield { id, kind: 'other-patient' };
  if (was.split !== splitOf(now)) yield { id, kind: 'other-split' };
  const before = new Set(was.files.map(({ path }) => path));
  for (const file of now.files) if (!before.has(file)) yield { id, kind: 'new-file', file };
}

/** How a data set differs from its manifest; empty when it is as it was. */
export async function verifyManifest(
  manifest: SplitManifest,
  { name, entries }: Dataset,
  digest: Digest,
): Promise<ManifestDifference[]> {
  check(
    manifest.dataset === name,
    'data',
    `verifyManifest: expected the manifest of ${name}, found that of ${manifest.dataset}.`,
  );
  const differences: ManifestDifference[] = [];
  const known = new Map(entries.map((entry) => [entry.id, entry]));
  for (const was of manifest.studies) {
    const now = known.get(was.id);
    known.delete(was.id);
    if (!now) {
      differences.push({ id: was.id, kind: 'missing-study' });
      continue;
    }
    differences.push(...compareStudy(was, now));
    for (const { path, sha256 } of was.files) {
      const found = await digest(path);
      if (found !== sha256)
        differences.push({ id: was.id, kind: found === undefined ? 'missing-file' : 'changed-file', file: path });
    }
  }
  for (const id of known.keys()) differences.push({ id, kind: 'new-study' });
  return differences;
}

/** Checks a parsed JSON file. @throws {VividMedError} data for what is no manifest. */
export function parseManifest(value: unknown): SplitManifest {
  const isRecord = (item: unknown): item is Record<string, unknown> => typeof item === 'object' && item !== null;
  const isText = (...items: unknown[]): boolean => items.every((item) => typeof item === 'string');
  const isStudy = (study: unknown): boolean =>
    isRecord(study) &&
    isText(study['id'], study['patient']) &&
    ['train', 'validate', 'test'].includes(String(study['split'])) &&
    Array.isArray(study['files']) &&
    study['files'].every((file) => isRecord(file) && isText(file['path'], file['sha256']));
  check(
    isRecord(value) &&
      value['format'] === 'vividmed-split-manifest' &&
      value['version'] === 1 &&
      isText(value['dataset']),
    'data',
    'parseManifest: expected format "vividmed-split-manifest" and version 1, found something else.',
  );
  const { studies } = value;
  check(Array.isArray(studies), 'data', 'parseManifest: expected a list "studies", found none.');
  const bad = studies.findIndex((study) => !isStudy(study));
  check(bad < 0, 'data', `parseManifest: expected id, patient, split and files in studies[${bad}], found others.`);
  // Every field was looked at above, which the type of a parsed value does not remember.
  return value as unknown as SplitManifest;
}
