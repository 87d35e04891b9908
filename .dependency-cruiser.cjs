/** The dependency rule: core <- nn <- patch-embed <- sam-decoder <- vlm <- inference <- apps; the rest stands alone but for core. */
const below = {
  core: [],
  nn: ['core'],
  engine: ['core'],
  'patch-embed': ['core', 'nn'],
  'sam-decoder': ['core', 'nn', 'patch-embed'],
  vlm: ['core', 'nn', 'patch-embed', 'sam-decoder'],
  matcher: ['core'],
  imaging: ['core'],
  metrics: ['core', 'matcher'],
  datasets: ['core', 'imaging'],
  pages: ['core', 'imaging', 'datasets'],
  command: ['core', 'nn', 'engine'],
  inference: ['core', 'nn', 'patch-embed', 'sam-decoder', 'vlm', 'imaging', 'datasets'],
};
/** Files that never reach a user: they may use the test helpers, and their set-up chooses an engine. */
const development = '\\.test\\.ts$|^packages/[^/]+/(test|bench)/';

/** Metrics that run a model: an entry of its own, which may import `nn` and computes with tensors. */
const models = '^packages/metrics/src/models/';
const packages = (names) => ({ path: '^packages/', pathNot: `^packages/(${names.join('|')})/` });

const direction = Object.entries(below).map(([name, allowed]) => ({
  name: `${name}-depends-on`,
  comment: `${name} may import ${allowed.join(', ') || 'no other package'}.`,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: `${development}|${models}` },
  to: packages([name, ...allowed]),
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...direction,
    {
      name: 'metrics-models-depend-on',
      comment: 'Metrics that run a model may import core and nn.',
      severity: 'error',
      from: { path: models, pathNot: development },
      to: packages(['core', 'nn', 'metrics']),
    },
    {
      name: 'metrics-without-models',
      comment:
        'What is imported as @vividmed/metrics loads no tensors: models import metrics, not the other way round.',
      severity: 'error',
      from: { path: '^packages/metrics/src/', pathNot: `${development}|${models}` },
      to: { path: models },
    },
    {
      name: 'known-package',
      comment: 'A new package gets its line in the table at the head of .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(below).join('|')})/` },
      to: {},
    },
    {
      name: 'no-circular',
      comment: 'Move what both need to a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-deep-import',
      comment: 'Import a package by its name; what it does not export is its own.',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tooling)/([^/]+)/',
        pathNot: '^$1/$2/',
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'examples-import-names',
      comment: 'Examples show what users write: import packages, and the training app, by name.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: '^(packages|apps|tooling)/', dependencyTypes: ['local'] },
    },
    {
      name: 'engine-is-chosen-by-programs',
      comment:
        'Packages compute on whatever engine is there; apps, their commands, tests, benches and the test set-up choose it.',
      severity: 'error',
      from: { pathNot: `^packages/(engine|command)/|^apps/|^examples/|^tooling/|${development}` },
      to: { path: '^packages/engine/' },
    },
    {
      name: 'nothing-imports-apps',
      comment: 'What two apps need belongs in a package.',
      severity: 'error',
      from: { pathNot: '^(apps|examples)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-stand-alone',
      comment: 'What two apps need belongs in a package.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-tooling-in-src',
      comment: 'Tooling is not published: only tests and benches may use it.',
      severity: 'error',
      from: { path: '^(packages|apps|examples)/', pathNot: development },
      to: { path: '^tooling/|node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'no-tfjs-in-plain-packages',
      comment:
        'matcher, imaging, datasets, pages, core and metrics (but for models of it) take numbers and give numbers.',
      severity: 'error',
      from: {
        path: '^packages/(core|matcher|imaging|datasets|metrics|pages)/',
        pathNot: '^packages/metrics/(src|test)/models/',
      },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@vividmed/source', 'import', 'node', 'default', 'types'],
    },
  },
};
