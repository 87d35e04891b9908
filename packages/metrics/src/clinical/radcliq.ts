import { check } from '@vividmed/core';
import { mean } from './mean.js';

/** What RadCliQ is made of, for one pair of reports. */
export interface RadcliqFeatures {
  /** `radgraphCombined`, in [0, 1]. */
  radgraph: number;
  /** F1 of BERTScore with distilroberta-base, layer 5, rescaled with its baseline. */
  bertscore: number;
  /** Cosine of CheXbert's vectors. */
  chexbertSimilarity: number;
  /** BLEU-2 of the sentence. */
  bleu2: number;
  /**
   * That BERTScore's inverse document frequencies were all 0, as with one reference: its value then is no measure of the pair,
   * and identical reports get a RadCliQ of 9.37 instead of -1.44.
   */
  hasDegenerateIdf?: boolean;
}

export type RadcliqVersion = 'v0' | 'v1';

interface Regression {
  mean: readonly number[];
  scale: readonly number[];
  coefficients: readonly number[];
  intercept: number;
}

/**
 * The two published linear regressions on standardised features, in the order RadGraph, BERTScore, CheXbert similarity, BLEU-2
 * (Yu et al. 2023). Numbers: the scikit-learn pickles `normalizer.pkl`, `composite_metric_model.pkl` (v0, fitted to 200 pairs)
 * and `radcliq-v1.pkl` (160 pairs) of rajpurkarlab/CXR-Report-Metric@9c9ecad.
 */
const regressions: Record<RadcliqVersion, Regression> = {
  v0: {
    mean: [0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605],
    scale: [0.3018344440559102, 0.22466950746141123, 0.24750333805236252, 0.30336670936092264],
    coefficients: [-0.4796252644863446, -0.6762170542369337, -0.46366575161751994, 0.2165861905287535],
    intercept: 1.641666666666666,
  },
  v1: {
    mean: [0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174],
    scale: [0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838],
    coefficients: [-0.37708368261038905, -0.37030009974480316, -0.25261621789593225, 4.315048405024756e-12],
    intercept: 2.466552561323256e-10,
  },
};

export interface RadcliqOptions {
  version?: RadcliqVersion;
  /** Whether features with a degenerate idf are computed with. They are refused otherwise. */
  allowDegenerateIdf?: boolean;
}

/**
 * RadCliQ of one pair of reports, lower is better: an estimate of the errors a radiologist would count (v0), or of their
 * standard score (v1). Two identical reports have -0.2421334229 (v0) and -1.4406902828 (v1). For chest radiographs.
 *
 * @throws {VividMedError} `numeric` for a feature that is not finite or has a degenerate idf.
 */
export function radcliq(
  features: RadcliqFeatures,
  { version = 'v1', allowDegenerateIdf = false }: RadcliqOptions = {},
): number {
  check(
    allowDegenerateIdf || !features.hasDegenerateIdf,
    'numeric',
    'radcliq: expected a BERTScore with informative idf, found a degenerate one.',
    'Compute BERTScore without idf, or with the idf of many references.',
  );
  const { mean: means, scale, coefficients, intercept } = regressions[version];
  return (['radgraph', 'bertscore', 'chexbertSimilarity', 'bleu2'] as const).reduce((sum, name, i) => {
    check(
      Number.isFinite(features[name]),
      'numeric',
      `radcliq: expected a finite ${name}, found ${typeof features[name] === 'number' ? features[name] : typeof features[name]}.`,
    );
    return sum + (coefficients[i]! * (features[name] - means[i]!)) / scale[i]!;
  }, intercept);
}

export interface RadcliqScores {
  /** Mean of the pairs, lower is better; NaN without pairs. */
  mean: number;
  /** 1 / mean, which RadEval 2.2.0 prints as RadCliQ: higher is better, and no sense where the mean is near 0. */
  inverseOfMean: number;
  perSample: number[];
}

/**
 * RadCliQ of each pair of reports, and the mean.
 *
 * @throws {VividMedError} as `radcliq`.
 */
export function radcliqScores(features: readonly RadcliqFeatures[], options: RadcliqOptions = {}): RadcliqScores {
  const perSample = features.map((each) => radcliq(each, options));
  return { mean: mean(perSample), inverseOfMean: 1 / mean(perSample), perSample };
}
