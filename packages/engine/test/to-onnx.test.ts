import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs';
import { toOnnx, useEngine } from '@vividmed/engine';
import { expectClose } from '@vividmed/testing';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cases } from './differential/cases.js';
import { computation } from './differential/compare.js';

const started = tf.getBackend();
let folder: string;
beforeAll(async () => {
  await useEngine('ort');
  folder = mkdtempSync(join(tmpdir(), 'onnx-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await useEngine(started);
});

/** Loss and gradient of a layer with a constant scale. */
const scale = 0.5;
function layer([x, w]: tf.Tensor[]): tf.Tensor[] {
  const loss = (weights: tf.Tensor): tf.Scalar =>
    tf.mean(tf.square(tf.mul(tf.tanh(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D)), scale)));
  const { value, grad } = tf.valueAndGrad(loss as never)(w!);
  return [value, grad];
}
const examples = (): tf.Tensor[] => [
  tf.randomNormal([4, 3], 0, 1, 'float32', 1),
  tf.randomNormal([3, 5], 0, 1, 'float32', 2),
];

test('the file, run by ONNX Runtime alone, computes what the function does', async () => {
  const inputs = examples();
  const path = join(folder, 'layer.onnx');
  const names = { inputNames: ['image', 'weight'], outputNames: ['loss', 'gradient'] };
  writeFileSync(path, toOnnx(layer, inputs, names));
  const session = await InferenceSession.create(path);
  expect([session.inputNames, session.outputNames]).toEqual([names.inputNames, names.outputNames]);
  expect(session.outputMetadata.map((meta) => 'shape' in meta && [...meta.shape])).toEqual([[], [3, 5]]);
  const found = await session.run(
    Object.fromEntries(
      inputs.map((x, i) => [names.inputNames[i]!, new Tensor('float32', x.dataSync() as Float32Array, x.shape)]),
    ),
  );
  const expected = tf.tidy(() => layer(inputs));
  expectClose(found['loss']!.data as Float32Array, expected[0]!.dataSync());
  expectClose(found['gradient']!.data as Float32Array, expected[1]!.dataSync());
  await session.release();
  tf.dispose([inputs, expected]);
});

test('names that are too many, taken or not allowed are refused', () => {
  const inputs = examples();
  const write = (options: Parameters<typeof toOnnx>[2]) => () => toOnnx(layer, inputs, options);
  expect(write({ inputNames: ['x'] })).toThrow('toOnnx: expected 2 inputNames, found 1.');
  expect(write({ outputNames: ['a', 'b', 'd'] })).toThrow('toOnnx: expected 2 outputNames, found 3.');
  for (const name of ['y0', '', 't3', 'c12'])
    expect(write({ inputNames: ['image', name] }), name).toThrow(`found "${name}"`);
  tf.dispose(inputs);
});

test('what cannot be traced is refused as in jit', () => {
  const inputs = examples();
  expect(() => toOnnx(([x]) => [tf.scalar(x!.dataSync()[0]!)], inputs)).toThrow('never reads its tensors');
  tf.dispose(inputs);
});

/** Checks each file of a folder, which may use the standard's operators alone that the checker knows, and prints what is wrong. */
const checker = `
import pathlib, sys, onnx
files = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for file in files:
    model = onnx.load(file)
    for used in model.opset_import:
        if used.domain != "" or used.version > onnx.defs.onnx_opset_version():
            print(file.stem, "is of operator set", used.domain, used.version)
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:
        print(file.stem, str(error).strip().splitlines()[0])
print(len(files), "checked")
`;
const python = '/usr/bin/python3';
const hasChecker = spawnSync(python, ['-c', 'import onnx']).status === 0;
const whySkipped = hasChecker ? '' : ` (skipped: ${python} has no package onnx; Debian calls it python3-onnx)`;

test.skipIf(!hasChecker)(
  `the ONNX checker accepts a train step, and each kernel with its gradient${whySkipped}`,
  () => {
    const checked = mkdtempSync(join(folder, 'checked-'));
    const write = (name: string, fn: (x: tf.Tensor[]) => tf.Tensor[], make: () => tf.Tensor[]) =>
      tf.tidy(() => writeFileSync(join(checked, `${name}.onnx`), toOnnx(fn, make())));
    write('train step', layer, examples);
    for (const [kernel, calls] of Object.entries(cases)) {
      fc.sample(calls, { seed: 7, numRuns: 4 }).forEach((call, i) => {
        const { compute, make } = computation(kernel, call, i);
        void tf.setBackend('ort');
        write(`${kernel} ${i}`, compute, make);
      });
    }
    const { stdout, stderr } = spawnSync(python, ['-c', checker, checked], { encoding: 'utf8' });
    expect(stdout, stderr).toBe(`${1 + 4 * Object.keys(cases).length} checked\n`);
  },
);
