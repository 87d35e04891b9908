import type { PageFigure } from '../page/index.js';
import type { QuickstartConfig } from './config.js';
import type { Evaluation } from './evaluate.js';

interface Row {
  label: string;
  of: (evaluation: Evaluation) => number;
  target?: keyof QuickstartConfig['targets'];
  format?: PageFigure['format'];
}

const mean = (...values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The table of the quickstart, in the order in which it is printed and drawn. */
const rows: readonly Row[] = [
  { label: 'Dice, lungs, 2D', of: (e) => e.localisation.radiographs.dice.lungs, target: 'diceLungs' },
  { label: 'Dice, lungs, 3D', of: (e) => e.localisation.cts.dice.lungs, target: 'diceLungs' },
  { label: 'Dice, heart, 2D', of: (e) => e.localisation.radiographs.dice.heart, target: 'diceHeart' },
  { label: 'Dice, heart, 3D', of: (e) => e.localisation.cts.dice.heart, target: 'diceHeart' },
  { label: 'Box AP50, 2D', of: (e) => e.localisation.radiographs.ap50, target: 'ap50' },
  { label: 'Box AP50, 3D', of: (e) => e.localisation.cts.ap50, target: 'ap50' },
  {
    label: 'Mean GIoU',
    of: (e) => mean(e.localisation.radiographs.meanGiou, e.localisation.cts.meanGiou),
    format: 'number',
  },
  { label: 'Finding F1, macro', of: (e) => e.text.findingF1, target: 'findingF1' },
  { label: 'VQA accuracy', of: (e) => e.text.vqaAccuracy, target: 'vqaAccuracy' },
  { label: 'BLEU-4', of: (e) => e.text.bleu4 },
  { label: 'Phrases on the right region', of: (e) => e.text.groundedShare },
];

/** Every figure of the untrained and the trained model, with the targets that were set. */
export function figuresOf(
  untrained: Evaluation,
  trained: Evaluation,
  targets: QuickstartConfig['targets'],
): PageFigure[] {
  return rows.map(({ label, of, target, format = 'share' }): PageFigure => {
    const value = target === undefined ? null : targets[target];
    return {
      label,
      untrained: of(untrained),
      trained: of(trained),
      ...(value === null ? {} : { target: value }),
      higherIsBetter: true,
      format,
    };
  });
}

/** Whether a figure reaches its target; true where none was set. */
export const isReached = ({ trained, target }: PageFigure): boolean => target === undefined || trained >= target;

/** The table for a terminal. */
export function figuresText(figures: readonly PageFigure[]): string {
  const lines = figures.map((figure) => {
    const number = (value: number): string => value.toFixed(3).padStart(9);
    const goal = figure.target === undefined ? '' : `${isReached(figure) ? 'reached' : 'MISSED'} (${figure.target})`;
    return `${figure.label.padEnd(28)}${number(figure.untrained)}${number(figure.trained)}  ${goal}`;
  });
  return [`${''.padEnd(28)}untrained  trained`, ...lines].join('\n');
}
