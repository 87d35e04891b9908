import { formatDuration } from '@vividmed/command';
import { html, type Markup, short } from '@vividmed/pages';
import { type LossName, lossNames, type PageStage } from './data.js';
import { logTicks, type Point, smooth, thin, ticks } from './series.js';

const names: Record<LossName, [string, string]> = {
  total: ['Total', 'weighted sum of the losses'],
  lm: ['Text', 'cross-entropy of the next token'],
  dice: ['Mask, Dice', '1 − Dice'],
  maskFocal: ['Mask, focal', 'focal cross-entropy'],
  boxL1: ['Box, L1', 'distance of box corners'],
  boxGiou: ['Box, GIoU', '1 − GIoU'],
  presence: ['Presence', 'focal cross-entropy'],
  cells: ['Cells', 'cross-entropy of what patches show'],
};

const size = { width: 276, height: 190, left: 36, right: 4, top: 8, bottom: 34 };
const maxPoints = 160;

const curveOf = ({ records }: PageStage, name: LossName): Point[] =>
  records.flatMap((record): Point[] => {
    const value = record[name];
    return Number.isFinite(value) && value !== 0 ? [[record.step, value]] : [];
  });

const label = (value: number): string => {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  return magnitude >= 1000 || magnitude < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(2)));
};

/** One panel: the three stages side by side, each on its own share of the width, on one scale of values. */
function renderPanel(name: LossName, stages: readonly PageStage[]): Markup {
  const curves = stages.map((stage) => thin(curveOf(stage, name), maxPoints));
  const values = curves.flat().map(([, value]) => value);
  const [title, unit] = names[name];
  const caption = html`<figcaption><b>${title}</b> <span>${unit}</span></figcaption>`;
  if (values.length === 0)
    return html`<figure class="curve">
      ${caption}
      <p class="none">Not trained.</p>
    </figure>`;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isLog = least > 0 && most / least > 15;
  const low = isLog ? least * 0.9 : Math.min(0, least);
  const high = most > low ? most * (isLog ? 1.1 : 1.04) : low + 1;
  const scale = isLog ? Math.log10 : (value: number): number => value;
  const innerHeight = size.height - size.top - size.bottom;
  const yOf = (value: number): number =>
    size.top + innerHeight * (1 - (scale(value) - scale(low)) / (scale(high) - scale(low)));

  const gap = 6;
  const slot = (size.width - size.left - size.right - gap * (stages.length - 1)) / stages.length;
  const parts = stages.map((stage, i) => {
    const x = size.left + i * (slot + gap);
    const last = Math.max(1, stage.steps, ...stage.records.map(({ step }) => step));
    const path = (points: readonly Point[]): string =>
      points
        .map(([step, value], k) => `${k ? 'L' : 'M'}${short(x + (step / last) * slot)} ${short(yOf(value))}`)
        .join('');
    const curve = curves[i] as Point[];
    const lines =
      curve.length === 0
        ? html`<text x="${short(x + slot / 2)}" y="${size.top + innerHeight / 2}" text-anchor="middle" class="note"
            >not trained</text
          >`
        : html`<path d="${path(curve)}" class="raw s${i % 4}" /><path
              d="${path(smooth(curve, Math.ceil(curve.length / 14)))}"
              class="mean s${i % 4}"
            />`;
    const ground = html`<rect
      x="${short(x)}"
      y="${size.top}"
      width="${short(slot)}"
      height="${innerHeight}"
      class="ground"
    />`;
    const steps = html`<text x="${short(x + slot / 2)}" y="${size.height - 20}" text-anchor="middle"
      ><tspan class="stage">${i + 1}:</tspan> ${last}</text
    >`;
    return { ground, lines: html`${lines}${steps}` };
  });
  const marks = (isLog ? logTicks(low, high) : ticks(low, high, 4)).map(
    (value) =>
      html`<path d="M${size.left} ${short(yOf(value))}H${size.width - size.right}" class="grid" /><text
          x="${size.left - 5}"
          y="${short(yOf(value) + 3.5)}"
          text-anchor="end"
          >${label(value)}</text
        >`,
  );
  const ends = curves
    .map((curve, i) =>
      curve.length > 0 ? `stage ${i + 1} from ${label(curve[0]![1])} to ${label(curve.at(-1)![1])}` : '',
    )
    .filter(Boolean);
  return html`<figure class="curve">
    ${caption}<svg
      viewBox="0 0 ${size.width} ${size.height}"
      role="img"
      aria-label="${`${title}: ${ends.join('; ')}.`}"
    >
      ${parts.map(({ ground }) => ground)}${marks}${parts.map(({ lines }) => lines)}
      <text x="${size.left}" y="${size.height - 4}" class="note">stage: steps</text>
      <text x="${size.width - size.right}" y="${size.height - 4}" text-anchor="end" class="note">
        ${isLog ? 'loss on a log scale' : 'loss'}
      </text>
    </svg>
  </figure>`;
}

/** Loss curves, one panel a term, and a key with the stages. */
export function renderCurves(stages: readonly PageStage[]): Markup {
  const key = stages.map(
    ({ name, steps, seconds }, i) =>
      html`<li>
        <i class="line s${i % 4}"></i><b>${i + 1}. ${name}</b
        ><span>${steps.toLocaleString('en-US')} steps, ${formatDuration(seconds)}</span>
      </li>`,
  );
  return html`<div class="curves">
    ${lossNames.map((name) => renderPanel(name, stages))}
    <div class="curve key">
      <ul>
        ${key}
      </ul>
      <p class="muted small">Faint: as measured. Strong: moving mean.</p>
    </div>
  </div>`;
}
