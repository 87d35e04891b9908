// Checks what a stranger gets who installs one package: builds all public packages, packs them, looks at the archives,
// then installs the archives into an empty project, imports every entry in plain node and runs the READMEs' examples.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { report, root, run } from './processes.mjs';

/** The pnpm that runs this script, or the one that npx gets. */
const pnpm = /pnpm[^/\\]*$/.test(process.env.npm_execpath ?? '')
  ? `node "${process.env.npm_execpath}"`
  : 'npx -y pnpm@10';
const folder = mkdtempSync(join(tmpdir(), 'vividmed-packages-'));
const packages = readdirSync(join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, manifest: readManifest(join(root, 'packages', name)) }))
  .filter(({ manifest }) => !manifest.private)
  .map(({ name, manifest }) => ({ name, manifest, archive: join(folder, `vividmed-${name}-${manifest.version}.tgz`) }));
let failed = 0;

try {
  const built = await step('build', `${pnpm} exec turbo run build --filter="./packages/*" --output-logs=errors-only`);
  const packed =
    built && (await step('pack', `${pnpm} -r --filter "./packages/*" pack --pack-destination "${folder}"`));
  if (packed) {
    for (const each of packages) await checkArchive(each);
    await installArchives();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

function readManifest(at) {
  return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
}

async function step(name, command, options) {
  const result = await run(command, options);
  report(name, result);
  if (result.code !== 0) failed++;
  return result.code === 0;
}

/** The archive of one package: its files and manifest, then what publint and attw say. */
async function checkArchive({ name, archive }) {
  const to = join(folder, 'unpacked', name);
  mkdirSync(to, { recursive: true });
  if (!(await step(`${name}: unpack`, `tar -xzf "${archive}" -C "${to}" --strip-components=1`))) return;
  const found = faults(to);
  report(`${name}: manifest`, { code: found.length, output: found.join('\n'), seconds: 0 });
  failed += found.length;
  await step(`${name}: publint`, `publint --strict "${archive}"`);
  await step(`${name}: types`, `attw --profile esm-only --format table-flipped "${archive}"`);
}

function faults(at) {
  const text = readFileSync(join(at, 'package.json'), 'utf8');
  const manifest = JSON.parse(text);
  const files = readdirSync(at, { recursive: true });
  return [
    ...['README.md', 'LICENSE'].filter((file) => !files.includes(file)).map((file) => `expected ${file}`),
    ...['description', 'license', 'sideEffects', 'exports', 'files', 'engines']
      .filter((field) => manifest[field] === undefined)
      .map((field) => `expected the field ${field}`),
    ...['workspace:', 'catalog:']
      .filter((range) => text.includes(`"${range}`))
      .map((range) => `found a range ${range}`),
    ...files.filter((file) => /\.test\./.test(file)).map((file) => `expected no ${file}`),
  ];
}

/** Installs all archives side by side: pnpm hides what a package does not declare, so a forgotten dependency shows. */
async function installArchives() {
  const project = join(folder, 'project');
  mkdirSync(project);
  const archives = Object.fromEntries(packages.map(({ manifest, archive }) => [manifest.name, `file:${archive}`]));
  const peers = Object.assign({}, ...packages.map(({ manifest }) => manifest.peerDependencies));
  const stranger = { name: 'stranger', private: true, type: 'module', dependencies: { ...peers, ...archives } };
  writeFileSync(join(project, 'package.json'), JSON.stringify(stranger));
  writeFileSync(join(project, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: archives, strictDepBuilds: false }));
  const entries = packages.flatMap(({ manifest: { name, exports } }) =>
    Object.keys(exports)
      .filter((entry) => !entry.endsWith('.json'))
      .map((entry) => name + entry.slice(1)),
  );
  writeFileSync(join(project, 'import.js'), importScript(entries));
  const install = `${pnpm} install --prefer-offline --ignore-scripts --no-frozen-lockfile`;
  const installed = await step('install archives', install, { cwd: project });
  if (!installed) return;
  await step('import archives', 'node import.js', { cwd: project });
  for (const { name, manifest } of packages)
    await runExample(name, join(project, 'node_modules', manifest.name), project);
}

/** Runs the first example of a README, without its types: what is published is plain JavaScript. */
async function runExample(name, installed, project) {
  const readme = join(installed, 'README.md');
  if (!existsSync(readme)) return;
  const example = /^```[jt]s\n(.*?)^```$/ms.exec(readFileSync(readme, 'utf8'))?.[1];
  writeFileSync(
    join(project, `${name}.js`),
    example === undefined
      ? `throw new Error('README.md: expected an example, found none.');`
      : ts.transpileModule(example, { compilerOptions: { target: 'ES2022', module: 'ESNext' } }).outputText,
  );
  await step(`${name}: example`, `node ${name}.js`, { cwd: project });
}

function importScript(entries) {
  return `for (const entry of ${JSON.stringify(entries)}) {
  const names = Object.keys(await import(entry));
  if (names.length === 0) throw new Error(entry + ': expected exports, found none.');
}
`;
}
