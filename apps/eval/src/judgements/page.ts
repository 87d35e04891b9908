import { createHash } from 'node:crypto';
import {
  caseScript,
  checkCase,
  fitPage,
  type HeldOutCase,
  html,
  legendWithoutVerdicts,
  type Markup,
  type PageReport,
  renderDocument,
  renderHeldOut,
} from '@vividmed/pages';
import { groundings, verdicts } from './judgement.js';
import { judgementScript } from './script.js';
import { splitSentences } from './sentences.js';

/** A case to judge; its id names it in the file of judgements. */
export interface CaseToJudge extends HeldOutCase {
  id: string;
}

export const judgementStyle = `
.judge{margin-top:20px;padding:20px;background:var(--card);border:1px solid var(--line);border-radius:14px}
.judge .case{border:0;padding:0;margin:0}
.judge h4{margin-top:18px}
fieldset{border:1px solid var(--line);border-radius:10px;margin:0 0 10px;padding:8px 14px 12px;min-width:0}
fieldset:has(input:checked){border-color:var(--accent)}
legend{padding:0 6px;line-height:1.5;font-weight:500;overflow-wrap:anywhere}
.choices{display:flex;flex-wrap:wrap;gap:4px 20px}
.choices label,.row label{display:inline-flex;gap:7px;align-items:center;cursor:pointer;min-height:32px}
.row{display:flex;flex-wrap:wrap;gap:10px 28px;align-items:center;margin-top:14px}
.row input[type=number],.tools input{width:5em;font:inherit;padding:5px 8px;color:var(--text);background:var(--paper);border:1px solid var(--line);border-radius:8px}
.tools{position:sticky;bottom:0;display:flex;flex-wrap:wrap;gap:10px 18px;align-items:center;margin-top:28px;padding:12px 16px;background:var(--card);border:1px solid var(--line);border-radius:14px}
.tools input{width:11em}.tools label{display:inline-flex;gap:8px;align-items:center}
.tools p{flex:1 1 16em;color:var(--muted);font-size:.9rem}
button{font:inherit;padding:7px 16px;border-radius:10px;border:1px solid var(--line);background:var(--paper);color:var(--text);cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--card);font-weight:600}
button:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`;

const choices = (name: string, options: Readonly<Record<string, string>>): Markup =>
  html`<div class="choices">
    ${Object.entries(options).map(
      ([value, label]) => html`<label><input type="radio" name="${name}" value="${value}" /> ${label}</label>`,
    )}
  </div>`;

const question = (kind: 'sentence' | 'phrase', index: number, name: string, text: string): Markup =>
  html`<fieldset data-kind="${kind}" data-index="${index}">
    <legend>${text}</legend>
    ${choices(name, kind === 'sentence' ? verdicts : groundings)}
  </fieldset>`;

function renderQuestions({ text, phrases }: PageReport, name: string): Markup {
  const sentences = splitSentences(text);
  const shown = phrases.map((phrase, i) => ({ phrase, i })).filter(({ phrase }) => phrase.found);
  return html`<h4>Each sentence of the model</h4>
    ${sentences.map((sentence, i) => question('sentence', i, `${name}-s${i}`, sentence.text))}
    ${
      shown.length > 0
        ? html`<h4>Each phrase with a region</h4>
            ${shown.map(({ phrase, i }) => question('phrase', i, `${name}-p${i}`, phrase.text))}`
        : undefined
    }
    <div class="row">
      <label
        >Critical findings that the report leaves out
        <input class="omissions" type="number" min="0" step="1" value="0" inputmode="numeric"
      /></label>
      <label><input class="done" type="checkbox" /> Done with this report</label>
      <span class="left muted small" aria-live="polite"></span>
    </div>`;
}

/** Names the cases of a page: judgements are kept, and summed up, for the same cases alone. */
function digestOf(cases: readonly CaseToJudge[]): string {
  const hash = createHash('sha256');
  for (const { id, generated } of cases) hash.update(`${id}\n${generated.text}\n`);
  return hash.digest('hex').slice(0, 16);
}

/**
 * The page on which a reader judges generated reports sentence by sentence, as in Section 4.4 of the paper: one file that
 * keeps the judgements in the browser and writes them as a file of its own when asked.
 *
 * @throws {VividMedError} `shape` or `data` when masks, images and phrases do not fit one another.
 */
export function renderJudgementPage(title: string, notice: string, cases: readonly CaseToJudge[]): string {
  cases.forEach(({ volume, generated, truth }, i) => checkCase(`judgements: case ${i}`, volume, [generated, truth]));
  return fitPage((pixels) =>
    renderDocument({
      title,
      style: judgementStyle,
      scripts: [caseScript, judgementScript],
      body: html`<header data-page="${digestOf(cases)}">
          <h1>${title}</h1>
          <p class="lead">
            Judge what the model wrote, sentence by sentence, beside the reference. What you say stays in this browser
            until you save it as a file.
          </p>
          <p class="notice">${notice}</p>
        </header>
        <main>
          <section aria-labelledby="cases">
            <h2 id="cases">Reports</h2>
            ${legendWithoutVerdicts}
            ${cases.map(
              (item, i) =>
                html`<div class="judge" data-case="${item.id}">
                  ${renderHeldOut(item, `case-${i}`, { pixels, slices: 4 })}
                  ${renderQuestions(item.generated, `case-${i}`)}
                </div>`,
            )}
          </section>
          <div class="tools" role="group" aria-label="Your judgements">
            <label>Your name or initials <input id="reader" autocomplete="off" /></label>
            <button id="save" class="main" type="button">Save as a file</button>
            <button id="forget" type="button">Forget all</button>
            <p id="status" role="status"></p>
          </div>
        </main>
        <footer>
          <p><strong>${notice}</strong></p>
        </footer>`,
    }),
  );
}
