import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@vividmed/command';
import { readJson } from '@vividmed/core/node';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readTrainConfig } from './config-file.js';
import { parseTrainConfig, TrainConfig } from './config.js';
import { QuickstartConfig } from './quickstart/config.js';
import { quickstart } from './quickstart/quickstart.js';

const root = join(import.meta.dirname, '../../..');
const schemaOf = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`;

test('the schemas that editors complete configs with are those of the code', async () => {
  await expect(schemaOf(TrainConfig)).toMatchFileSnapshot(join(root, 'configs/schema.json'));
  await expect(schemaOf(QuickstartConfig)).toMatchFileSnapshot(join(root, 'configs/quickstart.schema.json'));
});

test('every config of a stage can be read', () => {
  const read = (folder: string): number[] =>
    readdirSync(join(root, folder)).map((file) => readTrainConfig(join(root, folder, file), { set: [], seed: 3 }).seed);
  expect(read('configs/phantom')).toEqual([3, 3, 3, 3]);
  expect(read('configs/data')).toEqual([3, 3, 3]);
});

test('every wrong key of a config is named at once, and a missing file is told', () => {
  const stage = readJson(join(root, 'configs/phantom/stage-1.json')) as object;
  expect(() => parseTrainConfig({ ...stage, stepz: 5, batchSize: -1 }, 'a.json')).toThrow(
    /a\.json: 2 thing\(s\) to correct:[^]*batchSize[^]*stepz/,
  );
  expect(() => readTrainConfig('no/such.json', { set: [] })).toThrow('no/such.json: expected a JSON file, found none');
});

test('a wrong flag or config ends a command with 2', async () => {
  const command = { usage: 'x', run: quickstart };
  expect(await runCommand(['--no-such-flag'], command)).toBe(2);
  expect(
    await runCommand(['--config', join(root, 'configs/quickstart.json'), '--set', 'heldOut.cases=3'], command),
  ).toBe(2);
  expect(await runCommand(['--help'], command)).toBe(0);
});
