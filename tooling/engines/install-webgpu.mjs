// Installs WebGPU for Node and puts it beside the packages of the root, for tests and programs of this workspace.
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from '../processes.mjs';

const folder = join(root, 'tooling/engines/webgpu');
const { code, output } = await run('npx -y pnpm@10 install --frozen-lockfile --prefer-offline', { cwd: folder });
if (code !== 0) {
  console.error(`install:webgpu: expected the packages from the registry, found:\n${output}`);
  process.exit(1);
}
for (const name of ['webgpu', '@tensorflow/tfjs-backend-webgpu']) {
  const link = join(root, 'node_modules', name);
  // What somebody installed there stays.
  if (existsSync(link) && !lstatSync(link).isSymbolicLink()) continue;
  rmSync(link, { force: true });
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(folder, 'node_modules', name), link, 'junction');
}
console.log('install:webgpu: webgpu and @tensorflow/tfjs-backend-webgpu are there');
