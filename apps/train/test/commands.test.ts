import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@vividmed/command';
import { writeSafetensors } from '@vividmed/nn';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { quickstart } from '../src/quickstart/quickstart.js';
import { runFiles } from '../src/run-folder.js';
import { runStage } from '../src/stage.js';
import { train } from '../src/train.js';
import { checkpointOf, newFolder, tensorsOf, toyConfig, toyCorpus, toyStage } from './toy.js';

const root = newFolder();
const out = join(root, 'out');
const trainedFolder = join(root, 'trained');
const engine = process.env['VIVIDMED_ENGINE'] ?? 'cpu';
let stderr: MockInstance<typeof process.stderr.write>;

/** Writes a config and returns its path. */
function configFile(name: string, value: unknown): string {
  const path = join(root, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

/** Runs a command with a folder of its own, and returns its exit code and what it told. */
async function told(run: typeof train, ...args: string[]): Promise<{ code: number; text: string }> {
  const code = await runCommand(['--out', out, '--engine', engine, ...args], { usage: 'test', run });
  return { code, text: stderr.mock.calls.map(([text]) => text).join('') };
}

beforeAll(async () => {
  await runStage(toyConfig({ steps: 1 }), { folder: trainedFolder, corpus: toyCorpus });
});
beforeEach(() => {
  stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  stderr.mockRestore();
  rmSync(out, { recursive: true, force: true });
});
afterAll(() => rmSync(root, { recursive: true }));

const stage = configFile('stage.json', toyStage);
const wrongStage = configFile('wrong-stage.json', { ...toyStage, stepz: 3 });
const cut = configFile('cut.json', '{"name": "toy", ');
const whole = configFile('quickstart.json', { stages: [stage] });

describe('a command that is given what it cannot use names it and writes nothing', () => {
  it.each<[string, typeof train, string[], number, string]>([
    [
      'a wrong key',
      train,
      ['--config', wrongStage],
      2,
      'wrong-stage.json: 1 thing(s) to correct:\n  (top level): Unrecognized key: "stepz"',
    ],
    ['no config', train, [], 2, 'train: expected --config FILE, found none'],
    [
      'a config that is missing',
      train,
      ['--config', join(root, 'none.json')],
      2,
      'none.json: expected a JSON file, found none',
    ],
    ['half a config', train, ['--config', cut], 2, 'cut.json: expected JSON, found something else'],
    [
      'an unknown key to set',
      train,
      ['--config', stage, '--set', 'optimiser.peakLR=1'],
      2,
      'optimiser: Unrecognized key: "peakLR"',
    ],
    [
      'a key that every object has',
      train,
      ['--config', stage, '--set', '__proto__.steps=1'],
      2,
      '--set __proto__.steps=1: expected keys of a config, found one of every object',
    ],
    [
      'a value of the wrong kind',
      train,
      ['--config', stage, '--set', 'steps=many'],
      2,
      'steps: Invalid input: expected number',
    ],
    [
      'an unknown engine',
      train,
      ['--config', stage, '--engine', 'gpu'],
      2,
      'useEngine: expected auto, tfjs-node-gpu, webgpu, ort, tfjs-node, wasm, cpu, found gpu',
    ],
    [
      'no model to start from',
      train,
      ['--config', stage, '--set', 'initFrom=no/model'],
      1,
      'no/model/checkpoint: expected a model',
    ],
    [
      'a wrong key',
      quickstart,
      ['--config', configFile('wrong.json', { stages: [stage], held: 3 })],
      2,
      'wrong.json: 1 thing(s) to correct:\n  (top level): Unrecognized key: "held"',
    ],
    [
      'a wrong key in a stage',
      quickstart,
      ['--config', configFile('wrongs.json', { stages: [stage, wrongStage] })],
      2,
      'wrong-stage.json: 1 thing(s)',
    ],
    [
      'a stage that is missing',
      quickstart,
      ['--config', configFile('gone.json', { stages: [join(root, 'gone-1.json')] })],
      2,
      'gone-1.json: expected a JSON file, found none',
    ],
    [
      'a config that is missing',
      quickstart,
      ['--config', join(root, 'none.json')],
      2,
      'none.json: expected a JSON file, found none',
    ],
    [
      'an unknown key to set',
      quickstart,
      ['--config', whole, '--set', 'heldOut.cases=3'],
      2,
      'heldOut: Unrecognized key: "cases"',
    ],
    [
      'an unknown key to set in the stages',
      quickstart,
      ['--config', whole, '--set', 'set=["lr=1"]'],
      2,
      'Unrecognized key: "lr"',
    ],
    ['an unknown engine', quickstart, ['--config', whole, '--engine', 'gpu'], 2, 'found gpu'],
  ])('%s (%o)', async (_, command, args, exitCode, message) => {
    const { code, text } = await told(command, ...args);
    expect(text).toContain(message);
    expect(code).toBe(exitCode);
    expect(existsSync(out)).toBe(false);
  });
});

it('a stage that asks for another model than the one it starts from is refused', async () => {
  const from = `initFrom=${trainedFolder}`;
  const { code, text } = await told(train, '--config', stage, '--set', from, '--set', 'model.promptState=before-close');
  expect(text).toContain(
    `${runFiles(trainedFolder).checkpoint}: expected the model that "model" of this config describes`,
  );
  expect(text).toContain('found another promptState.');
  expect(code).toBe(2);
  expect(existsSync(out)).toBe(false);
});

it('a stage that was interrupted is nothing to start from', async () => {
  const from = join(root, 'interrupted');
  cpSync(trainedFolder, from, { recursive: true });
  rmSync(runFiles(from).finished);
  const { code, text } = await told(train, '--config', stage, '--set', `initFrom=${from}`);
  expect(text).toContain(`${from}: expected a finished stage to start from, found an interrupted one.`);
  expect(code).toBe(1);
  expect(existsSync(out)).toBe(false);
});

describe('weights that do not fit', () => {
  type Tensors = Awaited<ReturnType<typeof tensorsOf>>;
  const change = (fn: (tensors: Tensors) => void) => async (path: string) => {
    const tensors = await tensorsOf(path);
    fn(tensors);
    writeFileSync(path, writeSafetensors(tensors));
  };
  const broken: [string, (path: string) => Promise<void> | void, string][] = [
    ['a missing tensor', change((tensors) => tensors.delete('model.norm.weight')), 'missing model.norm.weight [16]'],
    [
      'a tensor of another shape',
      change((tensors) => tensors.set('model.norm.weight', { shape: [2], data: new Float32Array(2) })),
      'model.norm.weight: expected [16], found [2]',
    ],
    [
      'a file that was cut off',
      (path) => writeFileSync(path, readFileSync(path).subarray(0, -100)),
      'expected data within',
    ],
    [
      'a header longer than its file',
      (path) => writeFileSync(path, Buffer.alloc(64, 0xff)),
      'expected a header of at most 56 bytes',
    ],
  ];

  it.each(broken)('are told before a stage starts from them: %s', async (_, breakFile, message) => {
    const from = join(root, 'from');
    cpSync(trainedFolder, from, { recursive: true });
    await breakFile(runFiles(from).checkpointWeights);
    const { code, text } = await told(train, '--config', stage, '--set', `initFrom=${from}`);
    rmSync(from, { recursive: true });
    expect(text).toContain(`${runFiles(from).checkpointWeights}: `);
    expect(text).toContain(message);
    expect(code).toBe(1);
    expect(existsSync(out)).toBe(false);
  });

  it.each(broken)(
    'are told before a stage goes on with them, which changes no file: %s',
    async (_, breakFile, message) => {
      cpSync(trainedFolder, out, { recursive: true });
      await breakFile(runFiles(out).checkpointWeights);
      const [names, files] = [readdirSync(out), checkpointOf(out)];
      const { code, text } = await told(train, '--config', stage, '--set', 'steps=1');
      expect(text).toContain(`${runFiles(out).checkpointWeights}: `);
      expect(text).toContain(message);
      expect(code).toBe(1);
      expect([readdirSync(out), checkpointOf(out)]).toEqual([names, files]);
    },
  );
});
