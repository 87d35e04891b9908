import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expectClose, readGolden } from '@vividmed/testing';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PageResult } from '../src/page.js';

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const reason = executablePath ? '' : ' (skipped: no Chromium found, name one in CHROMIUM_PATH)';
const root = join(import.meta.dirname, '../../..');
const hasWebgpu = existsSync(join(root, 'node_modules/@tensorflow/tfjs-backend-webgpu/package.json'));
const golden = new URL('../../../packages/patch-embed/test/golden/patch-embed-2d.safetensors', import.meta.url);
const config = { inChannels: 3, width: 8, patch: [4, 2, 3] };

/** A page as an application has it: bundled for browsers, with WebGPU's backend where that is installed. */
async function bundle(): Promise<string> {
  const backend = hasWebgpu ? "import '@tensorflow/tfjs-backend-webgpu';" : '';
  const { outputFiles } = await build({
    stdin: { contents: `${backend} import './page.ts';`, resolveDir: join(import.meta.dirname, '../src') },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@vividmed/source'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

describe.skipIf(!executablePath)(`the engines in a page${reason}`, () => {
  let server: Server;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    const script = await bundle();
    const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
    server = createServer(({ url: path = '' }, response) => {
      if (path === '/')
        response.setHeader('content-type', 'text/html').end('<script type="module" src="/page.js"></script>');
      else if (path === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
      else if (path === '/golden') response.end(readFileSync(golden));
      else if (/^\/[\w-]+\.wasm$/.test(path))
        response.setHeader('content-type', 'application/wasm').end(readFileSync(join(wasm, path)));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: [
        '--no-sandbox',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** What the page computes on an engine; in its own page, so that nothing is left of the one before. */
  async function compute(name: string): Promise<PageResult> {
    const page = await browser.newPage();
    try {
      await page.goto(url);
      await page.waitForFunction('globalThis.compute');
      return await page.evaluate<PageResult>(`compute(${JSON.stringify(name)}, '/golden', ${JSON.stringify(config)})`);
    } finally {
      await page.close();
    }
  }

  function expectGolden({ tokens, bias }: PageResult, rtol: number): void {
    const { output, grad } = readGolden(golden);
    expectClose(tokens, output.get('tokens')!.data, { rtol, label: 'tokens' });
    expectClose(bias, grad.get('bias')!.data, { rtol, label: 'gradient of the bias' });
  }

  test.each(['wasm', 'cpu'])('%s computes a module and its gradient as PyTorch does', async (name) => {
    const result = await compute(name);
    expect(result.engine.name).toBe(name);
    expectGolden(result, 1e-4);
  });

  test('auto passes over a GPU in software, and takes the next that works', async () => {
    const result = await compute('auto');
    expect(result.engine.name).toBe('wasm');
    expect(result.engine.tried).toMatchObject([
      { name: 'webgpu', error: expect.stringMatching(/adapter|not installed/) },
    ]);
    expectGolden(result, 1e-4);
  });

  test('an engine of Node alone is refused without a crash', async () => {
    await expect(compute('ort')).rejects.toThrow('ort does not run on this platform');
  });

  test.skipIf(!hasWebgpu)('webgpu by name computes the module, in software too', async (context) => {
    const result = await compute('webgpu').catch((cause: Error) => {
      if (cause.message.includes('no adapter')) context.skip('this Chromium has no adapter');
      throw cause;
    });
    expect(result.engine).toMatchObject({ name: 'webgpu', device: { isSoftware: true } });
    expectGolden(result, 1e-3);
  });
});
