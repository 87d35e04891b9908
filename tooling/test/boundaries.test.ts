import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, root } from './fixture.js';

const packages =
  'core nn engine patch-embed sam-decoder vlm inference matcher imaging metrics datasets pages command stranger'.split(
    ' ',
  );
const imports = (...names: string[]) => names.map((name) => `import '${name}';`).join('\n');
const ours = (...names: string[]) => imports(...names.map((name) => `@vividmed/${name}`));

/** A workspace of empty packages, except for the given files. */
function workspace(files: Record<string, string>): string {
  const members = [...packages.map((name) => `packages/${name}`), 'tooling/testing', 'apps/train', 'apps/serve'];
  const manifest = (name: string) => JSON.stringify({ name, version: '0.1.0', exports: { '.': './src/index.ts' } });
  const external = (name: string) => ({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: '',
  });
  const folder = makeFolder({
    'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext", "moduleResolution": "NodeNext" } }',
    ...external('@tensorflow/tfjs'),
    ...external('fast-check'),
    'examples/package.json': JSON.stringify({ name: '@vividmed/examples', version: '0.1.0' }),
    ...Object.fromEntries(members.map((at) => [`${at}/package.json`, manifest(`@vividmed/${at.split('/')[1]}`)])),
    ...Object.fromEntries(members.map((at) => [`${at}/src/index.ts`, ''])),
    ...files,
  });
  mkdirSync(join(folder, 'node_modules/@vividmed'));
  for (const at of members) symlinkSync(join(folder, at), join(folder, 'node_modules/@vividmed', at.split('/')[1]!));
  return folder;
}

