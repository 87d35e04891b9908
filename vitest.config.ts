import type { TestedEngine } from '@vividmed/testing';
import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@vividmed/source', 'module', 'node', 'development|production'] };
const ssr = { resolve: { conditions: resolve.conditions, externalConditions: ['@vividmed/source', 'node'] } };

/** Packages whose tests compute with tensors; the setup chooses the engine and checks every test for leaks. */
const tensorPackages = ['packages/{nn,engine,patch-embed,sam-decoder,vlm,inference,command}', 'apps/*', 'examples'];
/** Tests of metrics that run a model, in a package that is plain otherwise. */
const modelTests = ['packages/metrics/test/models/**/*.test.ts'];
const plainPackages = ['packages/{core,matcher,imaging,datasets,metrics,pages}', 'tooling/*', 'tooling'];
const files = (folders: string[]) =>
  folders.flatMap((folder) => [`${folder}/src/**/*.test.ts`, `${folder}/test/**/*.test.ts`]);

/** Golden files: each runs on every engine of a list, by default on those that npm installs everywhere. */
const goldens = [...files(['packages/{nn,patch-embed,sam-decoder,vlm}']), ...modelTests].map((glob) =>
  glob.replace('*.test', '*.conformance.test'),
);
const engines = (process.env['VIVIDMED_TEST_ENGINES'] || 'ort,jit,wasm,cpu').split(',');
const setupFiles = ['tooling/testing/src/setup.ts'];

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
        test: { name: 'tensors', include: [...files(tensorPackages), ...modelTests], exclude: goldens, setupFiles },
      },
      { extends: true, test: { name: 'plain', include: files(plainPackages), exclude: modelTests } },
      ...engines.map((engine) => ({
        extends: true as const,
        test: {
          name: `engine ${engine}`,
          // Loading tfjs takes longer than most of these files.
          isolate: false,
          include: [...goldens, 'tooling/engines/on-each/*.test.ts'],
          setupFiles,
          provide: { engine: engine as TestedEngine },
        },
      })),
    ],
  },
});
