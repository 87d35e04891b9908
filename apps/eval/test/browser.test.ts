import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generatePhantom } from '@vividmed/datasets';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Judgements } from '../src/judgements/judgement.js';
import { renderJudgementPage } from '../src/judgements/page.js';
import { renderResults } from '../src/pages/results.js';
import { paperTables } from '../src/tables/build.js';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const reason = executablePath ? '' : ' (skipped: no Chromium found, name one in CHROMIUM_PATH)';

const { radiograph } = generatePhantom(1_000_003, { ctShape: [24, 24, 24], radiographSize: [48, 48] });
const text = 'Findings:\nThe heart is large. No effusion.';
const phrase = {
  start: 14,
  end: 19,
  text: 'heart',
  boxes: [{ box: [0, 10, 10, 1, 30, 30] as const, score: 0.9 }],
  found: true,
};
const item = {
  id: 'phantom one',
  title: 'A case',
  volume: radiograph.volume,
  generated: { text, phrases: [phrase] },
  truth: { text, phrases: [] },
};

describe.skipIf(!executablePath)(`pages of an evaluation in a browser${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-eval-pages-'));
  let browser: Browser;
  const write = (name: string, page: string): string => {
    writeFileSync(join(folder, name), page);
    return pathToFileURL(join(folder, name)).href;
  };
  let [judge, results] = ['', ''];
  beforeAll(async () => {
    judge = write('judge.html', renderJudgementPage('Judge', 'Not for clinical use.', [item, { ...item, id: 'two' }]));
    results = write(
      'index.html',
      renderResults({
        title: 'Results',
        summary: 'What was measured.',
        notice: 'Not for clinical use.',
        tables: paperTables([{ name: 'Ours', sets: [] }]),
        sets: [],
        cases: [item],
      }),
    );
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(url: string, width: number): Promise<{ page: Page; said: string[]; requests: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
    const [said, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(url);
    return { page, said, requests };
  }

  it.each([390, 1280])('load at %i px without errors, requests or sideways scrolling', async (width) => {
    for (const url of [judge, results]) {
      const { page, said, requests } = await open(url, width);
      expect(said).toEqual([]);
      expect(requests.filter((each) => !each.startsWith('data:'))).toEqual([url]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  it('take judgements by keyboard, keep them over a reload, and save them as a file that can be summed up', async () => {
    const { page, said } = await open(judge, 1280);
    const scene = page.locator('[data-case]').first();
    expect(await scene.locator('.done').isDisabled()).toBe(true);
    await scene.locator('[data-kind=sentence] input').first().focus();
    await page.keyboard.press('Space');
    expect(await scene.locator('.left').textContent()).toBe('1 of 2 sentences to judge');
    await scene.locator('[data-kind=sentence]').nth(1).getByLabel('Wrong finding').check();
    await scene.locator('[data-kind=phrase]').getByLabel('Region fits').check();
    await scene.locator('.omissions').fill('3');
    await scene.locator('.done').check();
    await page.getByLabel('Your name or initials').fill('R. R.');
    expect(await page.locator('#status').textContent()).toBe('1 of 2 reports done. Kept in this browser.');
    await page.reload();
    expect(await page.locator('#status').textContent()).toContain('1 of 2 reports done');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Save as a file').click()]);
    const saved = Judgements.parse(JSON.parse(readFileSync(await download.path(), 'utf8')));
    expect(saved.reader).toBe('R. R.');
    expect(saved.cases).toEqual([
      {
        id: 'phantom one',
        numSentences: 2,
        sentences: { 0: 'acceptable', 1: 'wrongFinding' },
        phrases: { 0: 'right' },
        criticalOmissions: 3,
        done: true,
      },
      { id: 'two', numSentences: 2, sentences: {}, phrases: {}, criticalOmissions: 0, done: false },
    ]);
    page.on('dialog', (dialog) => dialog.accept());
    await page.getByText('Forget all').click();
    expect(await page.locator('#status').textContent()).toContain('0 of 2 reports done');
    expect(said).toEqual([]);
    await page.close();
  });
});
