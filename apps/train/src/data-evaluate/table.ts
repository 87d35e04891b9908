import type { AnswerScores } from './answers.js';
import type { TargetDice } from './masks.js';

/** Scores of a model by target. */
export interface Scores {
  masks: Record<string, TargetDice>;
  answers: Record<string, AnswerScores>;
}

/** A split of a data set: the model, and the same model before training. */
export interface SplitScores {
  dataset: string;
  split: string;
  studies: number;
  images: number;
  trained: Scores;
  untrained: Scores;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const figure = (value: number): string => value.toFixed(2).padStart(9);

/** A table of lines, each with a figure of the model and of the untrained one, and their means at the end. */
function tableOf(
  name: string,
  rows: readonly { target: string; note: string; figures: readonly number[] }[],
): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(({ target }) => target.length), 4);
  const line = (target: string, figures: readonly number[], note: string): string =>
    `  ${target.padEnd(width)}${figures.map(figure).join('')}  ${note}`;
  const means = rows[0]!.figures.map((_, i) => mean(rows.map(({ figures }) => figures[i]!)));
  return [
    `  ${name}`,
    ...rows.map(({ target, figures, note }) => line(target, figures, note)),
    line('mean', means, ''),
  ];
}

/** The scores of a split in lines that people read. */
export function explainScores({ dataset, split, studies, images, trained, untrained }: SplitScores): string {
  const masks = Object.entries(trained.masks).map(([target, { dice, images: shown }]) => ({
    target,
    figures: [dice, untrained.masks[target]!.dice],
    note: `in ${shown}`,
  }));
  const answers = Object.entries(trained.answers).map(([target, { auc, balancedAccuracy, positives, negatives }]) => ({
    target,
    figures: [auc, untrained.answers[target]!.auc, balancedAccuracy, untrained.answers[target]!.balancedAccuracy],
    note: `${positives} with, ${negatives} without`,
  }));
  return [
    `${dataset}, split ${split}: ${images} images of ${studies} studies`,
    ...tableOf('Dice, and untrained', masks),
    ...tableOf('AUC, and untrained; balanced accuracy, and untrained', answers),
  ].join('\n');
}
