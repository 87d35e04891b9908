import { html, type Markup, short } from '@vividmed/pages';
import type { PageFigure } from './data.js';

export type Verdict = 'reached' | 'missed' | 'none';

/** Whether a figure reaches its target. One that could not be measured misses it. */
export function verdictOf({ trained, target, higherIsBetter }: PageFigure): Verdict {
  if (target === undefined) return 'none';
  return (higherIsBetter ? trained >= target : trained <= target) ? 'reached' : 'missed';
}

/** A figure as people read it. */
export function formatFigure(value: number | undefined, { format, unit }: PageFigure): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (format === 'share') return `${short(value * 100)} %`;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return `${short(value, digits)}${unit ? ` ${unit}` : ''}`;
}

/** A bar from 0 to 1 with the trained value filled, the untrained one as a ring and the target as a line. */
function renderBar(figure: PageFigure): Markup | undefined {
  if (figure.format !== 'share') return undefined;
  const x = (value: number): string => short(4 + 152 * Math.min(1, Math.max(0, value)));
  const finite = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);
  return html`<svg class="bar" viewBox="0 0 160 14" aria-hidden="true">
    <path d="M4 7H156" class="track" />
    ${
      finite(figure.trained) ? html`<path d="M4 7H${x(figure.trained)}" class="value" />` : undefined
    }${finite(figure.untrained) ? html`<circle cx="${x(figure.untrained)}" cy="7" r="3.2" class="before" />` : undefined}${
      finite(figure.target) ? html`<path d="M${x(figure.target)} 1V13" class="target" />` : undefined
    }
  </svg>`;
}

const signs: Record<Verdict, Markup> = {
  reached: html`<span class="verdict right">✓ reached</span>`,
  missed: html`<span class="verdict wrong">✗ missed</span>`,
  none: html`<span class="muted">no target</span>`,
};

/** The figures of a run, before and after training, with marks that say where a target is missed. */
export function renderFigures(figures: readonly PageFigure[]): Markup {
  const rows = figures.map((figure) => {
    const { label, untrained, trained, target, higherIsBetter } = figure;
    const aim = target === undefined ? '–' : `${higherIsBetter ? '≥' : '≤'} ${formatFigure(target, figure)}`;
    return html`<tr>
      <th scope="row">${label}</th>
      <td data-label="Untrained">${formatFigure(untrained, figure)}</td>
      <td data-label="Trained" class="strong">${formatFigure(trained, figure)}</td>
      <td class="draw">${renderBar(figure)}</td>
      <td data-label="Target">${aim}</td>
      <td data-label="Result">${signs[verdictOf(figure)]}</td>
    </tr>`;
  });
  return html`<table class="figures">
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col">Untrained</th>
          <th scope="col">Trained</th>
          <th scope="col" class="draw"><span class="hidden">Drawn</span></th>
          <th scope="col">Target</th>
          <th scope="col">Result</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <p class="muted small bar-key">Bar: trained. Ring: untrained. Line: target.</p>`;
}
