import { check } from '@vividmed/core';

type Class = string | number | boolean;

interface Confusion {
  /** How often both agree on each class, and how often each side names it. */
  classes: { both: number; predicted: number; truth: number }[];
  numCases: number;
}

function confusionOf(predicted: readonly Class[], truth: readonly Class[], where: string): Confusion {
  check(
    predicted.length === truth.length,
    'shape',
    `${where}: expected as many predictions as truths, found ${predicted.length} and ${truth.length}.`,
  );
  const classes = new Map<Class, { both: number; predicted: number; truth: number }>();
  const countsOf = (name: Class) => {
    const known = classes.get(name) ?? { both: 0, predicted: 0, truth: 0 };
    classes.set(name, known);
    return known;
  };
  truth.forEach((isTrue, i) => {
    const said = predicted[i]!;
    countsOf(said).predicted += 1;
    countsOf(isTrue).truth += 1;
    if (said === isTrue) countsOf(said).both += 1;
  });
  return { classes: [...classes.values()], numCases: truth.length };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * Mean recall over the classes that are true somewhere. NaN without cases.
 *
 * @throws {VividMedError} `shape` for lists of different lengths.
 */
export function balancedAccuracy(predicted: readonly Class[], truth: readonly Class[]): number {
  const { classes } = confusionOf(predicted, truth, 'balancedAccuracy');
  const recalls = classes.filter((each) => each.truth > 0).map((each) => each.both / each.truth);
  return sum(recalls) / recalls.length;
}

/**
 * Matthews correlation coefficient of any number of classes (Gorodkin 2004), in [-1, 1]; 0 where either side names one class
 * alone, as in scikit-learn. NaN without cases.
 *
 * @throws {VividMedError} `shape` for lists of different lengths.
 */
export function matthewsCorrelation(predicted: readonly Class[], truth: readonly Class[]): number {
  const { classes, numCases } = confusionOf(predicted, truth, 'matthewsCorrelation');
  if (numCases === 0) return Number.NaN;
  const square = numCases ** 2;
  const agreed = sum(classes.map(({ both }) => both)) * numCases;
  const spread = (key: 'predicted' | 'truth') => square - sum(classes.map((each) => each[key] ** 2));
  const scale = Math.sqrt(spread('predicted')) * Math.sqrt(spread('truth'));
  return scale === 0 ? 0 : (agreed - sum(classes.map((each) => each.predicted * each.truth))) / scale;
}

/**
 * Cohen's kappa (1960): agreement of two raters beyond chance. NaN where both name one and the same class always, since
 * chance then agrees too, and without cases.
 *
 * @throws {VividMedError} `shape` for lists of different lengths.
 */
export function cohenKappa(first: readonly Class[], second: readonly Class[]): number {
  const { classes, numCases } = confusionOf(first, second, 'cohenKappa');
  const observed = sum(classes.map(({ both }) => both)) / numCases;
  const byChance = sum(classes.map((each) => each.predicted * each.truth)) / numCases ** 2;
  return (observed - byChance) / (1 - byChance);
}
