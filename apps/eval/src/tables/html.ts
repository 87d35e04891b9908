import { html, type Markup, section } from '@vividmed/pages';
import { formatCell, numberNotes, type Row, rowLabel, type Table } from './table.js';

/** The style of tables; they scroll sideways by themselves where the page is narrow. */
export const tableStyle = `
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:14px;background:var(--card)}
.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.results{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
.results caption{text-align:left;padding:12px 14px;color:var(--muted)}
.results th,.results td{padding:8px 12px;text-align:right;border-top:1px solid var(--line);font-weight:400;white-space:nowrap}
.results thead th{font-size:.82rem;color:var(--muted);vertical-align:bottom;white-space:normal;overflow-wrap:normal;min-width:5.5em}
.results thead th:first-child{text-align:left}
.results th[scope=row],.results .set{text-align:left;white-space:normal}
.results th[scope=row]{min-width:11em;position:sticky;left:0;background:var(--card)}
.results .ours{background:color-mix(in srgb,var(--accent) 8%,transparent);font-weight:600}
.results thead .ours{font-weight:700;color:var(--text)}
.results tbody+tbody tr:first-child>*{border-top:2px solid var(--line)}
.results .set{color:var(--text);font-weight:700;padding-top:14px}
.results sup a{color:var(--accent);text-decoration:none;padding:0 2px}
.notes{font-size:.86rem;color:var(--muted);margin:12px 0 0;padding-left:22px}
.notes li:target{color:var(--text);font-weight:600}
`;

function renderRow(table: Table, row: Row, numbers: readonly number[]): Markup {
  const marks = numbers.map(
    (number) =>
      html`<a href="#${table.id}-note-${number}" aria-label="note ${number} on ${row.label}, ${row.dataset}"
        >${number}</a
      > `,
  );
  return html`<tr>
    <th scope="row">${rowLabel(row)}${marks.length > 0 ? html` <sup>${marks}</sup>` : undefined}</th>
    ${table.columns.map(({ key, source }) => {
      const cell = row.cells[key];
      const about = cell && 'missing' in cell ? cell.missing : row.definitions?.[key];
      return html`<td class="${source}" ${about ? html` title="${about}"` : undefined}>
        ${formatCell(cell, row.decimals)}
      </td>`;
    })}
  </tr>`;
}

/** A table as a section of a page: a block of rows for each data set, notes below. */
export function renderTable(table: Table): Markup {
  const { notes, numbersOf } = numberNotes(table);
  const datasets = [...new Set(table.rows.map(({ dataset }) => dataset))];
  const body = html`<div class="scroll" tabindex="0" role="region" aria-labelledby="${table.id}">
      <table class="results">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            ${table.columns.map(({ label, source }) => html`<th scope="col" class="${source}">${label}</th>`)}
          </tr>
        </thead>
        ${datasets.map(
          (dataset) =>
            html`<tbody>
              <tr>
                <th class="set" scope="rowgroup" colspan="${table.columns.length + 1}">${dataset}</th>
              </tr>
              ${table.rows.filter((row) => row.dataset === dataset).map((row) => renderRow(table, row, numbersOf(row)))}
            </tbody>`,
        )}
      </table>
    </div>
    ${
      notes.length > 0
        ? html`<ol class="notes">
            ${notes.map((note, i) => html`<li id="${table.id}-note-${i + 1}">${note}</li>`)}
          </ol>`
        : undefined
    }`;
  return section(table.id, table.title, table.caption, body);
}
