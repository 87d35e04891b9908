import { parseArgs } from 'node:util';
import { VividMedError } from '@vividmed/core';
import { engineNames } from '@vividmed/engine';

/** The flags that every VividMed command takes; the set is frozen, what varies lives in the config. */
export interface Options {
  config?: string;
  set: string[];
  out?: string;
  seed?: number;
  engine?: string;
  printConfig: boolean;
  help: boolean;
}

export const optionsHelp = `  --config FILE     JSON config to run
  --set a.b=VALUE   replace one value of the config; VALUE is JSON, or text when it is not (repeatable)
  --out DIR         folder of the run
  --seed N          seed of everything random
  --engine NAME     engine that computes: auto, ${engineNames.join(', ')}
  --print-config    print the resolved config and stop
  --help            show this text and stop`;

/** Parses a command line. @throws {VividMedError} `config` for an unknown flag or a seed that is not a whole number. */
export function parseOptions(argv: readonly string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        set: { type: 'string', multiple: true },
        out: { type: 'string' },
        seed: { type: 'string' },
        engine: { type: 'string' },
        'print-config': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (cause) {
    throw new VividMedError('config', `command line: ${(cause as Error).message}`, {
      hint: 'run with --help to see every flag.',
      cause,
    });
  }
  const options: Options = {
    set: values.set ?? [],
    printConfig: values['print-config'] ?? false,
    help: values.help ?? false,
  };
  if (values.config !== undefined) options.config = values.config;
  if (values.out !== undefined) options.out = values.out;
  if (values.engine !== undefined) options.engine = values.engine;
  if (values.seed !== undefined) {
    const seed = Number(values.seed);
    if (values.seed.trim() === '' || !Number.isSafeInteger(seed)) {
      throw new VividMedError('config', `--seed: expected a whole number, found "${values.seed}".`);
    }
    options.seed = seed;
  }
  return options;
}

/**
 * Applies `a.b=VALUE` assignments to a JSON object, as a new object.
 *
 * @throws {VividMedError} `config` for an assignment without `=` or into something that is not an object.
 */
export function applyAssignments(config: unknown, assignments: readonly string[]): unknown {
  const root = structuredClone(config) as Record<string, unknown>;
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) {
      throw new VividMedError('config', `--set: expected path=value, found "${assignment}".`);
    }
    const keys = assignment.slice(0, at).split('.');
    const text = assignment.slice(at + 1);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = text; // A bare word is a string: --set model.preset=toy
    }
    if (keys.some((key) => key in Object.prototype)) {
      throw new VividMedError('config', `--set ${assignment}: expected keys of a config, found one of every object.`);
    }
    let node = root;
    for (const key of keys.slice(0, -1)) {
      node[key] ??= {};
      const child = node[key];
      if (typeof child !== 'object' || child === null) {
        throw new VividMedError('config', `--set ${assignment}: expected an object at "${key}", found a plain value.`);
      }
      node = child as Record<string, unknown>;
    }
    node[keys.at(-1) as string] = value;
  }
  return root;
}
