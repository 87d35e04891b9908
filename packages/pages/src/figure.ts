import { checkCase } from './check-data.js';
import type { HeldOutCase, PageReport, RealImage } from './data.js';
import { html, type Markup, short } from './html.js';
import { largestFirst } from './overlay.js';
import { colourOf, dashOf } from './palette.js';
import { type Base, createBases, drawBase, drawPanel } from './panels.js';
import { keyOf, numberTargets, regionsOf } from './regions.js';
import { type Fragment, layoutReport } from './text-layout.js';

const columnWidth = 480;
const margin = 20;
const between = 3;
const fontSize = 15;
const lineHeight = 25;
const top = 64;

/** Sides of the grid of images of a column. */
function gridOf(bases: readonly Base[]): { across: number; width: number; height: number } {
  const across = bases.length > 1 ? 2 : 1;
  const { frame } = bases[0] as Base;
  const width = (columnWidth - (across - 1) * between) / across;
  return { across, width, height: (width * frame.height) / frame.width };
}

function drawFragment(fragment: Fragment, report: PageReport, numbers: ReadonlyMap<string, number>): Markup {
  const { text, x, line, phrase: index, isEnd } = fragment;
  const y = line * lineHeight;
  // The estimated width is made the true one, so that phrases fit their marks in whatever font is there.
  const write = (shown: string, width: number): Markup =>
    html`<text
      x="${short(x)}"
      y="${y}"
      font-size="${fontSize}"
      fill="#171b21"
      textLength="${short(width)}"
      lengthAdjust="spacingAndGlyphs"
      xml:space="preserve"
      >${shown}</text
    >`;
  if (index === undefined) return write(text, fragment.width);
  const phrase = report.phrases[index]!;
  const number = numbers.get(keyOf(phrase)) ?? 1;
  const { ink } = colourOf(number).colour;
  const [left, width] = [short(x - 2), short(fragment.width + (isEnd ? 10 : 4))];
  const mark = phrase.found
    ? html`<rect x="${left}" y="${y - 15}" width="${width}" height="20" rx="3" fill="${ink}" fill-opacity=".16" /><path
          d="M${left} ${y + 5}h${width}"
          stroke="${ink}"
          stroke-width="2.2"
          stroke-dasharray="${dashOf(number)}"
        />`
    : html`<rect
        x="${left}"
        y="${y - 15}"
        width="${width}"
        height="20"
        rx="3"
        fill="none"
        stroke="${ink}"
        stroke-dasharray="3 2"
      />`;
  const label = isEnd
    ? html`<text x="${short(x + fragment.width + 1)}" y="${y - 5}" font-size="9.5" font-weight="700" fill="#171b21"
        >${number}</text
      >`
    : undefined;
  return html`${mark}${write(text, fragment.width)}${label}`;
}

/**
 * A grounded result as one SVG file: the image with its regions over the report with phrases in the same colours, beside the
 * truth where there is one. For documents; it holds everything it needs, and has a white ground.
 *
 * @throws {VividMedError} `shape` or `data` when masks, image and phrases do not fit one another.
 */
export function renderFigure(
  item: HeldOutCase | RealImage,
  { pixels = 512, notice = 'Not for clinical use' } = {},
): string {
  const columns = [
    { heading: 'The model', report: item.generated },
    ...('truth' in item ? [{ heading: 'The truth', report: item.truth }] : []),
  ];
  const reports = columns.map(({ report }) => report);
  checkCase('renderFigure', item.volume, reports);
  const numbers = numberTargets(reports);
  const regions = reports.map((report) => largestFirst(regionsOf(report, numbers).filter(({ isFirst }) => isFirst)));
  const bases = createBases(item.volume, regions.flat(), { pixels, slices: 4 });
  const grid = gridOf(bases);
  const gridHeight = Math.ceil(bases.length / grid.across) * (grid.height + between) - between;
  const texts = reports.map((report) => layoutReport(report, columnWidth, fontSize));
  const lines = 1 + Math.max(...texts.flat().map(({ line }) => line), 0);
  const width = columns.length * columnWidth + (columns.length + 1) * margin;
  const height = top + gridHeight + 32 + (lines - 1) * lineHeight + 28;

  const drawColumn = (column: (typeof columns)[number], c: number): Markup => {
    const panels = bases.map((base, i) => {
      const [x, y] = [
        (i % grid.across) * (grid.width + between),
        Math.floor(i / grid.across) * (grid.height + between),
      ];
      return html`<svg
        x="${short(x)}"
        y="${short(y)}"
        width="${short(grid.width)}"
        height="${short(grid.height)}"
        viewBox="0 0 ${short(base.frame.width)} ${short(base.frame.height)}"
      >
        ${drawPanel(base, item.volume.shape, regions[c]!, drawBase(base, `image-${i}`, c === 0))}
      </svg>`;
    });
    const fragments = texts[c]!.map((fragment) => drawFragment(fragment, column.report, numbers));
    return html`<g transform="translate(${margin + c * (columnWidth + margin)} ${top})"
      ><text y="-10" font-size="12.5" font-weight="600" fill="#545d69">${column.heading}</text>${panels}<g
        transform="translate(0 ${short(gridHeight + 32)})"
        >${fragments}</g
      ></g
    >`;
  };
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${short(height)}"
    viewBox="0 0 ${width} ${short(height)}"
    font-family="Helvetica, Arial, sans-serif"
    role="img"
  >
    <title>${`${item.title}: a report with its phrases and regions in matching colours`}</title>
    <rect width="${width}" height="${short(height)}" rx="12" fill="#fff" />
    <text x="${margin}" y="32" font-size="17" font-weight="700" fill="#171b21">${item.title}</text>
    <text x="${width - margin}" y="32" text-anchor="end" font-size="12.5" font-weight="600" fill="#a3261b">
      ${notice}
    </text>
    ${columns.map(drawColumn)}
  </svg> `.text;
}
