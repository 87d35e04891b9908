import { check, VividMedError } from '@vividmed/core';

interface WithId {
  id: string;
}

/**
 * Brings predictions and references of one id together, in the order of the references. Predictions are held in memory,
 * references are read once.
 *
 * @yields each reference with its prediction
 * @throws {VividMedError} `data` for an id that occurs twice, and for predictions and references without a partner: those
 *   without a partner are counted, and the first is named by its position.
 */
export async function* pairById<A extends WithId, B extends WithId>(
  predictions: Iterable<A> | AsyncIterable<A>,
  references: Iterable<B> | AsyncIterable<B>,
  options: { /** What a reference without prediction does: fail, or be left out. */ missing?: 'fail' | 'skip' } = {},
): AsyncGenerator<readonly [prediction: A, reference: B]> {
  const { missing = 'fail' } = options;
  const waiting = new Map<string, { prediction: A; position: number }>();
  let position = 0;
  for await (const prediction of predictions) {
    check(
      !waiting.has(prediction.id),
      'data',
      `prediction ${position}: expected an id of its own, found one that came before.`,
    );
    waiting.set(prediction.id, { prediction, position });
    position++;
  }
  const lone: number[] = [];
  const seen = new Set<string>();
  position = 0;
  for await (const reference of references) {
    check(
      !seen.has(reference.id),
      'data',
      `reference ${position}: expected an id of its own, found one that came before.`,
    );
    seen.add(reference.id);
    const partner = waiting.get(reference.id);
    if (partner) {
      waiting.delete(reference.id);
      yield [partner.prediction, reference];
    } else lone.push(position);
    position++;
  }
  const strangers = [...waiting.values()];
  if (strangers.length > 0)
    throw new VividMedError(
      'data',
      `predictions: expected ids of the references, found ${strangers.length} without one, the first at ${strangers[0]!.position}.`,
      { hint: 'are they predictions for another data set or split?' },
    );
  if (lone.length > 0 && missing === 'fail')
    throw new VividMedError(
      'data',
      `references: expected a prediction for each, found ${lone.length} without one, the first at ${lone[0]}.`,
      {
        hint: 'an output that is missing is not an empty one: write an empty prediction, or leave the sample out of both.',
      },
    );
}
