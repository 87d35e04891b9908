import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DType, loadParams, parseSafetensors, type ParamsOf, type SpecTree, toFloat32 } from '@vividmed/nn';
import { expect } from 'vitest';

/** A tensor of a golden file: PyTorch's layout for parameters and their gradients, ours for everything else. */
export interface GoldenTensor {
  dtype: DType;
  shape: readonly number[];
  data: Float32Array;
}

export interface Golden {
  /** By checkpoint name. */
  params: Map<string, GoldenTensor>;
  input: Map<string, GoldenTensor>;
  tap: Map<string, GoldenTensor>;
  output: Map<string, GoldenTensor>;
  /** By checkpoint name of a parameter, or by name of an input. */
  grad: Map<string, GoldenTensor>;
  metadata: Record<string, string>;
}

/** Reads a golden file written by `save_golden` of tooling/goldens; keys are `kind.name`. */
export function readGolden(url: URL): Golden {
  const { tensors, metadata } = parseSafetensors(new Uint8Array(readFileSync(url)));
  const golden: Golden = {
    params: new Map(),
    input: new Map(),
    tap: new Map(),
    output: new Map(),
    grad: new Map(),
    metadata,
  };
  for (const [key, raw] of tensors) {
    const dot = key.indexOf('.');
    const kind = golden[key.slice(0, dot) as 'params'];
    if (!(kind instanceof Map)) throw new Error(`${basename(url.pathname)}: no kind of tensor is named in "${key}"`);
    kind.set(key.slice(dot + 1), { dtype: raw.dtype, shape: raw.shape, data: toFloat32(raw) });
  }
  return golden;
}

/** The parameters of a golden file, through the loader of checkpoints: names and shapes must fit the spec exactly. */
export function loadGoldenParams<S extends SpecTree>(spec: S, { params, metadata }: Golden): Promise<ParamsOf<S>> {
  return loadParams(spec, {
    names: [...params.keys()],
    metadata,
    shapeOf: (name) => params.get(name)!.shape,
    read: (name) => Promise.resolve(params.get(name)!),
  });
}

interface Manifest {
  torch: string;
  files: Record<string, { generator: string; seed: number; sha256: string }>;
}

/** Expects the manifest.json of a folder to name exactly the other files there and in its folders, with their sums. */
export function expectManifestMatches(folder: URL): void {
  const path = fileURLToPath(folder);
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Manifest;
  const found = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'manifest.json')
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join('/'));
  expect(Object.keys(manifest.files).toSorted()).toEqual(found.toSorted());
  for (const name of found) {
    const bytes = readFileSync(new URL(name, folder));
    expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(manifest.files[name]!.sha256);
    expect(bytes.length, `${name}: bytes`).toBeLessThanOrEqual(500_000);
  }
}
