import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gaps } from './gaps.js';
import { noGpu, plan, type Row } from './plan.js';
import type { Survey } from './survey.js';

const usage = `pnpm test:engines [--engine NAME]... [FILTER...]   pnpm test:gpu

Runs the golden files of every module on each engine that works here, and says why the others are left out.
FILTER is part of the path of a test file. test:gpu runs on GPUs alone and fails where there is none.
--list prints the environment with which \`pnpm test\` does the same.`;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
/** A Vulkan driver in software, which Chromium brings with it on Debian. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

function take(env: Record<string, string>): Survey {
  const flags = ['--conditions=@vividmed/source', '--import', 'tsx', join(here, 'survey-cli.ts')];
  const printed = execFileSync(process.execPath, flags, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(printed.trim().split('\n').at(-1)!) as Survey;
}

/** Surveys the machine, with SwiftShader where software will do and there is no other adapter. */
function surveyed(gpu: boolean): { rows: Row[]; env: Record<string, string> } {
  const first = take({});
  const webgpu = first.engines.find(({ name }) => name === 'webgpu')!;
  const mayImitate = !gpu && !process.env['VK_ICD_FILENAMES'] && existsSync(swiftShader);
  if (!mayImitate || !webgpu.error?.includes('no adapter')) return { rows: plan(first, { gpu }), env: {} };
  const env = { VK_ICD_FILENAMES: swiftShader };
  return { rows: plan(take(env), { gpu }), env };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gpu: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

function main(): number {
  if (values.help) {
    console.error(usage);
    return 0;
  }
  const { rows, env } = surveyed(values.gpu);
  const named = rows.filter(({ engine }) => values.engine.includes(engine));
  const unknown = values.engine.filter((name) => !rows.some(({ engine }) => engine === name));
  if (unknown.length > 0) {
    console.error(
      `test:engines: expected engines among ${rows.map(({ engine }) => engine).join(', ')}, found ${unknown.join(', ')}.`,
    );
    return 2;
  }
  // Whoever names an engine gets it or sees it fail.
  const chosen = named.length > 0 ? named : rows.filter(({ runs }) => runs);
  if (values.gpu && !rows.some(({ runs }) => runs)) {
    console.error(noGpu(rows));
    return 1;
  }
  for (const { engine, why } of rows) {
    const isChosen = chosen.some((row) => row.engine === engine);
    console.error(`${isChosen ? 'runs   ' : 'skipped'}  ${engine.padEnd(14)} ${why}`);
  }
  for (const { engine, what, reason } of gaps) console.error(`gap      ${engine.padEnd(14)} ${what}: ${reason}`);
  // With TensorFloat-32, which NVIDIA's libraries like to use, products would have three digits.
  const all = { ...env, NVIDIA_TF32_OVERRIDE: '0', VIVIDMED_TEST_ENGINES: chosen.map(({ engine }) => engine).join() };
  if (values.list) {
    for (const [name, value] of Object.entries(all)) console.log(`${name}=${value}`);
    return 0;
  }
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'engine *', ...positionals];
  return (
    spawnSync(process.execPath, args, { cwd: root, env: { ...process.env, ...all }, stdio: 'inherit' }).status ?? 1
  );
}

process.exitCode = main();
