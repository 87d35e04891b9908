import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@vividmed/command';
import { decode } from 'fast-png';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { contactSheet } from '../src/data-check/contact-sheet.js';
import { dataCheck } from '../src/data-check/data-check.js';
import { pictureOf } from '../src/data-check/sample.js';
import { writePhantoms } from './phantom-dataset.js';
import { newFolder, toyStage } from './toy.js';

const root = newFolder();
const folder = join(root, 'set');
const table = join(folder, 'studies.jsonl');
const config = join(root, 'config.json');

beforeAll(() => {
  const data = { sources: [{ dataset: 'drawn', folder }], adapters: join(import.meta.dirname, 'phantom-dataset.ts') };
  writeFileSync(config, JSON.stringify({ ...toyStage, data, tasks: { targetPresence: 1 } }));
});
beforeEach(() => writePhantoms(folder, 4));
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Runs the command and returns its exit code, its line of JSON and what people read. */
async function run(...more: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const code = await runCommand(['--config', config, '--out', join(root, 'check'), ...more], {
    usage: '',
    run: dataCheck,
  });
  vi.restoreAllMocks();
  return { code, told: err.join(''), result: out.length > 0 ? JSON.parse(out.join('')) : undefined };
}

describe('pnpm train data check', () => {
  it('counts what is there, shows it, and ends with 0', async () => {
    const { code, told, result } = await run();
    expect(code).toBe(0);
    expect(result).toMatchObject({
      sources: [
        {
          dataset: 'drawn',
          studies: 6,
          patients: 3,
          splits: { train: 6, test: 2 },
          missing: [],
          sample: { studies: 6, failed: [], modalities: { CR: 3, CT: 3 }, masks: { 'left lung': 3 } },
        },
      ],
      leaks: {},
    });
    expect(told).toContain('no study is in two splits');
    expect(told).toMatch(/left lung \((orange|light blue|pink)/);
    const sheet = decode(readFileSync(result.sheet));
    // Six tiles of 240 in rows of four.
    expect([sheet.width, sheet.height, sheet.channels]).toEqual([4 * 246 + 6, 2 * 246 + 6, 3]);
    expect(told).not.toContain(folder);
  });

  it('ends with 1 where a file is missing, and names the study and not the path', async () => {
    rmSync(join(folder, '1.png'));
    const { code, told, result } = await run();
    expect(code).toBe(1);
    expect(result.sources[0]).toMatchObject({
      missing: ['cr1'],
      sample: { studies: 5, failed: [expect.stringMatching(/^drawn cr1: .*found nothing/)] },
    });
    expect(told).toContain('found 2 missing or unreadable and 0 shared');
    expect(told).not.toContain(folder);
  });

  it('ends with 1 where a patient or a picture is in two splits', async () => {
    const rows = readFileSync(table, 'utf8')
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row));
    const [first, last] = [rows.find(({ id }) => id === 'cr0'), rows.find(({ id }) => id === 'cr3')];
    last.patient = first.patient;
    last.image = first.image;
    writeFileSync(table, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { code, told, result } = await run();
    expect(code).toBe(1);
    expect(result.leaks).toMatchObject({ patient: 1, file: 1, pixels: 1 });
    expect(told).toMatch(/pixels, 0 bits apart\s+drawn cr0 \(train\)\s+drawn cr3 \(test\)/);
  });

  it('ends with 2 without data sets to check', async () => {
    expect((await run('--set', 'data.sources=[]')).code).toBe(2);
    writeFileSync(join(root, 'phantom.json'), JSON.stringify(toyStage));
    const { code, told } = await run('--config', join(root, 'phantom.json'));
    expect(code).toBe(2);
    expect(told).toContain('expected data.sources to check, found none');
  });
});

it('the sheet shows the slice with the regions, masks and boxes in their colours and where they are', () => {
  const shape = [4, 20, 40] as const;
  const mask = new Uint8Array(4 * 20 * 40);
  for (let h = 5; h < 15; h++) mask.fill(1, (2 * 20 + h) * 40 + 4, (2 * 20 + h) * 40 + 14);
  const picture = pictureOf({
    id: 'a',
    volume: {
      data: Float32Array.from({ length: mask.length }, (_, i) => i % 40),
      shape,
      spacingMm: [1, 1, 1],
      modality: 'MR',
    },
    masks: { liver: mask },
    boxes: { nodule: [[2, 2, 20, 3, 12, 36]] },
    present: [],
    absent: [],
  });
  expect(picture.regions.map(({ name, boxes }) => [name, boxes.length])).toEqual([
    ['liver', 0],
    ['nodule', 1],
  ]);
  const { data, width } = decode(contactSheet([picture]));
  const at = (h: number, w: number): number[] => {
    // Six voxels of a tile a voxel of the image, behind a gap of six.
    const pixel = 3 * (Math.round(6 + (h + 0.5) * 6) * width + Math.round(6 + (w + 0.5) * 6));
    return Array.from(data.slice(pixel, pixel + 3));
  };
  const isGrey = ([r, g, b]: number[]): boolean => r === g && g === b;
  expect(isGrey(at(1, 8))).toBe(true);
  expect(isGrey(at(10, 9))).toBe(false);
  expect(isGrey(at(17, 9))).toBe(true);
  // Inside the box nothing is painted; its line is on the edge.
  expect(isGrey(at(7, 28))).toBe(true);
  const edge = 3 * ((6 + 2 * 6) * width + 6 + 28 * 6);
  expect(isGrey(Array.from(data.slice(edge, edge + 3)))).toBe(false);
});
