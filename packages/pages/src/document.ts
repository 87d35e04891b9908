import { createHash } from 'node:crypto';
import { html, Markup } from './html.js';
import { pageStyle } from './style.js';

export interface DocumentParts {
  title: string;
  /** Inside of the body. */
  body: Markup;
  /** Style beside that of all pages. */
  style?: string;
  /** Scripts, run in this order when the page is there. */
  scripts?: readonly string[];
}

/**
 * One HTML file that holds everything and loads nothing: the policy in it lets no script run but these, whatever the texts
 * of the page say, and no form be sent.
 */
export function renderDocument({ title, body, style = '', scripts = [] }: DocumentParts): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  const policy = [
    "default-src 'none'",
    'img-src data:',
    "style-src 'unsafe-inline'",
    `script-src ${hashes.length > 0 ? hashes.join(' ') : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // Made apart from the page, so that scripts keep the exact bytes of their hashes.
  const styleElement = new Markup(`<style>${pageStyle}${style}</style>`);
  const scriptElements = scripts.map((script) => new Markup(`<script>${script}</script>`));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body} ${scriptElements}
      </body>
    </html> `.text;
}

/** Bytes that a page stays below, so that it can be sent by mail. */
export const maxPageBytes = 3_000_000;
/** Longest side of images in pixels: the largest that keeps the page below its limit is taken. */
const imageSizes = [640, 512, 384, 256, 160];

/** A page with images of the largest size that keeps it below `maxPageBytes`. */
export function fitPage(render: (pixels: number) => string): string {
  let page = '';
  for (const pixels of imageSizes) {
    page = render(pixels);
    if (Buffer.byteLength(page) < maxPageBytes) break;
  }
  return page;
}
