import * as tf from '@tensorflow/tfjs';
import { check, VividMedError } from '@vividmed/core';
import { disposeParams, loadParams, type ParamsOf, type TensorReader } from '@vividmed/nn';
import { type EncoderConfig, type EncoderFamily, maxTokens } from '../encoder/config.js';
import { encode, encoderSpec } from '../encoder/encoder.js';
import { encoderNames, isBesideEncoder } from '../encoder/names.js';
import { createTextModel, type TextModel, type TextModelOptions } from '../encoder/text-model.js';
import { encoderConfigIn } from '../model-folder.js';
import { openTokenizer, type SubwordTokenizer } from '../tokenizer.js';
import { openModelArchive } from './archive.js';
import { type RadGraphConfig, readRadGraphConfig } from './config.js';
import { decodeGraph, type RadGraphReading } from './decode.js';
import { radGraphHeadsSpec, type RadGraphHeadsParams, scoreRelations, scoreSpans } from './heads.js';
import { enumerateSpans, type PieceRange, topIndices, wordStates } from './spans.js';
import { reportWords, spokenWord, type WordRule } from './words.js';

export interface RadGraph {
  /** The graph of each report, in their order. */
  read(reports: readonly string[]): Promise<RadGraphReading[]>;
  dispose(): void;
}

export interface RadGraphOptions extends TextModelOptions {
  /** Folder with the `config.json` and tokenizer of the encoder that the archive names, without its weights. */
  encoder: string;
  /** Data set whose scorers are used, where an archive has several. */
  dataset?: string;
  /** How reports are cut into words; `radgraph` for the data set of that name, else `radgraph-xl`. */
  words?: WordRule;
}

/** Reports whose states are held at once. */
const reportsAtOnce = 32;

const radGraphSpec = (encoder: EncoderConfig, config: RadGraphConfig) => ({
  encoder: encoderSpec(encoder),
  heads: radGraphHeadsSpec(config, encoder.width),
});
type RadGraphParams = ParamsOf<ReturnType<typeof radGraphSpec>>;

/** Names of the published weights for ours, of the scorers of one data set. */
function headName(dataset: string, path: string): string {
  const mentions = `_relation._mention_pruners.${dataset}__relation_labels._scorer`;
  const table: readonly (readonly [string, string])[] = [
    ['widths.', '_endpoint_span_extractor._span_width_embedding.'],
    ['entity.layers.', `_ner._ner_scorers.${dataset}__ner_labels.0._module._linear_layers.`],
    ['entity.scorer.', `_ner._ner_scorers.${dataset}__ner_labels.1._module.`],
    ['mention.layers.', `${mentions}.0._module._linear_layers.`],
    ['mention.scorer.', `${mentions}.1._module.`],
    ['relation.layers.', `_relation._relation_feedforwards.${dataset}__relation_labels._linear_layers.`],
    ['relation.scorer.', `_relation._relation_scorers.${dataset}__relation_labels.`],
  ];
  const [from, to] = table.find(([start]) => path.startsWith(start))!;
  return to + path.slice(from.length);
}

/** The data set whose scorers an archive has. */
function datasetIn(names: readonly string[], wanted: string | undefined): string {
  const found = new Set(names.flatMap((name) => /^_ner\._ner_scorers\.([^.]+)__ner_labels\./.exec(name)?.[1] ?? []));
  const dataset = wanted ?? (found.size === 1 ? [...found][0] : undefined);
  check(
    dataset !== undefined && found.has(dataset),
    'config',
    `openRadGraph: expected scorers of ${wanted ?? 'one data set'}, found ${[...found].join(', ') || 'none'}.`,
    'Name one of these as dataset.',
  );
  return dataset;
}

function loadRadGraph(
  reader: TensorReader,
  family: EncoderFamily,
  encoder: EncoderConfig,
  { config, dataset }: { config: RadGraphConfig; dataset: string },
): Promise<RadGraphParams> {
  const { rename } = encoderNames(family, reader.names);
  return loadParams(radGraphSpec(encoder, config), reader, {
    rename: (path) =>
      path.startsWith('encoder.')
        ? rename(path.slice('encoder.'.length))
        : headName(dataset, path.slice('heads.'.length)),
    // Coreference and events are trained beside, and other data sets have scorers of their own.
    ignore: (name) =>
      /^_(coref|events)\./.test(name) ||
      isBesideEncoder(name) ||
      (/__(ner|relation)_labels\./.test(name) && !name.includes(`.${dataset}__`)),
  });
}

/** The pieces of a report, and which of them belong to each word. */
function piecesOf(words: readonly string[], tokenizer: SubwordTokenizer): { pieces: number[]; ranges: PieceRange[] } {
  const pieces: number[] = [];
  const ranges = words.map((word) => {
    const first = pieces.length;
    for (const id of tokenizer.pieces(spokenWord(word))) pieces.push(id);
    return { first, count: pieces.length - first };
  });
  return { pieces, ranges };
}

