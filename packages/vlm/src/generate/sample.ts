import { check, type Rng } from '@vividmed/core';

export interface SampleOptions {
  /** 0, the default, takes the likeliest token; above it, tokens are drawn. */
  temperature?: number;
  /** Draws among the likeliest tokens that hold this much probability together; 1 by default. */
  topP?: number;
}

/** Index of the largest value, the first of equals. */
function likeliest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}

/** Throws unless the options can be used. */
export function checkSampling({ temperature = 0, topP = 1 }: SampleOptions): void {
  check(
    temperature >= 0 && Number.isFinite(temperature),
    'config',
    `generate: expected a temperature of 0 or more, found ${temperature}.`,
  );
  check(topP > 0 && topP <= 1, 'config', `generate: expected topP in (0, 1], found ${topP}.`);
}

/** The next token: the likeliest, or one drawn from the nucleus (Holtzman et al. 2020) of softmax(logits / temperature). */
export function sampleToken(logits: ArrayLike<number>, { temperature = 0, topP = 1 }: SampleOptions, rng: Rng): number {
  const best = likeliest(logits);
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  let total = 0;
  for (const weight of weights) total += weight;
  if (topP === 1) return drawFrom(weights.keys(), weights, total, rng, best);
  // A stable order of equals keeps a seed's draws the same everywhere.
  const order = Array.from(weights, (_, id) => id).sort((a, b) => weights[b]! - weights[a]! || a - b);
  let kept = 0;
  let mass = 0;
  while (kept < order.length && (kept === 0 || mass < topP * total)) mass += weights[order[kept++]!]!;
  return drawFrom(order.slice(0, kept), weights, mass, rng, order[kept - 1]!);
}

/** Draws one of the ids, whose weights add up to `mass`; `last` where rounding leaves none. */
function drawFrom(ids: Iterable<number>, weights: Float64Array, mass: number, rng: Rng, last: number): number {
  let left = rng.uniform() * mass;
  for (const id of ids) {
    left -= weights[id]!;
    if (left < 0) return id;
  }
  return last;
}
