import { html } from './html.js';

/** What the marks of a case mean. */
export const legend = html`<ul class="legend">
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