/** The states of the pieces of each report, [P, C]: long reports are read in parts, each between special tokens. */
async function statesOf(
  model: TextModel,
  pieces: readonly (readonly number[])[],
  { start, end }: SubwordTokenizer,
  { room, width }: { room: number; width: number },
): Promise<Float32Array[]> {
  const rows: number[][] = [];
  const places: { report: number; first: number }[] = [];
  pieces.forEach((all, report) => {
    for (let first = 0; first < all.length; first += room) {
      rows.push([start, ...all.slice(first, first + room), end]);
      places.push({ report, first });
    }
  });
  const states = pieces.map(({ length }) => new Float32Array(length * width));
  await model.run(rows, ([found], row) => {
    const { report, first } = places[row]!;
    states[report]!.set(found!.subarray(width, (rows[row]!.length - 1) * width), first * width);
  });
  return states;
}

/** The graph of one report from the states of its words, [W, C]. */
async function readGraph(
  heads: RadGraphHeadsParams,
  config: RadGraphConfig,
  words: readonly string[],
  states: Float32Array,
): Promise<RadGraphReading> {
  const spans = enumerateSpans(words.length, config.maxSpanWidth);
  if (spans.length === 0) return { text: '', entities: {} };
  const scored = tf.tidy(() =>
    scoreSpans(heads, tf.tensor2d(states, [words.length, states.length / words.length]), spans),
  );
  const held: tf.Tensor[] = [scored.spans, scored.entities, scored.mentions];
  try {
    // Counted in single precision, as torch does.
    const numCandidates = Math.ceil(Math.fround(words.length * Math.fround(config.spansPerWord)));
    const candidates = topIndices(await scored.mentions.data(), numCandidates);
    const relations = tf.tidy(() => {
      const chosen = tf.tensor1d(candidates, 'int32');
      return scoreRelations(heads, tf.gather(scored.spans, chosen), tf.gather(scored.mentions, chosen));
    });
    held.push(relations);
    const scores = { spans, candidates, entities: await scored.entities.data(), relations: await relations.data() };
    return decodeGraph(words, config, scores);
  } finally {
    tf.dispose(held);
  }
}

/**
 * Opens a published RadGraph (Jain et al. 2021; Delbrouck et al. 2024): its archive `.tar.gz` or the folder that it was
 * unpacked into. The archive names an encoder without its files, so the folder of that encoder (PubMedBERT, CXR-BERT) gives
 * `config.json` and tokenizer.
 *
 * An empty report is read as `None`, as the published code does; one of white space alone has no entities. Reports are read
 * one by one after the encoder, which reads parts of similar lengths together.
 *
 * @throws {VividMedError} `checkpoint`, `data`, `config` or `unsupported` for files that are missing or do not fit: the
 * encoder of `modern-radgraph-xl`, ModernBERT, is one that cannot be read.
 */
export async function openRadGraph(path: string, options: RadGraphOptions): Promise<RadGraph> {
  const { encoder: encoderFolder, dataset: wanted, words: rule, ...running } = options;
  const archive = await openModelArchive(path);
  const { family, config: encoder } = await encoderConfigIn(encoderFolder);
  const tokenizer = await openTokenizer(encoderFolder);
  const dataset = datasetIn(archive.reader.names, wanted);
  const labelsOf = (kind: 'ner' | 'relation'): readonly string[] => {
    const lines = archive.vocabularies.get(`${dataset}__${kind}_labels`);
    if (lines) return lines;
    throw new VividMedError(
      'checkpoint',
      `openRadGraph: expected the labels ${dataset}__${kind}_labels.txt, found none.`,
    );
  };
  const labels = { entityLabels: labelsOf('ner'), relationLabels: labelsOf('relation') };
  const { config, maxLength } = readRadGraphConfig(archive.config, labels);
  check(
    labels.entityLabels[0] === '',
    'unsupported',
    'openRadGraph: expected the first label of entities to mean none, found another.',
  );
  const { encoder: weights, heads } = await loadRadGraph(archive.reader, family, encoder, { config, dataset });
  const limit = Math.min(maxLength ?? Infinity, maxTokens(encoder));
  const model = createTextModel(
    {
      where: 'RadGraph',
      params: weights,
      padId: encoder.padId,
      maxTokens: limit,
      vocabSize: encoder.vocabSize,
      forward: (tree, input) => [encode(tree, encoder, input).at(-1)!],
    },
    running,
  );
  const wordRule = rule ?? (dataset === 'radgraph' ? 'radgraph' : 'radgraph-xl');

  async function readSome(reports: readonly string[]): Promise<RadGraphReading[]> {
    const words = reports.map((report) => reportWords(report === '' ? 'None' : report, wordRule));
    const cut = words.map((each) => piecesOf(each, tokenizer));
    const states = await statesOf(
      model,
      cut.map(({ pieces }) => pieces),
      tokenizer,
      { room: limit - 2, width: encoder.width },
    );
    const graphs: RadGraphReading[] = [];
    for (const [i, each] of words.entries()) {
      graphs.push(await readGraph(heads, config, each, wordStates(states[i]!, cut[i]!.ranges, encoder.width)));
    }
    return graphs;
  }

  return {
    read: async (reports) => {
      const graphs: RadGraphReading[] = [];
      for (let at = 0; at < reports.length; at += reportsAtOnce) {
        graphs.push(...(await readSome(reports.slice(at, at + reportsAtOnce))));
      }
      return graphs;
    },
    dispose: () => {
      model.dispose();
      disposeParams(heads);
    },
  };
}
