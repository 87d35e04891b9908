import { check, VividMedError } from '@vividmed/core';
import { SaxesParser } from 'saxes';
import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { withoutPlaceholders } from '../report/sections.js';
import { type DatasetFolder, openFolder, under } from '../tables/dataset-folder.js';
import { indexBy, oneOf, textIn } from '../tables/rows.js';
import { hasTable, readTable } from '../tables/table.js';
import { lookupTarget } from '../taxonomy/lookup.js';
import { AdapterOptions, datasetOf, type DatasetRecord, imageOf, parseOptions } from './records.js';

const name = 'iu-xray';

const IuXrayOptions = AdapterOptions.extend({
  views: z
    .enum(['frontal', 'all'])
    .default('frontal')
    .describe('Frontal has a meaning in the CSV form alone; XML does not say.'),
  placeholders: z.enum(['keep', 'remove']).default('keep').describe('What becomes of XXXX for removed words.'),
});

interface IuRecord extends DatasetRecord {
  view?: 'frontal' | 'lateral';
  report: IuReport;
}

interface IuReport {
  findings: string;
  impression: string;
  /** Targets that the indexers of the report name. */
  present: readonly string[];
}

/**
 * Chest radiographs of Indiana University, Open-i (Demner-Fushman et al. 2016), in one of two forms:
 *
 * - Open-i: `ecgen-radiology/1.xml` (AbstractText with Label FINDINGS, IMPRESSION; parentImage; MeSH major) and
 *   `NLMCXR_png/*.png`, or `images/*.png`; also `NLMCXR_reports.tgz`, and `NLMCXR_png.tar`, which gunzip makes of `NLMCXR_png.tgz`;
 * - Kaggle (Chest X-rays, Indiana University): `indiana_reports.csv` (uid, Problems, findings, impression),
 *   `indiana_projections.csv` (uid, filename, projection) and `images/images_normalized/*.png`.
 *
 * One entry an image; a report is one patient's. Problems and headings that the taxonomy knows are present; nothing is
 * known to be absent. There is no official split.
 *
 * @throws {VividMedError} `data`, for missing files and columns, XML that does not parse and images without a report
 */
export async function iuXray(path: string, options: z.input<typeof IuXrayOptions> = {}): Promise<Dataset> {
  const given = parseOptions(name, IuXrayOptions, options);
  const folder = await openFolder(name, path, { archives: /^NLMCXR_(?:reports\.tgz|png\.tar)$/ });
  const isKaggle = await hasTable(folder, 'indiana_reports.csv');
  const all = isKaggle ? await kaggle(folder) : await openI(folder);
  const records = all.filter(({ view }) => given.views === 'all' || view !== 'lateral');
  const clean = (text: string): string => (given.placeholders === 'remove' ? withoutPlaceholders(text) : text);
  return datasetOf(folder, records, given, async ({ where, entry, view, report }) => ({
    id: entry.id,
    volume: await imageOf(folder, where, entry.files[0]!, 'DX'),
    ...(view && { plane: view }),
    ...(view === 'frontal' && { leftRightAxis: 2 as const }),
    masks: {},
    boxes: {},
    present: report.present,
    absent: [],
    ...(report.findings && { findings: clean(report.findings) }),
    ...(report.impression && { impression: clean(report.impression) }),
  }));
}

/** Headings are like `Cardiomegaly/borderline`: the first word is the finding. */
const targetsOf = (headings: readonly string[]): string[] => [
  ...new Set(
    headings.flatMap((heading) => lookupTarget(heading.split('/')[0]!.trim().toLowerCase())?.target.name ?? []),
  ),
];

async function kaggle(folder: DatasetFolder): Promise<IuRecord[]> {
  const rows = await readTable(folder, 'indiana_reports.csv', {
    needed: ['uid', 'Problems', 'findings', 'impression'],
  });
  const reports = indexBy(rows, 'uid');
  const projections = await readTable(folder, 'indiana_projections.csv', { needed: ['uid', 'filename', 'projection'] });
  return projections.map((row) => {
    const report = reports.get(textIn(row, 'uid'));
    check(report, 'data', `${row.where}: expected its uid in indiana_reports.csv, found it in none of its rows.`);
    const { Problems, findings, impression } = report.cells;
    const present = targetsOf(Problems.split(';'));
    const id = textIn(row, 'filename');
    return {
      where: row.where,
      entry: { id, patient: textIn(row, 'uid'), files: [`images/images_normalized/${id}`], present },
      view: oneOf(row.where, 'projection', textIn(row, 'projection'), {
        Frontal: 'frontal',
        Lateral: 'lateral',
      } as const),
      report: { findings: findings.trim(), impression: impression.trim(), present },
    };
  });
}

async function openI(folder: DatasetFolder): Promise<IuRecord[]> {
  const files = (await folder.list('ecgen-radiology')).files.filter((file) => file.endsWith('.xml'));
  check(
    files.length > 0,
    'data',
    `${name}: expected ecgen-radiology/*.xml, or indiana_reports.csv, found neither.`,
    'NLMCXR_reports.tgz is read as it is; NLMCXR_png.tgz is too large for that: gunzip it, or tar -xzf it into NLMCXR_png.',
  );
  const root = await folder.list();
  // The archive of the images has no folder of its own.
  const isFlat = root.files.some((file) => file.endsWith('.png'));
  const images = root.folders.includes('NLMCXR_png') ? 'NLMCXR_png' : isFlat ? '' : 'images';
  const records: IuRecord[] = [];
  for (const [i, file] of files.entries()) {
    const where = `${name}: ecgen-radiology: file ${i + 1}`;
    const { uid, texts, headings, imageIds } = parseReport(where, await folder.text(`ecgen-radiology/${file}`));
    const report = {
      findings: texts.get('FINDINGS') ?? '',
      impression: texts.get('IMPRESSION') ?? '',
      present: targetsOf(headings),
    };
    for (const id of imageIds) {
      const entry = { id, patient: uid, files: [under(images, `${id}.png`)], present: report.present };
      records.push({ where, entry, report });
    }
  }
  return records;
}

/** What one XML file holds. saxes expands no entities but those of XML itself. */
function parseReport(where: string, xml: string) {
  const texts = new Map<string, string>();
  const headings: string[] = [];
  const imageIds: string[] = [];
  let [uid, label, inside, text] = ['', '', '', ''];
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw new VividMedError('data', `${where}: expected XML, found text that does not parse.`);
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    if (tag === 'uId') uid = attributes['id'] ?? '';
    if (tag === 'parentImage' && attributes['id']) imageIds.push(attributes['id']);
    if (tag === 'AbstractText') label = (attributes['Label'] ?? '').toUpperCase();
    [inside, text] = [tag, ''];
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name: tag }) => {
    if (tag !== inside) return;
    if (tag === 'AbstractText') texts.set(label, text.trim());
    if (tag === 'major') headings.push(text);
  });
  parser.write(xml).close();
  check(uid !== '', 'data', `${where}: expected an id in the element uId, found none.`);
  return { uid, texts, headings, imageIds };
}
