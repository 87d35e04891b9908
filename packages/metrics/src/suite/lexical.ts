import { bleuOfCounts, createBleu } from '../text/bleu.js';
import { cider } from '../text/cider.js';
import { cocoRougeL } from '../text/coco-rouge.js';
import { createMeteor, type Synonyms } from '../text/meteor.js';
import { createRouge, type RougeName } from '../text/rouge.js';
import { type Definition, listMetric, meanMetric, sumsMetric } from './definition.js';
import type { MetricEntry } from './entry.js';
import { emptyIsZero, type TextPair } from './texts.js';

/** BLEU of the corpus; the value of a sample is its own sentence BLEU. */
function corpusBleu(maxOrder: number): Definition<TextPair> {
  const scoreOf = (counts: readonly number[]): number =>
    bleuOfCounts({
      matched: counts.slice(0, maxOrder),
      possible: counts.slice(maxOrder, 2 * maxOrder),
      length: counts[2 * maxOrder] ?? 0,
      referenceLength: counts[2 * maxOrder + 1] ?? 0,
    }).at(-1) ?? Number.NaN;
  return sumsMetric({
    text: `corpus BLEU-${maxOrder}: one geometric mean of the summed n-gram counts, no smoothing, lower-cased 13a tokens (Hugging Face evaluate)`,
    version: '1',
    remark: emptyIsZero,
    counts: ({ prediction, reference }) => {
      const bleu = createBleu({ maxOrder });
      bleu.add(prediction, reference);
      const { matched, possible, length, referenceLength } = bleu.result().counts;
      return [...matched, ...possible, length, referenceLength];
    },
    total: (sums) => ({ value: scoreOf(sums) }),
    sample: scoreOf,
  });
}

/** What the published evaluation reports as BLEU. */
function meanSentenceBleu(maxOrder: number): Definition<TextPair> {
  const bleu = createBleu({ maxOrder });
  return meanMetric({
    text: `mean of sentence BLEU-${maxOrder} without smoothing (0 without a common ${maxOrder}-gram), lower-cased 13a tokens`,
    version: '1',
    remark: emptyIsZero,
    value: ({ prediction, reference }) => bleu.add(prediction, reference).at(-1)!,
  });
}

export const bleuEntry = (order: number): MetricEntry<TextPair> => ({
  name: `bleu${order}`,
  label: `BLEU-${order}`,
  better: 'higher',
  definitions: { reference: corpusBleu(order), paper: meanSentenceBleu(order) },
});

function googleRouge(name: RougeName, stemmer: 'porter' | 'none'): Definition<TextPair> {
  const rouge = createRouge({ stemmer });
  return meanMetric({
    text: `F1 of ROUGE-${name.slice(5)} as in Google's rouge_score, ${stemmer === 'porter' ? 'words by their Porter stems (as RadEval has it)' : 'words as they are (the default of Hugging Face)'}; mean over texts`,
    version: '1',
    remark: emptyIsZero,
    value: ({ prediction, reference }) => rouge.add(prediction, reference)[name].f1,
  });
}

export const rougeEntry = (name: 'rouge1' | 'rouge2' | 'rougeL'): MetricEntry<TextPair> => ({
  name,
  label: `ROUGE-${name.slice(5)}`,
  better: 'higher',
  definitions: { reference: googleRouge(name, 'porter'), paper: googleRouge(name, 'none') },
});

/** METEOR of NLTK under both profiles; without synonyms its definition says so. */
export function meteorEntry(synonyms?: Synonyms): MetricEntry<TextPair> {
  const meteor = createMeteor(synonyms ? { synonyms } : {});
  const definition = meanMetric<TextPair>({
    text: `METEOR as in NLTK (alpha 0.9, beta 3, gamma 0.5), words matched by form, Porter stem${synonyms ? ' and WordNet' : '; WordNet was not used, so it does not compare with METEOR that uses it'}; mean over texts`,
    version: synonyms ? '1' : '1-without-synonyms',
    remark: emptyIsZero,
    value: ({ prediction, reference }) => meteor.add(prediction, reference).score,
  });
  return {
    name: 'meteor',
    label: 'METEOR',
    better: 'higher',
    definitions: { reference: definition, paper: definition },
  };
}

/** Metrics of captions as pycocoevalcap has them. */
export const captionEntries: readonly MetricEntry<TextPair>[] = [
  {
    name: 'cocoRougeL',
    label: 'ROUGE-L (COCO)',
    better: 'higher',
    definitions: {
      reference: meanMetric({
        text: 'ROUGE-L as in pycocoevalcap: F with beta 1.2; mean over texts',
        version: '1',
        remark: emptyIsZero,
        value: ({ prediction, reference }) => cocoRougeL(prediction, reference),
      }),
    },
  },
  {
    name: 'cider',
    label: 'CIDEr',
    better: 'higher',
    definitions: {
      reference: listMetric({
        text: 'CIDEr-D, document frequencies from the references of these samples',
        version: '1',
        remark: emptyIsZero,
        item: ({ prediction, reference }) => ({ prediction, reference }),
        figure: (items) => ({
          value: cider(
            items.map(({ prediction }) => prediction),
            items.map(({ reference }) => reference),
          ).mean,
        }),
      }),
    },
  },
];
