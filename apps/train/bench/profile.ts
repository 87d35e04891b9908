import { z } from 'zod';
import { align } from './table.js';

/** A line of a profile: an operator of ONNX, or one with the shapes of its inputs. */
export interface ProfileLine {
  name: string;
  calls: number;
  ms: number;
  /** Of the time of all operators. */
  share: number;
}

export interface Profile {
  /** All operators together. */
  ms: number;
  /** By time. */
  operators: ProfileLine[];
  /** The ten that cost most. */
  shapes: ProfileLine[];
}

const numShapes = 10;

/** What of a trace event of ONNX Runtime is read here; `dur` is in microseconds. */
const TraceEvents = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    dur: z.number(),
    args: z
      .object({
        op_name: z.string().optional(),
        input_type_shape: z.array(z.record(z.string(), z.array(z.number()))).optional(),
      })
      .optional(),
  }),
);
type TraceEvent = z.infer<typeof TraceEvents>[number];

/** The operators that a session ran, but for its first run where there are more: memory grows in that one. */
function operatorsOf(text: string): TraceEvent[] {
  const runs: TraceEvent[][] = [[]];
  for (const event of TraceEvents.parse(JSON.parse(text))) {
    if (event.cat === 'Node' && event.name.endsWith('_kernel_time')) runs.at(-1)!.push(event);
    // It ends at the end of the run, so its event follows those of the operators.
    if (event.cat === 'Session' && event.name === 'model_run') runs.push([]);
  }
  return runs.slice(runs.length > 2 ? 1 : 0).flat();
}

const shapesOf = ({ args }: TraceEvent): string =>
  (args?.input_type_shape ?? [])
    .flatMap((input) => Object.values(input))
    .map((shape) => (shape.length === 0 ? '1' : shape.join('x')))
    .join(', ');

function linesOf(events: readonly TraceEvent[], nameOf: (event: TraceEvent) => string): ProfileLine[] {
  const total = events.reduce((sum, { dur }) => sum + dur, 0);
  const lines = new Map<string, ProfileLine>();
  for (const event of events) {
    const name = nameOf(event);
    const line = lines.get(name) ?? { name, calls: 0, ms: 0, share: 0 };
    line.calls += 1;
    line.ms += event.dur / 1000;
    line.share += event.dur / Math.max(total, 1);
    lines.set(name, line);
  }
  return [...lines.values()].sort((a, b) => b.ms - a.ms);
}

/** Where the time of some sessions went, from the files that they wrote. */
export function summarise(texts: readonly string[]): Profile {
  const events = texts.flatMap(operatorsOf);
  const operator = ({ args }: TraceEvent): string => args?.op_name ?? 'unknown';
  return {
    ms: events.reduce((sum, { dur }) => sum + dur, 0) / 1000,
    operators: linesOf(events, operator),
    shapes: linesOf(events, (event) => `${operator(event)} (${shapesOf(event)})`).slice(0, numShapes),
  };
}

/** A profile as a table for people. */
export function renderProfile(title: string, { ms, operators, shapes }: Profile): string {
  const row = (line: ProfileLine): string[] => [
    line.name,
    String(line.calls),
    line.ms.toFixed(2),
    `${(100 * line.share).toFixed(1)} %`,
  ];
  const head = (name: string): string[] => [name, 'calls', 'ms', 'share'];
  return [
    `${title}: ${ms.toFixed(1)} ms in operators`,
    ...align([head('operator'), ...operators.map(row)]),
    ...align([head('shapes that cost most'), ...shapes.map(row)]),
  ].join('\n');
}
