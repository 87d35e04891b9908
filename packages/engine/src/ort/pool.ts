import { typedArray } from '../onnx/graph.js';
import type { DType, Values } from '../onnx/native.js';

/** Arrays below this many elements are cheaper to make than to keep. */
const smallest = 1024;

/** Keeps the arrays of disposed tensors for tensors of the same size: making and collecting them costs more than use. */
export class BufferPool {
  private readonly free = new Map<string, Values[]>();
  private owned = new WeakSet<Values>();
  freeBytes = 0;
  numReused = 0;

  constructor(private readonly maxBytes = 2 ** 31) {}

  take(dtype: DType, size: number): Values {
    const found = size < smallest ? undefined : this.free.get(`${dtype}${size}`)?.pop();
    if (found) {
      this.freeBytes -= found.byteLength;
      this.numReused++;
      this.owned.add(found);
      return found;
    }
    const made = typedArray(dtype, size);
    if (size >= smallest) this.owned.add(made);
    return made;
  }

  /** An array with one number everywhere. One that is new holds zeros already, and takes no memory until it is written to. */
  takeFilled(dtype: DType, size: number, value: number): Values {
    const { numReused } = this;
    const values = this.take(dtype, size);
    return value === 0 && this.numReused === numReused ? values : values.fill(value);
  }

  /** Never gives this array out again: somebody outside holds it. */
  expose(values: unknown): void {
    if (typeof values === 'object' && values !== null) this.owned.delete(values as Values);
  }

  /** Whether an array came from here and nobody outside holds it. */
  isOwned(values: Values): boolean {
    return this.owned.has(values);
  }

  /** Takes an array back, if it came from here and nobody else holds it. */
  give(values: Values, dtype: DType): void {
    if (!this.owned.delete(values) || this.freeBytes + values.byteLength > this.maxBytes) return;
    const key = `${dtype}${values.length}`;
    const list = this.free.get(key);
    if (list) list.push(values);
    else this.free.set(key, [values]);
    this.freeBytes += values.byteLength;
  }

  clear(): void {
    this.free.clear();
    this.freeBytes = 0;
  }
}
