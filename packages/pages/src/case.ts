import type { Volume } from '@vividmed/datasets';
import type { HeldOutCase, PagePhrase, PageReport, RealImage } from './data.js';
import type { Markup } from './html.js';
import { html, short } from './html.js';
import { largestFirst } from './overlay.js';
import { colourOf } from './palette.js';
import { type Base, type BaseOptions, createBases, drawBase, drawPanel } from './panels.js';
import { keyOf, numberTargets, type Region, regionsOf } from './regions.js';

const verdicts = { true: ['✓', 'agrees with the truth'], false: ['✗', 'does not agree with the truth'] } as const;

function renderPhrase(phrase: PagePhrase, index: number, number: number): Markup {
  const { colour: _, index: colour, again } = colourOf(number);
  const verdict = phrase.correct === undefined ? undefined : verdicts[`${phrase.correct}`];
  const state = phrase.found ? '' : ', not found in the image';
  const sign = verdict
    ? html`<span class="verdict ${phrase.correct ? 'right' : 'wrong'}" aria-hidden="true">${verdict[0]}</span>`
    : undefined;
  const label = `${phrase.text}, ${number}${state}${verdict ? `, ${verdict[1]}` : ''}`;
  return html`<span
    class="phrase c${colour}${again > 0 ? ' again' : ''}${phrase.found ? '' : ' absent'}"
    role="button"
    tabindex="0"
    aria-pressed="false"
    aria-label="${label}"
    data-number="${number}"
    data-phrase="${index}"
    >${phrase.text}<sup aria-hidden="true">${number}</sup>${sign}</span
  >`;
}

/** Plain text between phrases; a heading at the start of a line ("Findings:") stands out. */
const renderText = (text: string, atStart: boolean): Markup[] =>
  text.split(/((?:^|\n)[A-Za-z]+ ?:)/).map((part, i) => {
    const isHeading = i % 2 === 1 && (atStart || part.startsWith('\n'));
    return isHeading ? html`<b>${part}</b>` : html`${part}`;
  });

/** A report as text with coloured phrases. */
function renderReport({ text, phrases }: PageReport, numbers: ReadonlyMap<string, number>): Markup {
  let at = 0;
  const parts: Markup[] = [];
  phrases.forEach((phrase, index) => {
    parts.push(...renderText(text.slice(at, phrase.start), at === 0));
    parts.push(renderPhrase(phrase, index, numbers.get(keyOf(phrase)) ?? 1));
    at = phrase.end;
  });
  parts.push(...renderText(text.slice(at), at === 0));
  return html`<p class="report">${text.trim() === '' ? html`<i>No text.</i>` : parts}</p>`;
}

/** What an image shows, for those who do not see it. */
function describe(heading: string, volume: Volume, regions: readonly Region[]): string {
  const names = [...new Set(regions.filter(({ isFirst }) => isFirst).map(({ phrase }) => phrase.text))];
  const kind = volume.shape[0] > 1 ? `Axial slices of a ${volume.modality} volume` : `A ${volume.modality} image`;
  return `${heading}: ${kind}. Marked: ${names.length > 0 ? names.join(', ') : 'nothing'}.`;
}

function renderColumn(
  { heading, report, isTruth }: { heading: string; report: PageReport; isTruth: boolean },
  { id, volume, bases, numbers }: { id: string; volume: Volume; bases: readonly Base[]; numbers: Map<string, number> },
): Markup {
  const regions = largestFirst(regionsOf(report, numbers));
  const panels = bases.map(
    (base, i) =>
      html`<svg
        viewBox="0 0 ${short(base.frame.width)} ${short(base.frame.height)}"
        aria-hidden="true"
        focusable="false"
      >
        ${drawPanel(base, volume.shape, regions, drawBase(base, `${id}-${i}`, !isTruth))}
      </svg>`,
  );
  return html`<div class="column" data-side="${isTruth ? 'truth' : 'model'}">
    <h4>${heading}</h4>
    <div class="panels${bases.length > 1 ? ' many' : ''}" role="img" aria-label="${describe(heading, volume, regions)}">
      ${panels}
    </div>
    ${renderReport(report, numbers)}
  </div>`;
}

/** A held-out case: what the model wrote beside what is true. */
export function renderHeldOut(
  { title, volume, generated, truth }: HeldOutCase,
  id: string,
  options: BaseOptions,
): Markup {
  const numbers = numberTargets([generated, truth]);
  const regions = [...regionsOf(truth, numbers), ...regionsOf(generated, numbers)];
  const shared = { id, volume, numbers, bases: createBases(volume, regions, options) };
  return html`<article class="case" aria-labelledby="${id}-title">
    <h3 id="${id}-title">${title}</h3>
    <div class="columns">
      ${renderColumn({ heading: 'The model', report: generated, isTruth: false }, shared)}
      ${renderColumn({ heading: 'The truth', report: truth, isTruth: true }, shared)}
    </div>
  </article>`;
}

/** A real image: what the model wrote; nobody wrote a truth for it. */
export function renderReal({ title, source, volume, generated }: RealImage, id: string, options: BaseOptions): Markup {
  const numbers = numberTargets([generated]);
  const bases = createBases(volume, regionsOf(generated, numbers), options);
  return html`<article class="case real" aria-labelledby="${id}-title">
    <h3 id="${id}-title">${title}</h3>
    ${renderColumn({ heading: 'The model', report: generated, isTruth: false }, { id, volume, numbers, bases })}
    <p class="source">${source}</p>
  </article>`;
}
