import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/node.ts'],
  format: ['esm'],
  dts: true,
  sourcemap: true,
  clean: true,
  // The codecs stay imports of package.json, so that whoever bundles or runs the package picks the build.
  external: [/^#codecs\//],
  tsconfig: '../../tsconfig.build.json',
});
