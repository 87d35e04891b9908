import { expectConformance, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { collateSequences, vividMedSpec } from '../src/index.js';
import { buildConversations } from './conversations.js';
import { runToy, toyConfig } from './toy.js';

const url = new URL('golden/vividmed.safetensors', import.meta.url);

test('the whole toy model agrees: text, masks, boxes, presence, every loss, and the gradient of their sum in every parameter', () =>
  expectConformance(url, {
    spec: vividMedSpec(toyConfig),
    run: (params, input) => {
      const { hidden, logits, localised, terms, total } = runToy(params, input);
      const groups = localised.flatMap((found, g) =>
        Object.entries(found ?? {}).map(([name, x]) => [`group${g}.${name}`, x] as const),
      );
      return { hidden, logits, ...terms, total, ...Object.fromEntries(groups) };
    },
    rtol: 1e-4,
    atol: 1e-7,
  }));

test('phrase rows of a collated batch are the states that the reference localises from', () => {
  const { input } = readGolden(url);
  const rows = collateSequences(buildConversations()).phraseRows;
  expect([...rows[0]!, ...rows[1]!]).toEqual([...input.get('group0.hiddenIndex')!.data]);
  expect([...rows[2]!]).toEqual([...input.get('group1.hiddenIndex')!.data]);
  expect(rows[3]).toHaveLength(0);
});
