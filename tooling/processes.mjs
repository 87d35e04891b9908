import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the workspace. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command line in a shell, without input: gives the exit code, the output and the seconds it took. */
export function run(command, { cwd = root, env = {} } = {}) {
  const began = performance.now();
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, {
      cwd,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env, PATH: path },
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => chunks.push(Buffer.from(String(error))));
    child.on('close', (code) => {
      const output = Buffer.concat(chunks).toString().trim();
      resolve({ code: code ?? 1, output, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** One line for a check that ended, with its output when it failed. */
export function report(name, { code, output, seconds }) {
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(24)} ${seconds.toFixed(1).padStart(6)} s`);
  if (code !== 0) console.log(`${output}\n`);
}
