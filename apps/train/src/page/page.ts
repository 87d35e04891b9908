import { createHash } from 'node:crypto';
import { formatDuration } from '../progress/index.js';
import { renderHeldOut, renderReal } from './case.js';
import { checkCase } from './check-data.js';
import { renderCurves } from './curves.js';
import type { PageData } from './data.js';
import { renderFigures, verdictOf } from './figures.js';
import { html, Markup } from './html.js';
import type { BaseOptions } from './panels.js';
import { pageScript } from './script.js';
import { pageStyle } from './style.js';

/** Bytes that a page stays below, so that it can be sent by mail. */
export const maxPageBytes = 3_000_000;
/** Longest side of images in pixels: the largest that keeps the page below its limit is taken. */
const imageSizes = [640, 512, 384, 256, 160];
const slicesShown = 4;

/** Nothing is loaded and no script but ours runs, whatever the texts of the page say. */
const policy = [
  "default-src 'none'",
  'img-src data:',
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(pageScript).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

// Made apart from the page, so that the script keeps the exact bytes of its hash.
const styleElement = new Markup(`<style>${pageStyle}</style>`);
const scriptElement = new Markup(`<script>${pageScript}</script>`);

const legend = html`<ul class="legend">
  <li>
    <span class="phrase c0">phrase<sup>1</sup></span> in the colour and with the number of its region
  </li>
  <li>
    <span class="phrase c0 absent">phrase<sup>2</sup></span> named, but not found in the image
  </li>
  <li>
    <span class="verdict right">✓</span> <span class="verdict wrong">✗</span> region agrees with the truth, or does not
  </li>
  <li>R, L: right and left of the patient</li>
  <li>
    <label><input type="checkbox" id="plain" /> Hide the regions</label>
  </li>
</ul>`;

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

const section = (id: string, title: string, intro: string, body: Markup): Markup =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <p class="intro">${intro}</p>
    ${body}
  </section>`;

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
  let page = '';
  for (const pixels of imageSizes) {
    page = html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <link rel="icon" href="data:," />
          <title>${data.title}</title>
          ${styleElement}
        </head>
        <body>
          ${renderBody(data, { pixels, slices: slicesShown })} ${scriptElement}
        </body>
      </html> `.text;
    if (Buffer.byteLength(page) < maxPageBytes) break;
  }
  return page;
}
