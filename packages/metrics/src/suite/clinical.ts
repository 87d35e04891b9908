import { cosineSimilarity } from '../clinical/cosine-similarity.js';
import { radcliq, type RadcliqFeatures, type RadcliqVersion } from '../clinical/radcliq.js';
import type { RadgraphAnnotation } from '../clinical/radgraph-annotation.js';
import { type RadgraphCase, radgraphScores, type RadgraphScores } from '../clinical/radgraph-f1.js';
import { type Definition, meanMetric } from './definition.js';
import { inBoth, type MetricEntry, radiographs } from './entry.js';
import type { LabelledReport } from './findings.js';
import type { Profile } from './result.js';

interface Both<T> {
  prediction: T;
  reference: T;
}

/** A report with what models made of it, where the caller has it. */
export interface ScoredReport extends LabelledReport {
  /** Graphs of RadGraph. */
  graphs?: Both<RadgraphAnnotation>;
  /** [CLS] vectors of CheXbert. */
  chexbertVectors?: Both<ArrayLike<number>>;
  /** What RadCliQ is made of, under each profile: the published code takes another RadGraph, BERTScore and BLEU. */
  radcliqFeatures?: Readonly<Partial<Record<Profile, RadcliqFeatures>>>;
}

const levels: Record<keyof RadgraphScores, string> = {
  simple: 'entities by words and label (RG_E)',
  partial: 'entities by words, label and whether they have a relation (RG_ER)',
  complete: 'entities by words, label and each relation with its end (RG_ER with a bar)',
};

const radgraph = (level: keyof RadgraphScores, tokenCase: RadgraphCase): Definition<ScoredReport> =>
  meanMetric({
    text: `RadGraph F1, ${level}: ${levels[level]}; letter case as in ${tokenCase}; 0 where a report has no entity; mean over reports`,
    version: '1',
    without: ({ graphs }) => (graphs ? undefined : 'needs graphs of RadGraph'),
    // `without` left out the pairs that have none.
    value: ({ graphs }) => radgraphScores(graphs!.prediction, graphs!.reference, { tokenCase })[level],
  });

const radcliqBy = (version: RadcliqVersion, profile: Profile, features: string): Definition<ScoredReport> =>
  meanMetric({
    text: `RadCliQ ${version}: the published regression on ${features}; mean over reports`,
    version: '1',
    without: ({ radcliqFeatures }) => (radcliqFeatures?.[profile] ? undefined : 'needs the features of RadCliQ'),
    // `without` left out the pairs that have none.
    value: ({ radcliqFeatures }) => radcliq(radcliqFeatures![profile]!, { version }),
  });

const radcliqEntry = (version: RadcliqVersion): MetricEntry<ScoredReport> => ({
  name: `radcliq${version.toUpperCase()}`,
  label: `RadCliQ ${version}`,
  better: 'lower',
  modalities: radiographs,
  definitions: {
    reference: radcliqBy(version, 'reference', 'RadGraph, rescaled BERTScore, CheXbert similarity and BLEU-2'),
    paper: radcliqBy(
      version,
      'paper',
      'partial RadGraph F1, BERTScore without rescaling, CheXbert similarity and unsmoothed BLEU-2',
    ),
  },
});

/** Clinical metrics of chest radiographs that need a model's view of the reports. */
export const clinicalEntries: readonly MetricEntry<ScoredReport>[] = [
  {
    name: 'radgraphF1',
    label: 'RadGraph F1',
    better: 'higher',
    modalities: radiographs,
    definitions: { reference: radgraph('partial', 'head'), paper: radgraph('partial', 'mmmm') },
  },
  ...(['simple', 'complete'] as const).map((level): MetricEntry<ScoredReport> => ({
    name: level === 'simple' ? 'radgraphF1Simple' : 'radgraphF1Complete',
    label: `RadGraph F1, ${level}`,
    better: 'higher',
    modalities: radiographs,
    definitions: { reference: radgraph(level, 'head') },
  })),
  {
    name: 'chexbertSimilarity',
    label: 'CheXbert similarity',
    better: 'higher',
    modalities: radiographs,
    definitions: inBoth(
      meanMetric({
        text: 'cosine of the [CLS] vectors of CheXbert; mean over reports',
        version: '1',
        without: ({ chexbertVectors }) => (chexbertVectors ? undefined : 'needs vectors of CheXbert'),
        // `without` left out the pairs that have none.
        value: ({ chexbertVectors }) => cosineSimilarity(chexbertVectors!.prediction, chexbertVectors!.reference),
      }),
    ),
  },
  radcliqEntry('v0'),
  radcliqEntry('v1'),
];
