import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'tsup';

interface Entry {
  '@vividmed/source': string;
  default: string;
  /** Another file for pages. */
  browser?: Entry;
}

interface Manifest {
  exports: Record<string, string | Entry>;
}

/** The source of each file that the `exports` of the package in the working folder name. */
function entries(): Record<string, string> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  return Object.fromEntries(
    Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === 'string'
        ? []
        : [entry, ...(entry.browser ? [entry.browser] : [])].map((file) => [
            basename(file.default, '.js'),
            file['@vividmed/source'],
          ]),
    ),
  );
}

/** How every package is built, from its own folder: `tsup --config ../../tooling/tsup.config.ts`. */
export default defineConfig({
  entry: entries(),
  format: ['esm'],
  dts: true,
  sourcemap: true,
  clean: true,
  // What package.json maps under `imports` stays an import, so that whoever bundles or runs the package picks the file.
  external: [/^#/],
  tsconfig: '../../tsconfig.build.json',
});
