import { check } from '@vividmed/core';

export interface ThresholdOptions {
  threshold?: number;
  /** Whether the threshold itself is a yes: `at-least` in VividMed's evaluation, `above` in RadEval's. */
  rule?: 'at-least' | 'above';
}

/**
 * Labels from probabilities, as RadBERT's heads give after the sigmoid.
 *
 * @throws {VividMedError} `data` for a label without a probability in [0, 1].
 */
export function labelsAtThreshold<L extends string>(
  probabilities: Readonly<Record<L, number>>,
  names: readonly L[],
  { threshold = 0.5, rule = 'at-least' }: ThresholdOptions = {},
): Record<L, boolean> {
  // Each key is one of the names.
  return Object.fromEntries(
    names.map((name) => {
      const value = probabilities[name];
      check(
        value >= 0 && value <= 1,
        'data',
        `labelsAtThreshold: expected a probability in [0, 1] for ${name}, found ${typeof value === 'number' ? value : typeof value}.`,
        'Give probabilities, not logits.',
      );
      return [name, rule === 'at-least' ? value >= threshold : value > threshold];
    }),
  ) as Record<L, boolean>;
}

/** The labels and one more, `No finding`, which holds where none of them does. */
export const withNoFinding = <L extends string>(
  labels: Readonly<Record<L, boolean>>,
): Record<L | 'No finding', boolean> =>
  // Both keys and values are those of the type.
  ({ ...labels, 'No finding': !Object.values(labels).includes(true) }) as Record<L | 'No finding', boolean>;
