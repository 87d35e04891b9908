import { VividMedError } from '@vividmed/core';
import { escapeHtml, html, maxPageBytes, type PageReport, renderFigure } from '@vividmed/pages';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderCurves } from './curves.js';
import { lossNames, type LossRecord, type PageData } from './data.js';
import { demoData } from './demo-data.js';
import { formatFigure, verdictOf } from './figures.js';
import { renderPage } from './page.js';
import { logTicks, smooth, thin, ticks } from './series.js';

const hostile = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&\u0000\u001B\uD800`;

let data: PageData;
let page: string;
beforeAll(() => {
  data = demoData(12);
  page = renderPage(data);
});

/** The same value with every text in it replaced, those that the renderer interprets left alone. */
function replaceTexts(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, text));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'format' ? item : replaceTexts(item, text)]),
  );
}

/** The same report about hostile text: its phrases stand one character apart. */
const hostileReport = ({ phrases }: PageReport): PageReport => ({
  text: phrases.map(() => hostile).join(' '),
  phrases: phrases.map((phrase, i) => ({
    ...phrase,
    text: hostile,
    targetName: hostile,
    start: i * (hostile.length + 1),
    end: i * (hostile.length + 1) + hostile.length,
  })),
});

describe('escaping', () => {
  it('makes markup and characters that XML forbids harmless', () => {
    expect(escapeHtml(hostile)).toBe(
      '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&quot;&amp;\uFFFD\uFFFD\uFFFD',
    );
  });

  it('applies to texts, not to markup, and knows lists and nothing', () => {
    expect(html`<p>${['<', html`<b>${'>'}</b>`]}${undefined}${0}</p>`.text).toBe('<p>&lt;<b>&gt;</b>0</p>');
  });

  it('covers every text of the data, on the page and in the figure', () => {
    const bad = replaceTexts(data, hostile) as PageData;
    const heldOut = bad.heldOut.map((item, i) => ({
      ...item,
      generated: hostileReport(data.heldOut[i]!.generated),
      truth: hostileReport(data.heldOut[i]!.truth),
    }));
    const real = bad.real.map((item, i) => ({ ...item, generated: hostileReport(data.real[i]!.generated) }));
    const rendered = renderPage({ ...bad, heldOut, real });
    expect(rendered.match(/<script/g)).toHaveLength(1);
    expect(rendered.match(/<\/script/g)).toHaveLength(1);
    const figure = renderFigure(heldOut[0]!, { notice: hostile });
    for (const text of [rendered, figure]) {
      expect(text).not.toMatch(/<img|onerror="/);
      // oxlint-disable-next-line no-control-regex -- these may not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u001B]|\p{Surrogate}/u);
      expect(text).toContain('&lt;img src=x');
    }
  });
});

describe('page', () => {
  it('stays below its limit and refers to nothing outside of itself', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(maxPageBytes);
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
  });

  it('carries each picture once, though both columns show it', () => {
    const uris = page.match(/data:image\/png;base64,[\w+/=]+/g)!;
    expect(new Set(uris).size).toBe(uris.length);
    expect(page.match(/<use href="#held-out-/g)).toHaveLength(uris.length - data.real.length);
  });

  it('makes its images smaller rather than grow beyond its limit', () => {
    const noise = Float32Array.from({ length: 512 * 512 }, (_, i) => ((i * 2654435761) % 4096) ^ (i % 977));
    const volume = { data: noise, shape: [1, 512, 512], spacingMm: [1, 1, 1], modality: 'CR' } as const;
    const one = { title: 'a', source: 'b', volume, generated: { text: 'c', phrases: [] } };
    const many = renderPage({ ...data, heldOut: [], real: Array(8).fill(one) as PageData['real'] });
    expect(Buffer.byteLength(many)).toBeLessThan(maxPageBytes);
  });

  it('leaves out what there is none of', () => {
    const empty = renderPage({ ...data, heldOut: [], real: [], stages: [], figures: [], commands: [] });
    expect(empty).toContain(data.notice);
    expect(empty).not.toContain('<section');
  });

  it('refuses masks of another grid and phrases that overlap', () => {
    const [first] = data.heldOut;
    const phrase = { start: 0, end: 3, text: 'abc', boxes: [], found: true };
    const withPhrases = (phrases: PageReport['phrases']): PageData => ({
      ...data,
      heldOut: [{ ...first!, generated: { text: 'abcdef', phrases } }],
    });
    expect(() => renderPage(withPhrases([{ ...phrase, mask: new Uint8Array(7) }]))).toThrow(
      /mask of \d+ voxels.*found 7/,
    );
    expect(() => renderPage(withPhrases([phrase, { ...phrase, start: 2 }]))).toThrow(VividMedError);
  });
});

describe('figures', () => {
  const figure = { label: 'a', untrained: 0, trained: 0.5, higherIsBetter: true, format: 'share' } as const;

  it('are said to miss their target when they do, or when they could not be measured', () => {
    expect(verdictOf({ ...figure, target: 0.5 })).toBe('reached');
    expect(verdictOf({ ...figure, target: 0.51 })).toBe('missed');
    expect(verdictOf({ ...figure, target: 0.4, higherIsBetter: false })).toBe('missed');
    expect(verdictOf({ ...figure, target: 0.4, trained: Number.NaN })).toBe('missed');
    expect(verdictOf(figure)).toBe('none');
    expect(page).toContain('✗ missed');
  });

  it('are written in percent or with their unit, and as a dash when missing', () => {
    expect(formatFigure(0.9474, figure)).toBe('94.7 %');
    expect(formatFigure(12.345, { ...figure, format: 'number', unit: 'mm' })).toBe('12.3 mm');
    expect(formatFigure(Number.NaN, figure)).toBe('–');
  });
});

describe('curves', () => {
  const record = (step: number, values: Partial<LossRecord>): LossRecord =>
    ({ ...Object.fromEntries(lossNames.map((name) => [name, 0])), step, ...values }) as LossRecord;

  it('draw each stage of a term, and say when a stage did not train it', () => {
    const stage = (name: string, records: LossRecord[]) => ({ name, steps: 2, seconds: 1, records });
    const svg = renderCurves([
      stage('one', [record(1, { lm: 3, dice: 0.5 }), record(2, { lm: 2, dice: 0.4 })]),
      stage('two', [record(1, { lm: 1 }), record(2, { lm: Number.NaN })]),
    ]).text;
    const panel = (title: string): string =>
      svg.split('<figure').find((part) => part.includes(`<b>${title}</b>`)) as string;
    expect(panel('Text').match(/class="mean/g)).toHaveLength(2);
    expect(panel('Mask, Dice').match(/class="mean/g)).toHaveLength(1);
    expect(panel('Mask, Dice')).toContain('not trained');
    expect(panel('Presence')).toContain('Not trained.');
    expect(svg).not.toContain('NaN');
  });

  it('keep their mean when thinned and smoothed', () => {
    const points = Array.from({ length: 90 }, (_, i) => [i, i % 3] as const);
    expect(thin(points, 30)).toHaveLength(30);
    expect(thin(points, 30).every(([, value]) => value === 1)).toBe(true);
    expect(smooth(points, 1)[10]).toEqual([10, 1]);
  });

  it('have round marks inside the range', () => {
    expect(ticks(0, 1.1, 4)).toEqual([0, 0.5, 1]);
    expect(logTicks(0.15, 6)).toEqual([0.2, 0.5, 1, 2, 5]);
    expect(ticks(2, 2, 4)).toEqual([2]);
  });
});

describe('figure', () => {
  it('is one SVG with the regions and phrases of both columns', () => {
    const [item] = data.heldOut;
    const svg = renderFigure(item!);
    expect(svg).toMatch(/^<svg\s+xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).not.toMatch(/href="(?!data:|#)/);
    expect(svg).toContain('The truth');
    expect(renderFigure(data.real[0]!)).not.toContain('The truth');
  });
});
