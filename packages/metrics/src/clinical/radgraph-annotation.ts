import { check } from '@vividmed/core';

/** A span of a report. Relations are pairs of a type and the key of the entity they point at. */
export interface RadgraphEntity {
  tokens: string;
  /** `ANAT-DP`, `OBS-DP`, `OBS-DA` or `OBS-U` in RadGraph 1; newer models have more. */
  label: string;
  /** First and last token of the span in the text that the model cut into tokens. */
  start_ix: number;
  end_ix: number;
  relations: readonly (readonly [type: string, target: string])[];
}

/** The graph of one report, in the JSON that RadGraph writes (Jain et al. 2021; Stanford-AIMI/radgraph@87f11a1). */
export interface RadgraphAnnotation {
  entities: Readonly<Record<string, RadgraphEntity>>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');

/**
 * The graph in parsed JSON, checked. Other fields (`text`, `data_source`, `data_split`) are left out.
 *
 * @throws {VividMedError} `data` for a field that is missing or of another type, or a relation to no entity.
 */
export function readRadgraph(value: unknown): RadgraphAnnotation {
  const entities = isRecord(value) ? value['entities'] : undefined;
  check(isRecord(entities), 'data', `readRadgraph: expected an object of entities, found ${typeof entities}.`);
  const out: Record<string, RadgraphEntity> = {};
  for (const [key, entity] of Object.entries(entities)) {
    const where = `readRadgraph: entity ${key.slice(0, 20)}`;
    check(isRecord(entity), 'data', `${where}: expected an object, found ${typeof entity}.`);
    const { tokens, label, start_ix, end_ix, relations } = entity;
    check(
      typeof tokens === 'string' && typeof label === 'string',
      'data',
      `${where}: expected tokens and a label as text, found ${typeof tokens} and ${typeof label}.`,
    );
    check(
      typeof start_ix === 'number' && typeof end_ix === 'number',
      'data',
      `${where}: expected start_ix and end_ix as numbers, found ${typeof start_ix} and ${typeof end_ix}.`,
    );
    check(
      Array.isArray(relations) && relations.every(isPair),
      'data',
      `${where}: expected relations as pairs of texts, found another form.`,
    );
    for (const [, target] of relations)
      check(
        Object.hasOwn(entities, target),
        'data',
        `${where}: expected relations to entities of the report, found one to none of them.`,
      );
    // A name such as __proto__ is a key like any other.
    Object.defineProperty(out, key, {
      value: { tokens, label, start_ix, end_ix, relations },
      enumerable: true,
    });
  }
  return { entities: out };
}
