import { applyAssignments, type Options } from '@vividmed/command';
import { readJson } from '@vividmed/core/node';
import { parseTrainConfig, type TrainConfig } from './config.js';

/** The config of a file with what the command line replaces in it. @throws {VividMedError} `config`. */
export function readTrainConfig(path: string, options: Pick<Options, 'set' | 'seed'>): TrainConfig {
  const value = applyAssignments(readJson(path, 'config'), options.set) as Record<string, unknown>;
  return parseTrainConfig(options.seed === undefined ? value : { ...value, seed: options.seed }, path);
}
