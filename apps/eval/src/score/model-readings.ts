import { jit } from '@vividmed/engine';
import {
  bertScore,
  bertScoreBaselines,
  cosineSimilarity,
  radgraphCombined,
  radgraphScores,
  type ScoredReport,
  sentenceBleu,
} from '@vividmed/metrics';
import { openBertScoreEncoder, openCheXbert, openRadBert, openRadGraph } from '@vividmed/metrics/models';
import type { EvalConfig } from '../config.js';
import type { Joined } from './joined.js';

/** What models made of the reports of one sample. */
export type ReportReading = Pick<ScoredReport, 'findings' | 'graphs' | 'chexbertVectors' | 'radcliqFeatures'>;

type Weights = EvalConfig['weights'];
interface Both<T> {
  prediction: T;
  reference: T;
}

/** Graphs differ in the lengths of texts and in the sizes of batches. */
const options = { compile: (fn: Parameters<typeof jit>[0]) => jit(fn, { maxGraphs: 16 }) };

interface TextReader<T> {
  read(texts: readonly string[]): Promise<T[]>;
  dispose(): void;
}

/** What a model makes of both reports of each sample; the model is freed after. */
async function readBoth<T>(samples: readonly Joined[], open: () => Promise<TextReader<T>>): Promise<Both<T>[]> {
  const reader = await open();
  try {
    const predictions = await reader.read(samples.map(([{ prediction }]) => prediction));
    const references = await reader.read(samples.map(([, { report }]) => report ?? ''));
    return predictions.map((prediction, i) => ({ prediction, reference: references[i]! }));
  } finally {
    reader.dispose();
  }
}

/** F1 of BERTScore, as RadCliQ's authors rescale it and as the published code of the paper leaves it. */
interface BertScores {
  rescaled: number;
  plain: number;
}

/** BERTScore of both reports of each sample, from layer 5 of distilroberta-base. */
async function scoreEmbeddings(samples: readonly Joined[], path: string): Promise<BertScores[]> {
  let specialIds: readonly number[] = [];
  const embedded = await readBoth(samples, async () => {
    const model = await openBertScoreEncoder(path, { ...options, layer: 5 });
    ({ specialIds } = model);
    return { read: (texts) => model.encode(texts), dispose: () => model.dispose() };
  });
  const baseline = bertScoreBaselines['distilroberta-base/5'];
  return embedded.map(({ prediction, reference }) => ({
    rescaled: bertScore(prediction, reference, { specialIds, baseline }).f1,
    plain: bertScore(prediction, reference, { specialIds }).f1,
  }));
}

async function readRadiographs(samples: readonly Joined[], weights: Weights): Promise<ReportReading[]> {
  const { chexbert, radgraph, bertScore: encoder } = weights;
  const labelled = chexbert === undefined ? undefined : await readBoth(samples, () => openCheXbert(chexbert, options));
  const graphs =
    radgraph &&
    (await readBoth(samples, () => openRadGraph(radgraph.archive, { ...options, encoder: radgraph.encoder })));
  const embedded = encoder === undefined ? undefined : await scoreEmbeddings(samples, encoder);
  return samples.map(([{ prediction }, { report = '' }], i): ReportReading => {
    const [states, graph, scores] = [labelled?.[i], graphs?.[i], embedded?.[i]];
    const isThere = (all: Readonly<Record<string, string>>): Record<string, boolean> =>
      Object.fromEntries(
        Object.entries(all).map(([name, state]) => [name, state === 'positive' || state === 'uncertain']),
      );
    const vectors = states && { prediction: states.prediction.embedding, reference: states.reference.embedding };
    const chexbertSimilarity = vectors && cosineSimilarity(vectors.prediction, vectors.reference);
    return {
      ...(states && {
        findings: {
          labelSet: 'chexpert',
          labeller: 'CheXbert, uncertain as positive',
          prediction: isThere(states.prediction.states),
          reference: isThere(states.reference.states),
        },
      }),
      ...(vectors && { chexbertVectors: vectors }),
      ...(graph && { graphs: graph }),
      ...(graph &&
        scores &&
        chexbertSimilarity !== undefined && {
          radcliqFeatures: {
            reference: {
              radgraph: radgraphCombined(graph.prediction, graph.reference),
              bertscore: scores.rescaled,
              chexbertSimilarity,
              bleu2: sentenceBleu(prediction, report, { definition: 'fast-bleu' }),
            },
            paper: {
              radgraph: radgraphScores(graph.prediction, graph.reference, { tokenCase: 'mmmm' }).partial,
              bertscore: scores.plain,
              chexbertSimilarity,
              bleu2: sentenceBleu(prediction, report, { maxOrder: 2 }),
            },
          },
        }),
    };
  });
}

async function readCts(samples: readonly Joined[], { radbert }: Weights): Promise<ReportReading[]> {
  if (radbert === undefined) return [];
  const read = await readBoth(samples, () => openRadBert(radbert, options));
  const isThere = (all: Readonly<Record<string, number>>): Record<string, boolean> =>
    Object.fromEntries(Object.entries(all).map(([name, probability]) => [name, probability >= 0.5]));
  return read.map(({ prediction, reference }) => ({
    findings: {
      labelSet: 'ct-rate',
      labeller: 'RadBERT, from a probability of 0.5',
      prediction: isThere(prediction),
      reference: isThere(reference),
    },
  }));
}

/**
 * What the models whose weights a config names make of reports, by sample: of radiographs and of CT. The phantom has labels of
 * its own.
 *
 * @throws {VividMedError} `checkpoint` or `data` for weights that are missing or do not fit.
 */
export async function readReports(
  joined: readonly Joined[],
  weights: Weights,
): Promise<ReadonlyMap<Joined, ReportReading>> {
  const real = joined.filter(([, { dataset }]) => dataset !== 'phantom');
  const cts = real.filter(([, { modality }]) => modality === 'CT');
  const others = real.filter(([, { modality }]) => modality !== 'CT');
  const readings = new Map<Joined, ReportReading>();
  const keep = (samples: readonly Joined[], read: readonly ReportReading[]): void =>
    read.forEach((reading, i) => void readings.set(samples[i]!, reading));
  if (others.length > 0) keep(others, await readRadiographs(others, weights));
  if (cts.length > 0) keep(cts, await readCts(cts, weights));
  return readings;
}
