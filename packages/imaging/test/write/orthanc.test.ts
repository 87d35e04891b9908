import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DicomObject,
  dicomContext,
  measurementReport,
  pdfReport,
  segmentation,
  textReport,
} from '../../src/write/index.js';
import { ctCase, multiFrameCase, radiographCase } from './cases.js';
import { type Orthanc, orthancMissing, retrieve, startOrthanc, store } from './orthanc.js';
import { conceptOf, contentItems, items, only, parse, readFrames, readMask, utf8Text } from './read-back.js';

const cases = {
  'a CT series': ctCase({ shape: [5, 9, 11] }),
  'a radiograph': radiographCase([1, 9, 11]),
  'an enhanced CT': multiFrameCase([5, 9, 11]),
};

/** Everything that is written for a case, by the name of what it is. */
async function objectsOf(name: keyof typeof cases): Promise<Record<string, DicomObject>> {
  const context = dicomContext(cases[name]);
  const binary = segmentation(context);
  return {
    binary,
    fractional: segmentation(context, 'fractional'),
    measurements: measurementReport(context, { segmentation: binary, boxSlices: 'all' }),
    text: textReport(context),
    pdf: await pdfReport(context),
  };
}

const isMissing = (program: string) => spawnSync(program, ['--version']).error !== undefined;
const dciodvfyMissing = isMissing('dciodvfy');
const dsrdumpMissing = isMissing('dsrdump');
for (const [isSkipped, reason] of [
  [dciodvfyMissing, 'dciodvfy of dicom3tools'],
  [dsrdumpMissing, 'dsrdump of dcmtk'],
  [orthancMissing !== undefined, String(orthancMissing)],
] as const)
  if (isSkipped) process.stderr.write(`skipped, ${reason} is not installed: see tooling/system-packages.sh\n`);

describe.each(Object.keys(cases) as (keyof typeof cases)[])('What is written for %s', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-write-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = ({ bytes, sopInstanceUid }: DicomObject) => {
    const path = join(folder, `${sopInstanceUid}.dcm`);
    writeFileSync(path, bytes);
    return path;
  };

  test.skipIf(dciodvfyMissing)('has no error by dciodvfy, which knows the definition of each object', async () => {
    const objects = await objectsOf(name);
    const complaints = Object.entries(objects).flatMap(([kind, object]) => {
      const { stdout, stderr } = spawnSync('dciodvfy', [file(object)], { encoding: 'utf8' });
      return `${stdout}${stderr}`
        .split('\n')
        .filter((line) => /error|warning|unrecognized|not found/i.test(line))
        .map((line) => `${kind}: ${line}`);
    });
    expect(complaints).toEqual([]);
  });

  test.skipIf(dsrdumpMissing)('holds reports whose content tree DCMTK accepts', async () => {
    const { measurements, text } = await objectsOf(name);
    for (const report of [measurements, text] as DicomObject[]) {
      const { status, stdout, stderr } = spawnSync('dsrdump', [file(report)], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.startsWith('E:'))).toEqual([]);
      expect(status).toBe(0);
      expect(stdout).toContain('UNVERIFIED');
    }
  });
});

describe.skipIf(orthancMissing !== undefined)('Orthanc', () => {
  let orthanc: Orthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc();
  });
  afterAll(async () => orthanc?.stop());

  test.each(['a CT series', 'a radiograph'] as const)('stores the results of %s and gives them back', async (name) => {
    const input = cases[name];
    const { grid, reference, results } = input;
    const objects = await objectsOf(name);
    const sent = [...input.files, ...Object.values(objects).map(({ bytes }) => bytes)];
    const { stored, failed } = await store(orthanc, sent);
    const expected = [
      ...reference.slices.map(({ sopInstanceUid }) => sopInstanceUid),
      ...Object.values(objects).map(({ sopInstanceUid }) => sopInstanceUid),
    ];
    expect([...stored].sort()).toEqual([...expected].sort());
    expect(failed).toEqual([]);

    const back = async (object: DicomObject | undefined) => {
      const { seriesInstanceUid = '', sopInstanceUid = '' } = object ?? {};
      return parse(await retrieve(orthanc, reference.studyInstanceUid, seriesInstanceUid, sopInstanceUid));
    };
    const frames = readFrames(await back(objects['binary']));
    const sliceOf = ({ sourceUid }: { sourceUid: string }) =>
      reference.slices.findIndex(({ sopInstanceUid }) => sopInstanceUid === sourceUid);
    const masks = results.regions.flatMap((region) =>
      region.kind === 'mask' && region.mask.includes(1) ? [region.mask] : [],
    );
    expect(masks).toHaveLength(2);
    masks.forEach((mask, i) => expect(readMask(frames, i + 1, grid.shape, sliceOf)).toEqual(mask));

    const report = await back(objects['measurements']);
    const regions = contentItems(report).filter((item) => conceptOf(item) === 'Image Region');
    const outlines = regions.map((item) => ({
      points: Array.from({ length: 10 }, (_, i) => item.float('x00700022', i)),
      slice: reference.slices.findIndex(
        ({ sopInstanceUid }) => sopInstanceUid === only(only(item, 'x0040a730'), 'x00081199').string('x00081155'),
      ),
    }));
    const outline = (slice: number, w0: number, h0: number, w1: number, h1: number) => ({
      points: [w0, h0, w1, h0, w1, h1, w0, h1, w0, h0],
      slice,
    });
    const depth = grid.shape[0];
    expect(outlines).toEqual([
      ...Array.from({ length: Math.min(depth, 2) }, (_, d) => outline(d, 2, 1, 5.5, 4)),
      outline(depth - 1, 1, 3, 4, 5),
    ]);

    const text = contentItems(await back(objects['text'])).filter((item) => conceptOf(item) === 'Finding');
    expect(text.map((item) => utf8Text(item, 'x0040a160'))).toEqual(results.report.split('\n\n'));

    const pdf = (await back(objects['pdf'])).elements['x00420011'];
    expect(pdf?.length).toBeGreaterThan(500);
    expect(items(report, 'x0040a375')).toHaveLength(1);
  });
});
