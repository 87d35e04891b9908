import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { VividMedError } from '@vividmed/core';
import { writeNifti } from '@vividmed/imaging';
import { encode } from 'fast-png';
import { afterAll, expect } from 'vitest';

/** Files of a data set: lines of text, or bytes. */
export type Files = Readonly<Record<string, string | readonly string[] | Uint8Array>>;

/** A word that tests write where patients would be: no error may repeat it. */
export const SECRET = 'Secret^Name';

const made: string[] = [];
afterAll(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

/** Writes the miniature of a data set into a folder that the tests of the file remove at their end. */
export async function miniature(files: Files): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), `${SECRET}-`));
  made.push(root);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    const isText = typeof content === 'string' || Array.isArray(content);
    await writeFile(join(root, file), isText ? [content].flat().join('\n') : content);
  }
  return root;
}

/** A PNG whose pixels count up from 0, grey unless they are three times as many. Readers tell formats by content, so it stands for a JPEG too. */
export const png = (
  width = 8,
  height = 4,
  data = Uint8Array.from({ length: width * height }, (_, i) => i % 256),
): Uint8Array => encode({ width, height, channels: data.length === width * height ? 1 : 3, depth: 8, data });

/** A NIfTI of [D, H, W] = 2 x 3 x 4 voxels that count up from 0, at 1 mm in no place. */
export const nifti: Uint8Array = await writeNifti({
  data: Float32Array.from({ length: 24 }, (_, i) => i),
  shape: [2, 3, 4],
  spacingMm: [1, 1, 1],
  spacingSource: { plane: 'header', depth: 'header' },
  modality: 'OT',
  unit: 'none',
  storableRange: [0, 23],
  source: { format: 'nifti', photometric: 'MONOCHROME2' },
  warnings: [],
});

/** Expects a `VividMedError` whose message holds these texts, and nothing of a patient. */
export async function expectRefused(opened: Promise<unknown>, ...texts: readonly string[]): Promise<VividMedError> {
  const error = await opened.then(
    () => expect.unreachable('it was taken'),
    (caught: unknown) => caught,
  );
  if (!VividMedError.isInstance(error)) throw error;
  for (const text of texts) expect(error.message).toContain(text);
  expect(error.message).not.toContain(SECRET);
  return error;
}
