import { createRng } from '@vividmed/core';
import { conversationOf, type Sample, type Study } from '@vividmed/datasets';
import { classificationF1, auroc } from '@vividmed/metrics';
import type { Drawn } from '../data/draw.js';
import { groupByCanvas } from '../data/feed.js';
import type { PreparedStudy } from '../data/prepared-study.js';
import { createProbe, createTextScorer } from '../evaluation/forward.js';
import type { ModelInUse } from '@vividmed/inference';
import type { HostBatch } from '../training/batch.js';

/** How sure a model is that an abnormality is there: the logit of yes less that of no, where it begins to answer. */
export interface ScoredAnswer {
  target: string;
  isThere: boolean;
  score: number;
}

const yesOrNo = ['yes.', 'no.'] as const;

/** A question on one abnormality, whether it is there. */
function questionAbout(study: Study, target: string, isThere: boolean): Sample | undefined {
  const { id, volume } = study;
  const known = { masks: {}, boxes: {}, present: isThere ? [target] : [], absent: isThere ? [] : [target] };
  const rng = createRng(0).fork(`${id} ${target}`);
  const alone = { abnormality: 1, abnormalityReplacesReport: true, maxAbnormalities: 1, modality: 0, plane: 0 };
  const sample = conversationOf({ id, volume, ...known }, 'instruction', rng, alone);
  // Of what is no abnormality the modality is asked.
  const [first] = sample?.turns[0]?.answer ?? [];
  return first && 'text' in first && yesOrNo.some((text) => text === first.text) ? sample : undefined;
}

/** Rows of the logits where each sample of a batch begins to answer. */
function firstRows({ arrays, numSamples }: HostBatch): number[] {
  const { rowIndex, labels, ids } = arrays;
  const length = ids!.shape[1]!;
  return Array.from({ length: numSamples }, (_, sample) =>
    rowIndex!.data.findIndex((row, r) => labels!.data[r]! >= 0 && Math.floor(row / length) === sample),
  );
}

/** Asks a model for every abnormality that is known to be in each study, or not to be. */
export function scoreAnswers(
  model: ModelInUse,
  studies: readonly PreparedStudy[],
  onProgress?: (done: number) => void,
): ScoredAnswer[] {
  const collate = createProbe(model);
  const scorer = createTextScorer(model);
  const [yes, no] = yesOrNo.map((text) => model.tokenizer.encode(text)[0]!) as [number, number];
  const answers = studies.flatMap(({ study, plan }, i) => {
    const located = [...Object.keys(study.boxes), ...Object.keys(study.masks)];
    const known = [
      ...[...new Set([...study.present, ...located])].map((target) => ({ target, isThere: true })),
      ...study.absent.map((target) => ({ target, isThere: false })),
    ];
    const asked = known.flatMap(({ target, isThere }) => {
      const sample = questionAbout(study, target, isThere);
      return sample ? [{ target, isThere, drawn: { sample, rng: createRng(0), plan } satisfies Drawn }] : [];
    });
    const scores = groupByCanvas(asked.map(({ drawn }) => drawn)).flatMap((group) => {
      const batch = collate([group]);
      const [logits] = scorer.run(batch) as [Float32Array];
      const { vocabSize } = model.config.language;
      return firstRows(batch).map((row) => logits[row * vocabSize + yes]! - logits[row * vocabSize + no]!);
    });
    onProgress?.(i + 1);
    return asked.map(({ target, isThere }, k) => ({ target, isThere, score: scores[k]! }));
  });
  scorer.dispose();
  return answers;
}

/** How well answers tell studies with an abnormality from those without. */
export interface AnswerScores {
  positives: number;
  negatives: number;
  /** 0.5 where nothing is told apart. */
  auc: number;
  /** Mean of the shares of yes where it is there and of no where it is not: 0.5 for whoever always says the same. */
  balancedAccuracy: number;
}

/** Scores of each abnormality of which there are both kinds, and their means. */
export function scoreTargets(answers: readonly ScoredAnswer[]): Record<string, AnswerScores> {
  const targets = [...new Set(answers.map(({ target }) => target))].sort();
  return Object.fromEntries(
    targets.flatMap((target) => {
      const own = answers.filter((answer) => answer.target === target);
      const positives = own.filter(({ isThere }) => isThere).length;
      const negatives = own.length - positives;
      if (positives === 0 || negatives === 0) return [];
      const said = own.map(({ score }) => ({ there: score > 0 }));
      const truth = own.map(({ isThere }) => ({ there: isThere }));
      const { recall, trueNegatives } = classificationF1(said, truth, ['there']).labels.there;
      const auc = auroc(
        own.map(({ score }) => score),
        own.map(({ isThere }) => isThere),
      );
      return [[target, { positives, negatives, auc, balancedAccuracy: (recall + trueNegatives / negatives) / 2 }]];
    }),
  );
}
