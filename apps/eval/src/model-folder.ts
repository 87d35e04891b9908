import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '@vividmed/core';

const isModel = (folder: string): boolean => existsSync(join(folder, 'model.json'));

/**
 * The folder of the model that a path means: that folder, the checkpoint of a run, or that of the last stage of a quickstart.
 *
 * @throws {VividMedError} `config` where there is none.
 */
export function findModel(path: string): string {
  const stages = existsSync(path) ? readdirSync(path).filter((name) => /^stage-\d+$/.test(name)) : [];
  const last = stages.sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))).at(-1);
  const places = [path, join(path, 'checkpoint'), ...(last === undefined ? [] : [join(path, last, 'checkpoint')])];
  const found = places.find(isModel);
  check(
    found !== undefined,
    'config',
    `model: expected a folder of a model, a run or a quickstart, found none at ${path}.`,
    'run pnpm quickstart first, or name another with --set model=FOLDER; --predictions FILE scores what a model wrote.',
  );
  return found;
}
