import { beforeAll, expect, test } from 'vitest';
import { bundleSuite, runSuite } from './core-suite/run.js';

/** tfjs-core 4.22.0 has 4,227 specs and 5 that its authors have disabled; no spec is left out here. */
const pending = 5;
/** Two specs switch between backends that are both called cpu, and define themselves for that name alone. */
const forCpuAlone = 2;
const numSpecs = 4227;

const timeout = 300_000;
let program = '';
beforeAll(async () => void (program = await bundleSuite()), timeout);

test(
  'the suite of tfjs-core passes on the plain engine, so what fails elsewhere is not the suite',
  async () => expect(await runSuite(program, 'cpu')).toEqual({ passed: numSpecs, pending, failures: [] }),
  timeout,
);

test.each([
  ['with small tensors in plain JavaScript', {}],
  ['with every tensor in ONNX Runtime', { ORT_SMALLEST_SIZE: 0 }],
])(
  'the suite of tfjs-core passes on ort %s',
  async (_, flags) =>
    expect(await runSuite(program, 'ort', flags)).toEqual({ passed: numSpecs - forCpuAlone, pending, failures: [] }),
  timeout,
);
