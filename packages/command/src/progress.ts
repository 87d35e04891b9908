/** What a progress bar writes to: standard error, or a test's record of it. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgressOptions {
  /** What is going on: the name of a stage, "evaluation". */
  label: string;
  /** How many units the whole work has. */
  total: number;
  /** One unit in the plural: "steps", "cases". */
  unit: string;
  /** Units done before this process began, as in a resumed run; they count for the bar but not for the rate. */
  start?: number;
  /** Standard error by default. */
  stream?: ProgressStream;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

export interface Progress {
  /** Says how many units are done in all, and optionally a few words on how it goes ("loss 1.23"). */
  update(done: number, info?: string): void;
  /** Ends the work: the last line stays on screen. Further calls do nothing. */
  done(): void;
}

const redrawMs = 100;
const lineMs = 10_000;
const barWidth = 24;

/**
 * Shows how far long work is, how fast it goes and how long it still takes, for people, on standard error.
 *
 * On a terminal one line is redrawn at most ten times a second; elsewhere (a log file, a pipe) a plain line is printed
 * about every ten seconds, and one at the end.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { label, total, unit, start = 0, stream = process.stderr, now = () => performance.now() } = options;
  const isTerminal = stream.isTTY === true;
  const began = now();
  let shownAt = Number.NEGATIVE_INFINITY;
  let current = start;
  let info = '';
  let ended = false;

  const line = (final: boolean): string => {
    const seconds = (now() - began) / 1000;
    const rate = seconds > 0 ? (current - start) / seconds : 0;
    const parts = [`${formatCount(current)}/${formatCount(total)} ${unit}`];
    if (rate > 0) parts.push(formatRate(rate, unit));
    if (final) parts.push(`took ${formatDuration(seconds)}`);
    else if (rate > 0) parts.push(`${formatDuration(Math.max(0, total - current) / rate)} left`);
    if (info !== '') parts.push(info);
    const share = total > 0 ? Math.min(1, Math.max(0, current / total)) : 1;
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    return isTerminal
      ? `${label} ${bar(share)}${percent}  ${parts.join(', ')}`
      : `${label}:${percent}, ${parts.join(', ')}`;
  };

  const show = (final: boolean): void => {
    shownAt = now();
    const text = line(final);
    if (!isTerminal) stream.write(`${text}\n`);
    else stream.write(`\r${fit(text, stream.columns || 80)}\u001b[K${final ? '\n' : ''}`);
  };

  // Elsewhere than on a terminal the first line waits: short work then prints its last line alone.
  if (isTerminal) show(false);
  else shownAt = began;

  return {
    update(count, text) {
      if (ended) return;
      current = count;
      info = text ?? info;
      if (now() - shownAt >= (isTerminal ? redrawMs : lineMs)) show(false);
    },
    done() {
      if (ended) return;
      ended = true;
      show(true);
    },
  };
}

function bar(share: number): string {
  const filled = Math.round(share * barWidth);
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}

/** One column is kept free: a full line would wrap, and a wrapped line is not redrawn in place. */
function fit(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}

function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function formatRate(perSecond: number, unit: string): string {
  if (perSecond >= 1) return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} ${unit}/s`;
  const each = 1 / perSecond;
  return `${each.toFixed(each < 10 ? 1 : 0)} s each`;
}

/** `42 s`, `3 min 20 s`, `1 h 05 min`: two units at most. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
