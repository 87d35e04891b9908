/**
 * Two tables of one's own, findings and boxes of radiographs, as the `folder` data set reads them: `annotations.jsonl`, beside a link
 * to the images. Every fifth patient is of split test.
 *
 *     pnpm --filter @vividmed/datasets annotate SOURCE OUT
 *
 * SOURCE has `images/`, `labels.csv` with the columns image, patient and findings (names of NIH ChestX-ray14 joined by `|`, or `No
 * Finding`), and `boxes.csv` with image, finding, x0, y0, x1, y1 in pixels.
 */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '@vividmed/core';
import { absentOf } from '../src/adapters/records.js';
import { labelsOf } from '../src/index.js';
import { openFolder } from '../src/tables/dataset-folder.js';
import { groupBy, labelIn, numberIn, textIn } from '../src/tables/rows.js';
import { readTable } from '../src/tables/table.js';

const labels = labelsOf('nih-chestxray14');
const targets = labels.flatMap(({ target }) => target ?? []);
/** One patient in so many is kept aside for measuring. */
const testEvery = 5;

/** Writes the annotations and the link. @throws {VividMedError} `data`, for tables of another form */
export async function annotateRadiographs(source: string, out: string): Promise<{ images: number; patients: number }> {
  const folder = await openFolder('annotate', source);
  const rows = await readTable(folder, 'labels.csv', { needed: ['image', 'patient', 'findings'] });
  const boxRows = await readTable(folder, 'boxes.csv', { needed: ['image', 'finding', 'x0', 'y0', 'x1', 'y1'] });
  const boxesOf = groupBy(boxRows, (row) => textIn(row, 'image'));
  const patients = [...new Set(rows.map((row) => textIn(row, 'patient')))].sort();
  const aside = new Set(patients.filter((_, i) => i % testEvery === 0));
  const lines = rows.map((row) => {
    const image = textIn(row, 'image');
    const drawn = (boxesOf.get(image) ?? []).map((box) => ({
      target: labelIn(box, 'finding', labels).target,
      corners: (['x0', 'y0', 'x1', 'y1'] as const).map((column) => numberIn(box, column)),
    }));
    const named = textIn(row, 'findings')
      .split('|')
      .map((finding) => labelIn({ ...row, cells: { ...row.cells, findings: finding } }, 'findings', labels).target);
    const present = [...new Set([...named, ...drawn.map(({ target }) => target)])].filter(
      (target) => target !== undefined,
    );
    return {
      image: `images/${image}`,
      id: image,
      patient: textIn(row, 'patient'),
      split: aside.has(textIn(row, 'patient')) ? 'test' : 'train',
      modality: 'CR',
      plane: 'frontal',
      leftRightAxis: 2,
      present,
      absent: absentOf(targets, present),
      boxes: Object.fromEntries(
        present.flatMap((target) => {
          const own = drawn.filter((box) => box.target === target).map(({ corners }) => corners);
          return own.length > 0 ? [[target, own]] : [];
        }),
      ),
    };
  });
  mkdirSync(out, { recursive: true });
  symlinkSync(resolve(source, 'images'), join(out, 'images'), 'junction');
  writeFileSync(join(out, 'annotations.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { images: lines.length, patients: patients.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [source, out] = process.argv.slice(2);
  check(source && out, 'config', 'annotate: expected SOURCE and OUT, found less.');
  process.stdout.write(`${JSON.stringify(await annotateRadiographs(source, out))}\n`);
}
