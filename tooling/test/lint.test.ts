import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, root } from './fixture.js';

/** The rules that oxlint finds broken in a text, were it a file of the workspace at the given place. */
async function broken(at: string, text: string): Promise<string[]> {
  const folder = makeFolder({ [at]: text });
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  const output = await new Promise<string>((resolve) => {
    const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', '--format', 'json'];
    execFile(process.execPath, args, { cwd: folder }, (_, stdout) => resolve(stdout));
  });
  return (JSON.parse(output) as { diagnostics: { code: string }[] }).diagnostics.map(({ code }) => code);
}

const source = 'packages/nn/src/any.ts';
const restricted = 'eslint(no-restricted-properties)';

test('unseeded random numbers are refused', async () => {
  expect(await broken(source, 'export const x = Math.random();\n')).toEqual([restricted]);
});

test.each(['variable', 'layers', 'einsum', 'stridedSlice', 'conv2d', 'conv3dTranspose'])(
  'tf.%s is refused in a package, not in its tests',
  async (name) => {
    const text = `import * as tf from '@tensorflow/tfjs';\nexport const x = tf.${name};\n`;
    expect(await broken(source, text)).toEqual([restricted]);
    expect(await broken('packages/nn/src/any.test.ts', text)).toEqual([]);
  },
);

test('packages do not write to the console, programs do', async () => {
  const text = `console.log('x');\nexport const x = 1;\n`;
  expect(await broken(source, text)).toEqual(['eslint(no-console)']);
  expect(await broken('apps/train/src/any.ts', text)).toEqual([]);
  expect(await broken('packages/nn/bench/any.ts', text)).toEqual([]);
});
