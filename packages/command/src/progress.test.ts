import { describe, expect, it } from 'vitest';
import { createProgress, formatDuration } from './progress.js';

function fakes(isTTY: boolean, columns = 100) {
  let ms = 0;
  const written: string[] = [];
  return {
    written,
    last: () => written.at(-1) as string,
    stream: { isTTY, columns, write: (text: string) => written.push(text) },
    now: () => ms,
    pass: (seconds: number) => {
      ms += seconds * 1000;
    },
  };
}

describe('progress on a terminal', () => {
  it('redraws one line with the share done, the rate and the time left', () => {
    const { written, last, pass, stream, now } = fakes(true);
    const progress = createProgress({ label: 'stage 1', total: 200, unit: 'steps', stream, now });
    expect(written).toHaveLength(1);
    pass(10);
    progress.update(50, 'loss 1.25');
    expect(last()).toBe(
      '\rstage 1 [######..................] 25%  50/200 steps, 5.0 steps/s, 30 s left, loss 1.25\u001b[K',
    );
    expect(written.join('')).not.toContain('\n');
  });

  it('draws at most ten times a second', () => {
    const { written, pass, stream, now } = fakes(true);
    const progress = createProgress({ label: 'x', total: 1000, unit: 'steps', stream, now });
    for (let step = 1; step <= 1000; step++) {
      pass(0.001);
      progress.update(step);
    }
    expect(written.length).toBeLessThanOrEqual(12);
  });

  it('never writes a line as wide as the terminal, which would wrap', () => {
    const { written, pass, stream, now } = fakes(true, 40);
    const progress = createProgress({ label: 'a stage with a long name', total: 10, unit: 'steps', stream, now });
    pass(1);
    progress.update(5, 'loss 0.123456');
    for (const text of written) expect(text.replace('\r', '').replace('\u001b[K', '').length).toBeLessThan(40);
  });

  it('ends with one line that stays, and then keeps quiet', () => {
    const { written, last, pass, stream, now } = fakes(true);
    const progress = createProgress({ label: 'x', total: 4, unit: 'cases', stream, now });
    pass(8);
    progress.update(4);
    progress.done();
    expect(last()).toContain('100%  4/4 cases, 2.0 s each, took 8 s');
    expect(last().endsWith('\n')).toBe(true);
    const count = written.length;
    progress.update(4);
    progress.done();
    expect(written).toHaveLength(count);
  });
});

describe('progress elsewhere', () => {
  it('prints a plain line about every ten seconds and one at the end', () => {
    const { written, pass, stream, now } = fakes(false);
    const progress = createProgress({ label: 'stage 2', total: 100, unit: 'steps', stream, now });
    for (let step = 1; step <= 35; step++) {
      pass(1);
      progress.update(step, `loss ${step}`);
    }
    progress.done();
    expect(written).toEqual([
      'stage 2: 10%, 10/100 steps, 1.0 steps/s, 1 min 30 s left, loss 10\n',
      'stage 2: 20%, 20/100 steps, 1.0 steps/s, 1 min 20 s left, loss 20\n',
      'stage 2: 30%, 30/100 steps, 1.0 steps/s, 1 min 10 s left, loss 30\n',
      'stage 2: 35%, 35/100 steps, 1.0 steps/s, took 35 s, loss 35\n',
    ]);
  });

  it('counts the rate of a resumed run from where it began', () => {
    const { last, pass, stream, now } = fakes(false);
    const progress = createProgress({ label: 'x', total: 1000, unit: 'steps', start: 900, stream, now });
    pass(10);
    progress.update(950);
    expect(last()).toBe('x: 95%, 950/1,000 steps, 5.0 steps/s, 10 s left\n');
  });
});

it('writes durations in two units at most', () => {
  expect([0.4, 59, 61, 3600, 3661, 90_000].map(formatDuration)).toEqual([
    '0 s',
    '59 s',
    '1 min 01 s',
    '1 h 00 min',
    '1 h 01 min',
    '25 h 00 min',
  ]);
});
