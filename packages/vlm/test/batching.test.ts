import * as tf from '@tensorflow/tfjs';
import { disposeParams } from '@vividmed/nn';
import { expectClose, loadGoldenParams, readGolden } from '@vividmed/testing';
import { expect, test } from 'vitest';
import { collateSequences, vividMed, type VividMedParams, vividMedSpec } from '../src/index.js';
import { buildConversations } from './conversations.js';
import { toyConfig, toyGroups, type ToyInput, toyInput } from './toy.js';

const golden = readGolden(new URL('golden/vividmed.safetensors', import.meta.url));
const int = (values: Iterable<number>, shape: number[]): tf.Tensor => tf.tensor([...values], shape, 'int32');

/** Group and image within the group of each row. */
const places = [
  [0, 0],
  [0, 1],
  [1, 0],
  [2, 0],
] as const;

/** One conversation and its image through the model, with nothing beside it and no padding. */
function runAlone(params: VividMedParams, input: ToyInput, row: number) {
  const { ids, positions, length, phraseRows } = collateSequences([buildConversations()[row]!]);
  const [group, image] = places[row]!;
  const { image_BDHWC, phrases: _, ...shape } = toyGroups(input)[group]!;
  const rows = phraseRows[0]!;
  return vividMed(params, toyConfig, {
    ids: int(ids, [1, length]),
    positions: int(positions, [1, length]),
    groups: [
      {
        ...shape,
        image_BDHWC: tf.slice(image_BDHWC, image, 1),
        ...(rows.length > 0
          ? {
              phrases: {
                hiddenIndex_K: int(rows, [rows.length]),
                imageIndex_K: int(
                  rows.map(() => 0),
                  [rows.length],
                ),
              },
            }
          : {}),
      },
    ],
  });
}

test('a flat image, a volume and texts of other lengths beside it change nothing of a row, nor what its phrases point at', async () => {
  const params = await loadGoldenParams(vividMedSpec(toyConfig), golden);
  const input = toyInput(golden);
  const lengths = buildConversations().map(({ ids }) => ids.length);
  expect(new Set(lengths).size).toBeGreaterThan(2);
  tf.tidy(() => {
    const { ids, positions } = input as Record<'ids' | 'positions', tf.Tensor>;
    const batch = vividMed(params, toyConfig, { ids, positions, groups: toyGroups(input) });
    const phrasesBefore = [0, 0, 0, 0];
    places.forEach(([group], row) => {
      const alone = runAlone(params, input, row);
      const close = (label: string, part: tf.Tensor, whole: tf.Tensor): void =>
        expectClose(part, whole.dataSync(), { rtol: 1e-5, atol: 1e-6, label: `row ${row}, ${label}` });
      close('states', alone.hidden, tf.slice(batch.hidden, [row, 0, 0], [1, lengths[row]!, -1]));
      const found = alone.localised[0];
      const shared = batch.localised[group];
      expect(found === undefined).toBe(shared === undefined);
      if (!found || !shared) return;
      const count = found.boxes.shape[0]!;
      for (const key of ['maskLogits', 'boxes', 'presenceLogits'] as const) {
        close(key, found[key], tf.slice(shared[key], phrasesBefore[group]!, count));
      }
      phrasesBefore[group]! += count;
    });
    expect(phrasesBefore).toEqual([4, 2, 0, 0]);
  });
  tf.dispose(input);
  disposeParams(params);
});
