import { check } from '@vividmed/core';
import { abdomen } from './table/abdomen.js';
import { bones } from './table/bones.js';
import { chestFindings } from './table/findings.js';
import { head } from './table/head.js';
import { lesions } from './table/lesions.js';
import { muscles } from './table/muscles.js';
import { spine } from './table/spine.js';
import { thorax } from './table/thorax.js';
import { vessels } from './table/vessels.js';
import type { Target } from './target.js';

/** Every target, abnormalities first. */
export const taxonomy: readonly Target[] = [
  ...chestFindings,
  ...lesions,
  ...thorax,
  ...abdomen,
  ...head,
  ...spine,
  ...bones,
  ...vessels,
  ...muscles,
];

const byName: ReadonlyMap<string, Target> = new Map(taxonomy.map((target) => [target.name, target]));

/** Whether a target has this name; synonyms are for `lookupTarget`. */
export const isTarget = (name: string): boolean => byName.has(name);

/** The target of this name. @throws {VividMedError} `data` when the taxonomy has none. */
export function targetOf(name: string): Target {
  const target = byName.get(name);
  check(target, 'data', `targetOf: expected the name of a target, found "${name}".`, 'lookupTarget reads synonyms.');
  return target;
}

/** A target and all that it is a part or a kind of, nearest first. */
export function ancestorsOf(name: string): readonly string[] {
  const found = new Set<string>();
  const visit = (at: string): void => {
    for (const parent of targetOf(at).parents) {
      if (found.has(parent)) continue;
      found.add(parent);
      visit(parent);
    }
  };
  visit(name);
  return [...found];
}
