import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoData } from './demo-data.js';
import { renderPage } from './page.js';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const reason = executablePath ? '' : ' (skipped: no Chromium found, name one in CHROMIUM_PATH)';

describe.skipIf(!executablePath)(`page in a browser${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-page-'));
  const file = join(folder, 'page.html');
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, renderPage(demoData(12)));
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

  /** Opens the page, and tells what it said and asked for. */
  async function open(width: number): Promise<{ page: Page; said: string[]; requests: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
    const [said, requests]: [string[], string[]] = [[], []];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, said, requests };
  }
  const opacities = (page: Page, selector: string): Promise<number[]> =>
    page.locator(selector).evaluateAll((all) => all.map((one) => Number(getComputedStyle(one).opacity)));

  it.each([390, 1280])('loads at %i px without errors, requests or sideways scrolling', async (width) => {
    const { page, said, requests } = await open(width);
    expect(said).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(file).href]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('brings out the region of the phrase that is pointed at, in both columns, and dims the others', async () => {
    const { page, said } = await open(1280);
    const scene = '.case >> nth=0';
    const phrase = page.locator(`${scene} >> [data-side=model] .phrase`).first();
    const number = await phrase.getAttribute('data-number');
    expect(await opacities(page, `${scene} >> .region`)).not.toContain(0.1);
    await phrase.hover();
    for (const side of ['model', 'truth']) {
      const own = `${scene} >> [data-side=${side}] .region:not(.repeated)[data-number="${number}"]`;
      const others = `${scene} >> [data-side=${side}] .region:not([data-number="${number}"])`;
      expect(new Set(await opacities(page, own))).toEqual(new Set([1]));
      expect(new Set(await opacities(page, others))).toEqual(new Set([0.1]));
    }
    await page.mouse.move(1, 1);
    expect(await opacities(page, `${scene} >> .region`)).not.toContain(0.1);
    expect(said).toEqual([]);
    await page.close();
  });

  it('works by keyboard: Tab reaches phrases, Enter keeps one, Escape lets it go', async () => {
    const { page } = await open(1280);
    await page.locator('#plain').focus();
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('class')).toContain('phrase');
    await page.keyboard.press('Enter');
    expect(await focused.getAttribute('aria-pressed')).toBe('true');
    await page.mouse.move(1, 1);
    expect(await page.locator('.case').first().getAttribute('class')).toContain('chosen');
    await page.keyboard.press('Escape');
    expect(await focused.getAttribute('aria-pressed')).toBe('false');
    expect(await page.locator('.case.chosen').count()).toBe(0);
    await page.close();
  });

  it('shows the regions without scripts, and hides them when asked', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    const overlay = page.locator('.overlay').first();
    expect(await overlay.isVisible()).toBe(true);
    await page.locator('#plain').check();
    expect(await overlay.isVisible()).toBe(false);
    await context.close();
  });
});
