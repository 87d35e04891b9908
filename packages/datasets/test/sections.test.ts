import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reportBody, reportSections, withoutPlaceholders } from '../src/index.js';

describe('reportSections', () => {
  test('cuts at words in capitals before a colon at the beginning of a line', () => {
    const report =
      'FINAL REPORT\nEXAM: Chest\n\nFINDINGS:\n Size 3: small.\n Note: heart\n is big.\nIMPRESSION:   Big heart.';
    expect(reportSections(report)).toEqual([
      { heading: '', text: 'FINAL REPORT' },
      { heading: 'EXAM', text: 'Chest' },
      { heading: 'FINDINGS', text: 'Size 3: small. Note: heart is big.' },
      { heading: 'IMPRESSION', text: 'Big heart.' },
    ]);
  });

  test('keeps every word of every report, in order', () => {
    const line = fc.constantFrom(
      'FINDINGS:',
      'IMPRESSION: clear',
      'INDICATION: cough',
      '',
      'the lungs',
      'A: b',
      '  heart  big',
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const words = (text: string): string[] =>
          text.split(/\s+/).filter((word) => word !== '' && !/^[A-Z]{3,}:$/.test(word));
        const kept = reportSections(lines.join('\n')).flatMap(({ text }) => words(text));
        expect(kept).toEqual(lines.flatMap(words));
      }),
      { seed: 5 },
    );
  });
});

describe('reportBody', () => {
  test('has the findings and the impression, whatever the headings are called', () => {
    expect(reportBody('FINDINGS: Clear.\n\nMore.\n\nCONCLUSION: Normal.')).toEqual({
      findings: 'Clear. More.',
      impression: 'Normal.',
    });
    expect(reportBody('FINDINGS AND IMPRESSION: Clear.')).toEqual({ findings: 'Clear.' });
    expect(reportBody('IMPRESSION AND RECOMMENDATION:\nNormal.')).toEqual({ impression: 'Normal.' });
  });

  test('takes a paragraph under no heading behind the indication for the findings, and not the title', () => {
    const report =
      'FINAL REPORT\n\nINDICATION:  Cough\n for a week.\n\nThe lungs are clear.\nThe heart too.\n\nIMPRESSION: Normal.';
    expect(reportBody(report)).toEqual({ findings: 'The lungs are clear. The heart too.', impression: 'Normal.' });
    expect(reportBody('Just a text.')).toEqual({});
    expect(reportBody('')).toEqual({});
  });
});

test('placeholders go with the signs around them, and nothing else does', () => {
  expect(withoutPlaceholders('Compared to ___, no change (___) by Dr. ___, XXXX.')).toBe(
    'Compared to, no change by Dr.',
  );
  expect(withoutPlaceholders('Snake_case stays, x_y too.')).toBe('Snake_case stays, x_y too.');
});
