import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What became of tfjs-core's specs. */
export interface Report {
  passed: number;
  /** Specs that their authors have disabled. */
  pending: number;
  /** Name and messages of each spec that failed. */
  failures: string[];
}

const here = dirname(fileURLToPath(import.meta.url));
const engine = join(here, '../..');
const core = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'));

/** The suite as one program. Its specs reach into tfjs-core, so specs, backends and gradients must share one copy of it. */
export async function bundleSuite(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(here, 'suite.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    conditions: ['@vividmed/source'],
    external: ['onnxruntime-node', 'jasmine-core'],
    // Modules that register kernels and gradients are marked as free of side effects.
    ignoreAnnotations: true,
    logLevel: 'error',
    // What is CommonJS in the bundle calls these.
    banner: {
      js: "import { createRequire as suiteRequire } from 'node:module'; const require = suiteRequire(import.meta.url);",
    },
    plugins: [
      {
        name: 'one-core',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, () => ({ path: join(core, 'dist/index.js') })),
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** Runs the suite in a process of its own, on a backend and with flags of `tf.env()`. */
export function runSuite(program: string, backend: string, flags: Record<string, number> = {}): Promise<Report> {
  return new Promise((resolve, reject) => {
    // Read from standard input, the program finds packages from the folder it is started in.
    const args = ['--input-type=module', '-', backend, JSON.stringify(flags)];
    const child = execFile(process.execPath, args, { cwd: engine, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`The suite on ${backend} ended early: ${stderr.slice(-2000)}`, { cause: error }));
      else resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1) as string) as Report);
    });
    child.stdin?.end(program);
  });
}
