import { html, type Markup } from './html.js';

const verdicts = html`<li>
  <span class="verdict right">✓</span> <span class="verdict wrong">✗</span> region agrees with the truth, or does not
</li>`;

const legendWith = (marks: Markup | undefined): Markup =>
  html`<ul class="legend">
    <li>
      <span class="phrase c0">phrase<sup>1</sup></span> in the colour and with the number of its region
    </li>
    <li>
      <span class="phrase c0 absent">phrase<sup>2</sup></span> named, but not found in the image
    </li>
    ${marks}
    <li>R, L: right and left of the patient</li>
    <li>
      <label><input type="checkbox" id="plain" /> Hide the regions</label>
    </li>
  </ul>`;

/** What the marks of a case mean. */
export const legend = legendWith(verdicts);

/** The same for cases that do not say whether their regions are right. */
export const legendWithoutVerdicts = legendWith(undefined);
