import { check } from '@vividmed/core';
import { meanOfDefined } from './group-by.js';
import type { Shape3 } from './mask-volume.js';
import { coveredShare, pointsSomewhere, type Region } from './region.js';

/** Whether the phrases of the other report say what a phrase says, and which of them do. */
export interface EntailmentVerdict {
  entailed: boolean;
  /** Places of the phrases in the other report that it follows from. */
  evidence: readonly number[];
}

export interface GroundedPhrase {
  /** Where it points, if it points anywhere. */
  region?: Region;
}

/** A generated report and the true one of the same image, as phrases, each with its verdict about the other's. */
export interface GroundingSample {
  candidate: readonly GroundedPhrase[];
  reference: readonly GroundedPhrase[];
  /** By a language model, by hand, or by `entailByTarget`. */
  candidateVerdicts: readonly EntailmentVerdict[];
  referenceVerdicts: readonly EntailmentVerdict[];
  /** [D, H, W]; [1, 1, 1] for boxes that are parts of the image. */
  imageShape: Shape3;
}

export interface GroundingOptions {
  /** Share of a phrase's region that its evidence must cover; more than it, not as much as it. */
  coverage?: number;
  /** Pixels along every axis of the grid that boxes are compared on. */
  gridSize?: number;
}

/** Precisions are shares of the generated phrases, recalls of the true ones; NaN without any to count. */
export interface GroundingScores {
  /** Phrases that the other report entails. */
  logicalPrecision: number;
  logicalRecall: number;
  logicalF1: number;
  /** Of phrases that point somewhere, those that are entailed and point to the right place. */
  spatialPrecision: number;
  spatialRecall: number;
  spatialF1: number;
  /** Of phrases that point somewhere and are entailed, those that point to the right place. */
  groundingPrecision: number;
  groundingRecall: number;
  groundingF1: number;
  numCandidatePhrases: number;
  numReferencePhrases: number;
  numGroundedCandidatePhrases: number;
  numGroundedReferencePhrases: number;
}

interface OneWay {
  logical: number;
  spatial: number;
  grounding: number;
  numPhrases: number;
  numGrounded: number;
}

const harmonic = (precision: number, recall: number): number =>
  precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);

function oneWay(
  phrases: readonly GroundedPhrase[],
  verdicts: readonly EntailmentVerdict[],
  others: readonly GroundedPhrase[],
  { imageShape }: GroundingSample,
  { coverage = 0.5, gridSize = 224 }: GroundingOptions,
): OneWay {
  check(
    verdicts.length === phrases.length,
    'shape',
    `groundingScores: expected a verdict for each of ${phrases.length} phrases, found ${verdicts.length}.`,
  );
  let [entailed, grounded, groundedEntailed, placed] = [0, 0, 0, 0];
  verdicts.forEach((verdict, i) => {
    const wrong = verdict.evidence.find((at) => !(at in others));
    check(
      wrong === undefined,
      'data',
      `groundingScores: expected evidence among ${others.length} phrases, found ${wrong} for phrase ${i}.`,
    );
    if (verdict.entailed) entailed += 1;
    const { region } = phrases[i]!;
    if (!pointsSomewhere(region)) return;
    grounded += 1;
    if (!verdict.entailed) return;
    groundedEntailed += 1;
    const evidence = verdict.evidence.map((at) => others[at]!.region).filter(pointsSomewhere);
    if (coveredShare([region], evidence, imageShape, gridSize) > coverage) placed += 1;
  });
  return {
    logical: entailed / phrases.length,
    spatial: placed / grounded,
    grounding: placed / groundedEntailed,
    numPhrases: phrases.length,
    numGrounded: grounded,
  };
}

function withF1(scores: Omit<GroundingScores, 'logicalF1' | 'spatialF1' | 'groundingF1'>): GroundingScores {
  return {
    ...scores,
    logicalF1: harmonic(scores.logicalPrecision, scores.logicalRecall),
    spatialF1: harmonic(scores.spatialPrecision, scores.spatialRecall),
    groundingF1: harmonic(scores.groundingPrecision, scores.groundingRecall),
  };
}

/**
 * How well a generated report says what is there, and points to where it is, in the manner of RadFact (Bannur et al. 2024;
 * microsoft/RadFact@72463ac): from verdicts about each phrase, whoever gave them. Masks count as boxes do. Where a phrase's
 * evidence points nowhere, its place is wrong.
 *
 * Differs: an F1 of two zeros is 0, where RadFact divides by 0.
 *
 * @throws {VividMedError} `shape` for verdicts that are too few or a mask of another size; `data` for evidence that is no
 *   phrase; `numeric` for a mask that is not of zeros and ones, or a wrong box.
 */
export function groundingScores(sample: GroundingSample, options: GroundingOptions = {}): GroundingScores {
  const { candidate, reference, candidateVerdicts, referenceVerdicts } = sample;
  const precision = oneWay(candidate, candidateVerdicts, reference, sample, options);
  const recall = oneWay(reference, referenceVerdicts, candidate, sample, options);
  return withF1({
    logicalPrecision: precision.logical,
    logicalRecall: recall.logical,
    spatialPrecision: precision.spatial,
    spatialRecall: recall.spatial,
    groundingPrecision: precision.grounding,
    groundingRecall: recall.grounding,
    numCandidatePhrases: precision.numPhrases,
    numReferencePhrases: recall.numPhrases,
    numGroundedCandidatePhrases: precision.numGrounded,
    numGroundedReferencePhrases: recall.numGrounded,
  });
}

/**
 * Means over samples of each score that is defined, as RadFact has them: F1 is that of the mean precision and recall, not the
 * mean of F1. Numbers of phrases are means too.
 */
export function meanGroundingScores(samples: readonly GroundingScores[]): GroundingScores {
  const mean = (name: keyof GroundingScores): number => meanOfDefined(samples.map((scores) => scores[name]));
  return withF1({
    logicalPrecision: mean('logicalPrecision'),
    logicalRecall: mean('logicalRecall'),
    spatialPrecision: mean('spatialPrecision'),
    spatialRecall: mean('spatialRecall'),
    groundingPrecision: mean('groundingPrecision'),
    groundingRecall: mean('groundingRecall'),
    numCandidatePhrases: mean('numCandidatePhrases'),
    numReferencePhrases: mean('numReferencePhrases'),
    numGroundedCandidatePhrases: mean('numGroundedCandidatePhrases'),
    numGroundedReferencePhrases: mean('numGroundedReferencePhrases'),
  });
}
