import { endMarker, endMessage } from '../onnx/end-marker.js';
import { type Sym, sizeOf } from '../onnx/graph.js';
import { type DType, profileFolder, sessionOptions, type Values } from '../onnx/native.js';
import { otherThread } from './pool.js';

type Entry = Pick<Sym, 'dtype' | 'shape'>;

/** A session on another thread, which runs while the caller goes on. */
export interface ThreadSession {
  /** Copies the inputs and begins. What has the identity that it had in the run before is known to be the same. */
  start(inputs: readonly { id: object; values: Values }[]): void;
  /** Blocks until it has run, and copies the results into these arrays. */
  finish(outputs: readonly Values[]): void;
  /** Blocks until it has run, whatever came of it. */
  settle(): void;
  dispose(): void;
}

const views = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;
const bytesOf = ({ dtype, shape }: Entry): number => sizeOf(shape) * views[dtype].BYTES_PER_ELEMENT;

let count = 0;

/** Loads a model with inputs x0, x1, ... and outputs y0, y1, ... on the thread that an index picks. */
export function threadSession(
  index: number,
  model: Uint8Array,
  { inputs, outputs, processors }: { inputs: readonly Entry[]; outputs: readonly Entry[]; processors: number },
): ThreadSession {
  const thread = otherThread(index);
  const id = count++;
  const memory = new SharedArrayBuffer(
    [...inputs, ...outputs].reduce((sum, entry) => sum + aligned(bytesOf(entry)), 0),
  );
  let offset = 0;
  const place = (letter: string) => (entry: Entry, i: number) => {
    const placed = {
      name: `${letter}${i}`,
      type: entry.dtype,
      shape: entry.shape,
      offset,
      length: sizeOf(entry.shape),
    };
    offset += aligned(bytesOf(entry));
    return placed;
  };
  const [taken, made] = [inputs.map(place('x')), outputs.map(place('y'))];
  const view = ({ type, offset: at, length }: { type: DType; offset: number; length: number }) =>
    new views[type](memory as ArrayBufferLike as ArrayBuffer, at, length);
  const [shared, results] = [taken.map(view), made.map(view)];
  const last: WeakRef<object>[] = [];
  const options = sessionOptions(processors);
  const end = { marker: endMarker, message: endMessage };
  thread.send({ action: 'load', id, model, options, inputs: taken, outputs: made, memory, end });
  return {
    start: (arrays) => {
      const changed = arrays.flatMap(({ id: identity, values }, i) => {
        if (last[i]?.deref() === identity) return [];
        shared[i]!.set(values);
        last[i] = new WeakRef(identity);
        return [i];
      });
      thread.send({ action: 'run', id, changed });
    },
    finish: (arrays) => {
      thread.wait();
      arrays.forEach((array, i) => array.set(results[i]!));
    },
    settle: () => thread.settle(),
    dispose: () => {
      thread.send({ action: 'dispose', id });
      // A profile is a file that has to be there before the program ends.
      if (profileFolder() !== undefined) thread.wait();
    },
  };
}
