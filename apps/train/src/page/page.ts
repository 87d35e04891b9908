import { formatDuration } from '@vividmed/command';
import {
  type BaseOptions,
  caseScript,
  checkCase,
  fitPage,
  html,
  legend,
  type Markup,
  renderDocument,
  renderHeldOut,
  renderReal,
  section,
} from '@vividmed/pages';
import { renderCurves } from './curves.js';
import type { PageData } from './data.js';
import { renderFigures, verdictOf } from './figures.js';
import { runStyle } from './style.js';

const slicesShown = 4;

function renderFacts({ run, figures, stages }: PageData): Markup {
  const verdicts = figures.map(verdictOf).filter((verdict) => verdict !== 'none');
  const reached = verdicts.filter((verdict) => verdict === 'reached').length;
  const facts: [string, string][] = [
    ['Whole run', formatDuration(run.seconds)],
    ['Engine', run.engine],
    ['Steps', stages.reduce((sum, { steps }) => sum + steps, 0).toLocaleString('en-US')],
    ...(run.parameters === undefined
      ? []
      : [['Parameters', run.parameters.toLocaleString('en-US')] satisfies [string, string]]),
    ['Seed', String(run.seed)],
    ...(verdicts.length === 0
      ? []
      : [['Targets reached', `${reached} of ${verdicts.length}`] satisfies [string, string]]),
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function renderBody(data: PageData, options: BaseOptions): Markup {
  const { heldOut, real, stages, figures, commands } = data;
  const sections: (Markup | undefined)[] = [
    heldOut.length === 0
      ? undefined
      : section(
          'held-out',
          'Images it never saw, beside the truth',
          'Point at a phrase, or move to it with the Tab key, to bring out what it names in both columns. Click to keep it.',
          html`${legend}${heldOut.map((item, i) => renderHeldOut(item, `held-out-${i}`, options))}`,
        ),
    real.length === 0
      ? undefined
      : section(
          'real',
          'Real images',
          'The model was trained on drawn images alone, so this shows how far it carries. There is no truth to compare with.',
          html`${heldOut.length === 0 ? legend : undefined}
            <div class="reals">${real.map((item, i) => renderReal(item, `real-${i}`, options))}</div>`,
        ),
    figures.length === 0
      ? undefined
      : section(
          'figures',
          'Figures',
          'Measured on held-out images, before and after training.',
          renderFigures(figures),
        ),
    stages.length === 0
      ? undefined
      : section(
          'curves',
          'Loss curves',
          'One panel for each term of the loss, with the stages of training side by side on one scale.',
          renderCurves(stages),
        ),
    commands.length === 0
      ? undefined
      : section(
          'next',
          'Go on from here',
          'Each line runs in the folder of the project.',
          html`<dl class="commands">
            ${commands.map(
              ({ command, purpose }) =>
                html`<div>
                  <dt>${purpose}</dt>
                  <dd><code>${command}</code></dd>
                </div>`,
            )}
          </dl>`,
        ),
  ];
  return html`<header>
      <h1>${data.title}</h1>
      <p class="lead">${data.summary}</p>
      <p class="notice">${data.notice}</p>
      ${renderFacts(data)}
    </header>
    <main>${sections}</main>
    <footer>
      <p><strong>${data.notice}</strong></p>
      <p>Reports and regions on this page were written by a model.</p>
    </footer>`;
}

/**
 * The result page of a run: one HTML file that holds everything and loads nothing. Stays below `maxPageBytes` by making its
 * images smaller.
 *
 * @throws {VividMedError} `shape` or `data` when masks, images and phrases do not fit one another.
 */
export function renderPage(data: PageData): string {
  data.heldOut.forEach(({ volume, generated, truth }, i) =>
    checkCase(`renderPage: held-out case ${i}`, volume, [generated, truth]),
  );
  data.real.forEach(({ volume, generated }, i) => checkCase(`renderPage: real image ${i}`, volume, [generated]));
  return fitPage((pixels) =>
    renderDocument({
      title: data.title,
      body: renderBody(data, { pixels, slices: slicesShown }),
      style: runStyle,
      scripts: [caseScript],
    }),
  );
}
