/** Beyond this the distribution function is 0 or 1 in double precision. */
const farthest = 8.3;

/**
 * Standard normal distribution function, to about 1e-15: 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …)
 * (Marsaglia 2004, Evaluating the Normal Distribution, equation 1).
 */
export function normalCdf(x: number): number {
  if (x < -farthest) return 0;
  if (x > farthest) return 1;
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.5 * Math.log(2 * Math.PI));
}

/** The x of which `normalCdf` is this probability; -Infinity for 0 and Infinity for 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  let [low, high] = [-farthest, farthest];
  for (let i = 0; i < 64; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
