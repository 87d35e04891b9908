import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { expect, test, vi } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const examples = ['grounded-answer', 'swap-the-image-encoder', 'swap-the-matcher'];

/** Runs an example and returns the lines it prints. */
async function linesOf(example: string): Promise<string[]> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => void lines.push(format(...values)));
  try {
    await import(/* @vite-ignore */ `${folder}${example}.ts`);
  } finally {
    log.mockRestore();
  }
  return lines;
}

test('every example is run here and shorter than 40 lines', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  expect(files.sort()).toEqual(examples.map((name) => `${name}.ts`));
  for (const file of files)
    expect(readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n').length, file).toBeLessThan(40);
});

test('the grounded answer lists its phrases with what was found', async () => {
  const [answer, ...phrases] = await linesOf('grounded-answer');
  expect(answer).toMatch(/^answer: .*\S/);
  expect(phrases.length).toBeGreaterThan(0);
  for (const line of phrases) expect(line).toMatch(/^phrase ".*": (not found|\d+ voxels, \d+ boxes)$/);
}, 300_000);

test('the gradient of the mask reaches the image encoder that took the place of ours', async () => {
  const line = (await linesOf('swap-the-image-encoder')).at(-1)!;
  const pattern = /^mean mask logit (\S+) with our encoder, (\S+) with the new one; gradient at its kernel (\S+)$/;
  const [ours, swapped, gradient] = pattern.exec(line)!.slice(1).map(Number) as [number, number, number];
  expect(Number.isFinite(swapped)).toBe(true);
  expect(swapped).not.toBe(ours);
  expect(gradient).toBeGreaterThan(0);
});

test('training calls the solver that took the place of ours', async () => {
  const [alone, trained] = await linesOf('swap-the-matcher');
  expect(alone).toBe('pairs of query and target [[0,1],[2,0]]');
  const [, calls, loss] = /^phrases matched in the step: (\d+), box loss: (\S+)$/.exec(trained!)!;
  expect(Number(calls)).toBeGreaterThan(0);
  expect(Number(loss)).toBeGreaterThan(0);
}, 300_000);