/** The broken rules, each as `rule: file`. */
async function violations(files: Record<string, string>): Promise<string[]> {
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.cjs');
  const output = await new Promise<string>((resolve) => {
    const args = [cruise, '--config', config, '--output-type', 'json', 'packages', 'apps', 'tooling', 'examples'];
    execFile(process.execPath, args, { cwd: workspace(files) }, (_, stdout) => resolve(stdout));
  });
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return [...new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`))].sort();
}

test('imports along the dependency rule are allowed', async () => {
  expect(
    await violations({
      'packages/nn/src/index.ts': ours('core'),
      'packages/nn/src/nn.test.ts': ours('testing', 'engine') + imports('fast-check'),
      'packages/nn/test/nn.ts': ours('testing', 'engine'),
      'packages/nn/bench/nn.ts': ours('engine'),
      'packages/patch-embed/src/index.ts': ours('core', 'nn') + imports('@tensorflow/tfjs'),
      'packages/sam-decoder/src/index.ts': ours('core', 'nn', 'patch-embed'),
      'packages/vlm/src/index.ts': ours('core', 'nn', 'patch-embed', 'sam-decoder'),
      'packages/inference/src/index.ts': ours('core', 'nn', 'vlm', 'imaging', 'datasets'),
      'packages/metrics/src/models/index.ts': ours('core', 'nn') + imports('../index.js', '@tensorflow/tfjs'),
      'packages/datasets/src/index.ts': ours('core', 'imaging') + imports('./other.js'),
      'packages/datasets/src/other.ts': '',
      'packages/metrics/src/index.ts': ours('core', 'matcher'),
      'apps/train/src/index.ts': ours('vlm', 'engine', 'matcher', 'datasets'),
      'tooling/testing/src/index.ts': ours('engine', 'nn'),
      'examples/swap.ts': ours('vlm', 'engine', 'train') + imports('@tensorflow/tfjs'),
      'examples/test/swap.test.ts': imports('../swap.js'),
    }),
  ).toEqual([]);
});

test('every import against the dependency rule is found', async () => {
  const wrong: [rule: string, file: string, text: string][] = [
    ['core-depends-on', 'packages/core/src/up.ts', ours('imaging')],
    ['nn-depends-on', 'packages/nn/src/up.ts', ours('patch-embed')],
    ['nn-depends-on', 'packages/nn/src/type.ts', `import type { A } from '@vividmed/patch-embed';`],
    ['patch-embed-depends-on', 'packages/patch-embed/src/up.ts', ours('sam-decoder')],
    ['sam-decoder-depends-on', 'packages/sam-decoder/src/up.ts', ours('vlm')],
    ['vlm-depends-on', 'packages/vlm/src/side.ts', ours('matcher')],
    ['vlm-depends-on', 'packages/vlm/src/up.ts', ours('inference')],
    ['inference-depends-on', 'packages/inference/src/side.ts', ours('metrics')],
    ['engine-is-chosen-by-programs', 'packages/inference/src/choice.ts', ours('engine')],
    ['matcher-depends-on', 'packages/matcher/src/side.ts', ours('metrics')],
    ['imaging-depends-on', 'packages/imaging/src/side.ts', ours('datasets')],
    ['metrics-depends-on', 'packages/metrics/src/side.ts', ours('nn')],
    ['metrics-models-depend-on', 'packages/metrics/src/models/side.ts', ours('datasets')],
    ['metrics-without-models', 'packages/metrics/src/up.ts', imports('./models/index.js')],
    ['datasets-depends-on', 'packages/datasets/src/side.ts', ours('matcher')],
    ['engine-depends-on', 'packages/engine/src/up.ts', ours('nn')],
    ['pages-depends-on', 'packages/pages/src/side.ts', ours('metrics')],
    ['command-depends-on', 'packages/command/src/side.ts', ours('vlm')],
    ['known-package', 'packages/stranger/src/any.ts', ours('core')],
    ['no-circular', 'packages/nn/src/a.ts', imports('./b.js')],
    ['no-deep-import', 'packages/nn/src/deep.ts', imports('../../core/src/index.js')],
    ['no-deep-import', 'apps/train/src/deep.ts', imports('../../../packages/nn/src/index.js')],
    ['not-to-unresolvable', 'apps/train/src/deep-name.ts', imports('@vividmed/nn/src/index.js')],
    ['examples-import-names', 'examples/app.ts', imports('../apps/train/src/index.js')],
    ['examples-import-names', 'examples/package.ts', imports('../packages/nn/src/index.js')],
    ['engine-is-chosen-by-programs', 'packages/vlm/src/choice.ts', ours('engine')],
    ['nothing-imports-apps', 'tooling/testing/src/app.ts', ours('train')],
    ['apps-stand-alone', 'apps/train/src/other.ts', ours('serve')],
    ['no-tooling-in-src', 'packages/nn/src/close.ts', ours('testing')],
    ['no-tooling-in-src', 'apps/train/src/random.ts', imports('fast-check')],
    ['no-tooling-in-src', 'examples/close.ts', ours('testing')],
    ['no-tfjs-in-plain-packages', 'packages/matcher/src/tensor.ts', imports('@tensorflow/tfjs')],
    ['no-tfjs-in-plain-packages', 'packages/imaging/src/tensor.ts', imports('@tensorflow/tfjs')],
    ['no-tfjs-in-plain-packages', 'packages/datasets/src/tensor.ts', imports('@tensorflow/tfjs')],
    ['no-tfjs-in-plain-packages', 'packages/metrics/src/tensor.ts', imports('@tensorflow/tfjs')],
  ];
  const files = wrong.map(([, file, text]) => [file, text]);
  const back = { 'packages/nn/src/b.ts': imports('./a.js'), 'packages/metrics/src/models/index.ts': '' };
  const found = await violations({ ...Object.fromEntries(files), ...back });
  const alsoFound = [
    'inference-depends-on: packages/inference/src/choice.ts',
    'vlm-depends-on: packages/vlm/src/choice.ts',
  ];
  expect(found).toEqual([...wrong.map(([rule, file]) => `${rule}: ${file}`), ...alsoFound].sort());
});
