import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { expect, vi } from 'vitest';

/** A `console.log(...)` of an example with what it prints in a comment on the same line. */
const printed = /console\.log\(.*\);? *\/\/ *(.*?) *$/gm;

/**
 * Runs every ```ts block of a README beside it, so that its imports resolve as those of the package do, and expects each
 * `console.log` to print the comment on its line.
 */
export async function expectReadmeRuns(url: URL): Promise<void> {
  const blocks = [...readFileSync(url, 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!);
  expect(blocks.length, 'examples').toBeGreaterThan(0);
  for (const [i, code] of blocks.entries()) {
    const file = new URL(`readme-example-${process.pid}-${i}.ts`, url);
    const lines: string[] = [];
    const log = vi
      .spyOn(console, 'log')
      .mockImplementation((...values: unknown[]) => void lines.push(format(...values)));
    writeFileSync(file, code);
    try {
      await import(/* @vite-ignore */ fileURLToPath(file));
    } finally {
      log.mockRestore();
      rmSync(file);
    }
    expect(lines, 'what the example prints').toEqual([...code.matchAll(printed)].map(([, comment]) => comment));
  }
}
