import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '@vividmed/core';
import { readJson, writeJson } from '@vividmed/core/node';
import type { EvalConfig } from './config.js';

/** Files of the folder of an evaluation. */
export const evaluationFiles = (folder: string) => ({
  config: join(folder, 'config.json'),
  predictions: join(folder, 'predictions.jsonl'),
  references: join(folder, 'references.jsonl'),
  verdicts: join(folder, 'verdicts.json'),
  scores: join(folder, 'scores.json'),
  markdown: join(folder, 'tables.md'),
  csv: join(folder, 'tables.csv'),
  latex: join(folder, 'tables.tex'),
  page: join(folder, 'index.html'),
  judgements: join(folder, 'judge.html'),
});

/** What decides which samples and predictions a folder holds; the rest may change between runs. */
const fixed = ['seed', 'model', 'predictions', 'sets'] as const;

/** Begins a folder, or goes on with one. @throws {VividMedError} `config` for a folder of other samples or another model. */
export function settleFolder(folder: string, config: EvalConfig): void {
  const { config: path } = evaluationFiles(folder);
  if (existsSync(path)) {
    const before = readJson(path) as Partial<EvalConfig>;
    const changed = fixed.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(config[key]));
    check(
      changed.length === 0,
      'config',
      `${folder}: expected the config that this folder was begun with, found another ${changed.join(', ')}.`,
      'choose another folder with --out, or remove this one.',
    );
  }
  writeJson(path, config);
}
