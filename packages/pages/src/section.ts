import { html, type Markup } from './html.js';

/** A section of a page under its heading. */
export const section = (id: string, title: string, intro: string, body: Markup): Markup =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <p class="intro">${intro}</p>
    ${body}
  </section>`;
