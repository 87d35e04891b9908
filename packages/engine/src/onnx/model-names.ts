import { check } from '@vividmed/core';

export interface ModelOptions {
  /** Whether the model says the shapes of its inputs and outputs. */
  staticShapes?: boolean;
  inputNames?: readonly string[] | undefined;
  outputNames?: readonly string[] | undefined;
  /** Whether a run can ask for the marker that ends it before outputs are copied. */
  hasEndMarker?: boolean;
}

/** Names of nodes and constants inside of a graph. */
const innerName = /^[ct]\d+$/;

/** @throws {VividMedError} `config` for another number of names than inputs or outputs, a name twice or one that nodes have. */
export function checkNames(given: ModelOptions, inputs: readonly string[], outputs: readonly string[]): void {
  for (const [what, names] of [
    ['inputNames', inputs],
    ['outputNames', outputs],
  ] as const) {
    const found = given[what]?.length ?? names.length;
    check(found === names.length, 'config', `toOnnx: expected ${names.length} ${what}, found ${found}.`);
  }
  const names = [...inputs, ...outputs];
  const wrong = names.find((name, i) => name === '' || innerName.test(name) || names.indexOf(name) !== i);
  check(
    wrong === undefined,
    'config',
    `toOnnx: expected names of inputs and outputs that differ, none empty or a letter c or t with a number, found "${wrong}".`,
  );
}
