import {
  caseScript,
  checkCase,
  fitPage,
  type HeldOutCase,
  html,
  legend,
  type Markup,
  renderDocument,
  renderHeldOut,
  section,
} from '@vividmed/pages';
import type { ScoredSet } from '../score/scored-set.js';
import { renderTable, tableStyle } from '../tables/html.js';
import type { Table } from '../tables/table.js';

export interface ResultsData {
  title: string;
  /** What was measured, in a sentence. */
  summary: string;
  notice: string;
  tables: readonly Table[];
  sets: readonly ScoredSet[];
  cases: readonly HeldOutCase[];
  /** Name of the file for judgements beside the page, where there is one. */
  judgementFile?: string;
}

const taskNames: Record<ScoredSet['task'], string> = {
  localisation: 'localisation',
  vqa: 'questions',
  report: 'reports',
  groundedReport: 'grounded reports',
};

const facts = (sets: readonly ScoredSet[]): Markup =>
  html`<dl class="facts">
    ${sets.map(
      ({ dataset, task, numSamples }) =>
        html`<div>
          <dt>${dataset}, ${taskNames[task]}</dt>
          <dd>${numSamples.toLocaleString('en-US')} samples</dd>
        </div>`,
    )}
  </dl>`;

/**
 * The page of an evaluation: tables with the published figures beside ours, and cases with regions. One file that loads
 * nothing.
 *
 * @throws {VividMedError} `shape` or `data` when masks, images and phrases do not fit one another.
 */
export function renderResults({ title, summary, notice, tables, sets, cases, judgementFile }: ResultsData): string {
  cases.forEach(({ volume, generated, truth }, i) => checkCase(`results: case ${i}`, volume, [generated, truth]));
  return fitPage((pixels) =>
    renderDocument({
      title,
      style: tableStyle,
      scripts: [caseScript],
      body: html`<header>
          <h1>${title}</h1>
          <p class="lead">${summary}</p>
          <p class="notice">${notice}</p>
          ${facts(sets)}
        </header>
        <main>
          ${tables.map(renderTable)}
          ${
            cases.length > 0
              ? section(
                  'cases',
                  'Cases',
                  'What the model wrote beside the reference. Point at a phrase, or move to it with the Tab key, to bring out what it names in both columns.',
                  html`${legend}
                  ${
                    judgementFile === undefined
                      ? undefined
                      : html`<p class="small">
                          Reports can be judged sentence by sentence on
                          <a href="${judgementFile}">a page of its own</a>.
                        </p>`
                  }
                  ${cases.map((item, i) => renderHeldOut(item, `case-${i}`, { pixels, slices: 4 }))}`,
                )
              : undefined
          }
        </main>
        <footer>
          <p><strong>${notice}</strong></p>
          <p>Reports and regions of the model on this page were written by a machine.</p>
        </footer>`,
    }),
  );
}
