import type { BenchResult, Row } from './result.js';

const milliseconds = (ms: number): string => {
  if (ms < 0.1) return `${(ms * 1000).toFixed(1)} µs`;
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
};

/** Rate of the operations of a row, as a share of what the machine's own product reaches. */
function share({ flops, measured }: Row, ours: string, peak: number): string {
  const ms = measured[ours]?.ms?.median;
  if (flops === undefined || ms === undefined || peak === 0) return '';
  return `${((100 * flops) / (ms * 1e6) / peak).toFixed(0)} %`;
}

function ratioText({ ratios, targets }: Row, other: string): string {
  const ratio = ratios[other];
  if (!ratio) return '-';
  const target = targets?.[other];
  const verdict = target === undefined ? '' : ` ${ratio.median >= target ? '≥' : '< the aim of'} ${target}`;
  return `${ratio.median.toPrecision(3)} (${ratio.min.toPrecision(2)}-${ratio.max.toPrecision(2)})${verdict}`;
}

/** Columns as wide as their widest cell. */
export function align(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}

/** The result as a table for people: a heading per group, then what failed and what does not agree. */
export function renderTable({ engines, rows, peakGflops }: BenchResult): string {
  const names = Object.keys(engines);
  const [ours, ...others] = names as [string, ...string[]];
  const peak = Math.max(0, ...Object.values(peakGflops));
  const text: string[] = [];
  for (const name of names) {
    const facts = Object.entries(engines[name]!).map(([key, value]) => `${key} ${value}`);
    text.push(`${name}: ${facts.join(', ')}`);
  }
  if (engines['torch']?.['blas'] === 'reference') {
    text.push('torch computes with the reference BLAS: its times mean little until libopenblas0-pthread is installed');
  }
  text.push(`the product 1024³ reached ${peak.toFixed(0)} GFLOP/s: "share" is of that`);
  for (const group of new Set(rows.map((row) => row.group))) {
    const head = [group, ...names, ...others.map((name) => `${name} / ${ours}`), 'share'];
    const body = rows
      .filter((row) => row.group === group)
      .map((row) => [
        row.name,
        ...names.map((name) => {
          const ms = row.measured[name]?.ms;
          return ms ? milliseconds(ms.median) : '-';
        }),
        ...others.map((name) => ratioText(row, name)),
        share(row, ours, peak),
      ]);
    text.push('', ...align([head, ...body]));
  }
  const writing = rows.filter(({ tokens }) => tokens !== undefined);
  if (writing.length > 0) {
    const rate = (tokens: number, ms: number | undefined): string =>
      ms === undefined ? '-' : ((1000 * tokens) / ms).toFixed(0);
    const body = writing.map(({ name, tokens, measured }) => [
      name,
      ...names.map((engine) => rate(tokens!, measured[engine]?.ms?.median)),
    ]);
    text.push('', ...align([['tokens per second', ...names], ...body]));
  }
  const memory = rows.filter(({ measured }) => measured[ours]?.peakBytes !== undefined);
  if (memory.length > 0) {
    const mib = (bytes: number | undefined): string =>
      bytes === undefined ? '-' : `${Math.round(bytes / 2 ** 20)} MiB`;
    const body = memory.map(({ name, measured }) => [name, ...names.map((engine) => mib(measured[engine]?.peakBytes))]);
    text.push('', ...align([['peak memory', ...names], ...body]));
  }
  for (const { name, measured, agree } of rows) {
    for (const [engine, { error }] of Object.entries(measured)) {
      if (error) text.push(`${name}, ${engine}: ${error}`);
    }
    if (agree === false) {
      const values = Object.entries(measured).map(([engine, { value }]) => `${engine} ${value}`);
      text.push(`${name}: the engines do not compute the same: ${values.join(', ')}`);
    }
  }
  return text.join('\n');
}
