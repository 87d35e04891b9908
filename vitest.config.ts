import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@vividmed/source', 'module', 'node', 'development|production'] };
const ssr = { resolve: { conditions: resolve.conditions, externalConditions: ['@vividmed/source', 'node'] } };

/** Packages whose tests compute with tensors; the setup chooses the engine and checks every test for leaks. */
const tensorPackages = ['packages/{nn,engine,patch-embed,sam-decoder,vlm}', 'apps/*', 'examples'];
const plainPackages = ['packages/{core,matcher,imaging,datasets,metrics}', 'tooling/*', 'tooling'];
const files = (folders: string[]) =>
  folders.flatMap((folder) => [`${folder}/src/**/*.test.ts`, `${folder}/test/**/*.test.ts`]);

/** Where `pnpm check` and CI read the numbers of tests from. */
const report = process.env['VIVIDMED_TEST_REPORT'];

export default defineConfig({
  resolve,
  ssr,
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    projects: [
      {
        extends: true,
        test: { name: 'tensors', include: files(tensorPackages), setupFiles: ['tooling/testing/src/setup.ts'] },
      },
      { extends: true, test: { name: 'plain', include: files(plainPackages) } },
    ],
  },
});
