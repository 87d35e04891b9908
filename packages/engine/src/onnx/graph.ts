import onnxProto from 'onnx-proto';
import { type Attribute, type Attributes, encodeNode, type NodeRecord, valueInfo } from './encode.js';
import { endNodes } from './end-marker.js';
import { checkNames, type ModelOptions } from './model-names.js';
import type { DType, Values } from './native.js';
import { overwriting } from './overwrite.js';

const { onnx } = onnxProto;

/** ONNX codes of element types. */
export const elementType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/**
 * A tensor while a graph is recorded: a value that a node or an input makes (`name`), a constant (`values`) or one
 * number everywhere (`fill`).
 */
export interface Sym {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly name?: string;
  readonly values?: Values;
  readonly fill?: number;
}

export const int = (i: number): Attribute => ({ i });
export const float = (f: number): Attribute => ({ f });
export const ints = (values: readonly number[]): Attribute => ({ ints: values });
export const text = (s: string): Attribute => ({ s });

interface Initializer {
  type: number;
  shape: readonly number[];
  bytes: Uint8Array;
}

interface EmitOptions {
  numOutputs?: number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, d) => product * d, 1);
export const isConstant = (sym: Sym): boolean => sym.values !== undefined || sym.fill !== undefined;

export function typedArray(dtype: DType, size: number): Values {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** The numbers of a constant. */
export function constantValues(sym: Sym): Values {
  return sym.values ?? typedArray(sym.dtype, sizeOf(sym.shape)).fill(sym.fill as number);
}

const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();

const smallInitializer = 64;
/** Work that a second thread is of use for: numbers that one node makes, or parts of a product, of which so many cost what one number does. */
const leastSharedWork = 65_536;
const partsPerNumber = 32;
/** ONNX 1.12, whose release this is, is the oldest whose checker knows all nodes that are written here. */
const operatorSet = 17;

/** Records nodes and writes them as one ONNX model. Equal nodes are recorded once. */
export class Graph {
  /** Says which graph this is, but for the shapes of its inputs: equal keys, equal models. */
  private readonly parts: string[] = [];
  private readonly nodes: NodeRecord[] = [];
  private readonly initializers = new Map<string, Initializer>();
  private readonly known = new Map<string, readonly string[]>();
  private readonly constants = new Map<Values, string>();
  /** What a reshaped or transposed tensor was before, so that a second such step starts from there. */
  private readonly reshaped = new Map<string, Sym>();
  private readonly transposed = new Map<string, { from: Sym; permutation: readonly number[] }>();
  private readonly inputs: { name: string; dtype: DType; shape: readonly number[] }[] = [];
  private counter = 0;
  private largestWork = 0;

  get key(): string {
    return this.parts.join(';');
  }

  /** Whether no node has work for more than one thread: waking another costs more than it does. */
  get isSmall(): boolean {
    return this.largestWork < leastSharedWork;
  }

  /** Counts multiplications of a product as work; `op` counts the numbers that a node makes. */
  noteProducts(count: number): void {
    this.largestWork = Math.max(this.largestWork, count / partsPerNumber);
  }

  get numNodes(): number {
    return this.nodes.length;
  }

  /** Of each output the input at `donate`, if it may be written into its memory. */
  overwritten(outputs: readonly Sym[], donate: readonly number[]): (number | undefined)[] {
    const isSafe = overwriting(this.nodes, outputs);
    return outputs.map((output, i) => {
      const input = this.inputs[donate[i] ?? -1];
      return input && isSafe(input, output) ? donate[i] : undefined;
    });
  }

  input(dtype: DType, shape: readonly number[]): Sym {
    const name = `x${this.inputs.length}`;
    this.inputs.push({ name, dtype, shape });
    this.parts.push(`${name}:${dtype}${shape.length}`);
    return { name, dtype, shape };
  }

  /** The name under which nodes see this tensor; constants become initializers. */
  name(sym: Sym): string {
    if (sym.name !== undefined) return sym.name;
    if (sym.fill !== undefined && sizeOf(sym.shape) > 1) {
      const one = this.name({ dtype: sym.dtype, shape: [], fill: sym.fill });
      return this.emit('Expand', [one, this.int64(sym.shape)])[0] as string;
    }
    const values = constantValues(sym);
    const shared = sym.values && this.constants.get(sym.values);
    if (shared !== undefined && sameShape(this.initializers.get(shared)?.shape ?? [], sym.shape)) return shared;
    const name = this.initializer(elementType[sym.dtype], sym.shape, bytesOf(values));
    if (sym.values) this.constants.set(sym.values, name);
    return name;
  }

  /** Like `name`, where an operand that broadcasts will do: one number everywhere is passed as a scalar. */
  operand(sym: Sym): string {
    return sym.fill === undefined ? this.name(sym) : this.name({ dtype: sym.dtype, shape: [], fill: sym.fill });
  }

  /** Axes, shapes and indices as ONNX wants them. */
  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.initializer(elementType.int64, shape, bytesOf(BigInt64Array.from(values, (v) => BigInt(v))));
  }

  scalar(value: number, dtype: DType = 'float32'): Sym {
    return { dtype, shape: [], fill: value };
  }

  private initializer(type: number, shape: readonly number[], bytes: Uint8Array): string {
    const small = bytes.length <= smallInitializer;
    const key = small ? `c${type}[${shape.join()}]${bytes.join()}` : undefined;
    const found = key === undefined ? undefined : this.known.get(key)?.[0];
    if (found !== undefined) return found;
    const name = `c${this.counter++}`;
    this.initializers.set(name, { type, shape, bytes });
    this.parts.push(key ?? `c${type}[${shape.join()}]${bytes.join()}`);
    if (key !== undefined) this.known.set(key, [name]);
    return name;
  }

  emit(
    op: string,
    inputs: readonly string[],
    attributes: Attributes = {},
    options: EmitOptions = {},
  ): readonly string[] {
    const { numOutputs = 1 } = options;
    const key = `${op}(${inputs.join()})${JSON.stringify(attributes)}${numOutputs}`;
    const found = this.known.get(key);
    if (found) return found;
    const outputs = Array.from({ length: numOutputs }, () => `t${this.counter++}`);
    this.nodes.push({ op, inputs, outputs, attributes });
    this.known.set(key, outputs);
    this.parts.push(key);
    return outputs;
  }

  /** Emits a node with one output and gives it a shape and type. */
  op(
    op: string,
    inputs: readonly string[],
    shape: readonly number[],
    dtype: DType,
    attributes: Attributes = {},
    options: EmitOptions = {},
  ): Sym {
    this.largestWork = Math.max(this.largestWork, sizeOf(shape));
    return { name: this.emit(op, inputs, attributes, options)[0] as string, shape, dtype };
  }

  cast(sym: Sym, dtype: DType): Sym {
    if (sym.dtype === dtype) return sym;
    if (sym.fill !== undefined) {
      const fill = dtype === 'float32' ? sym.fill : dtype === 'int32' ? Math.trunc(sym.fill) : Number(sym.fill !== 0);
      return { shape: sym.shape, dtype, fill };
    }
    return this.op('Cast', [this.name(sym)], sym.shape, dtype, { to: int(elementType[dtype]) });
  }

  reshape(sym: Sym, shape: readonly number[]): Sym {
    if (sameShape(sym.shape, shape)) return sym;
    if (sym.name === undefined) return { ...sym, shape };
    const from = this.reshaped.get(sym.name);
    if (from) return this.reshape(from, shape);
    const made = this.op('Reshape', [sym.name, this.int64(shape)], shape, sym.dtype, { allowzero: int(1) });
    this.reshaped.set(this.name(made), sym);
    return made;
  }

  transpose(sym: Sym, permutation: readonly number[]): Sym {
    const shape = permutation.map((axis) => sym.shape[axis] as number);
    if (permutation.every((axis, i) => axis === i)) return sym;
    if (sym.fill !== undefined) return { ...sym, shape };
    const name = this.name(sym);
    const before = this.transposed.get(name);
    if (before) {
      return this.transpose(
        before.from,
        permutation.map((axis) => before.permutation[axis] as number),
      );
    }
    const made = this.op('Transpose', [name], shape, sym.dtype, { perm: ints(permutation) });
    this.transposed.set(this.name(made), { from: sym, permutation });
    return made;
  }

  /**
   * The model that computes these outputs; nodes that none of them needs are left out. Inputs and outputs are named x0, x1, ... and
   * y0, y1, ... unless told otherwise.
   */
  toModel(outputs: readonly Sym[], options: ModelOptions = {}): Uint8Array {
    const { staticShapes = false, inputNames, outputNames, hasEndMarker = false } = options;
    const marker = hasEndMarker ? [endNodes] : [];
    const named = new Map(this.inputs.map(({ name }, i) => [name, inputNames?.[i] ?? name]));
    const ends = outputs.map((sym, i) => ({
      input: this.name(sym),
      output: outputNames?.[i] ?? `y${i}`,
      dtype: sym.dtype,
      shape: sym.shape,
    }));
    checkNames(
      { inputNames, outputNames },
      [...named.values()],
      ends.map(({ output }) => output),
    );
    const needed = new Set(ends.map((end) => end.input));
    const kept: NodeRecord[] = [];
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i] as NodeRecord;
      if (!node.outputs.some((output) => needed.has(output))) continue;
      for (const input of node.inputs) needed.add(input);
      kept.push(node);
    }
    kept.reverse();
    // What a node makes is an output under the name of the first that it is; others, inputs and constants are copied.
    const made = new Set(kept.flatMap((node) => node.outputs));
    const copied = ends.filter((end) => {
      if (!made.has(end.input) || named.has(end.input)) return true;
      named.set(end.input, end.output);
      return false;
    });
    const last = copied.map((end) => ({
      opType: 'Identity',
      name: end.output,
      input: [named.get(end.input) ?? end.input],
      output: [end.output],
    }));
    const model = {
      irVersion: 8,
      producerName: 'vividmed',
      opsetImport: [{ domain: '', version: operatorSet }],
      graph: {
        name: 'graph',
        node: [...kept.map((node) => encodeNode(node, named)), ...last, ...marker.map(({ node }) => node)],
        initializer: [
          ...[...this.initializers]
            .filter(([name]) => needed.has(name))
            .map(([name, { type, shape, bytes }]) => ({ name, dataType: type, dims: [...shape], rawData: bytes })),
          ...marker.map(({ initializer }) => initializer),
        ],
        input: this.inputs.map(({ name, dtype, shape }) =>
          valueInfo(named.get(name)!, elementType[dtype], staticShapes ? shape : undefined),
        ),
        output: [
          ...marker.map(({ output }) => output),
          ...ends.map(({ output, dtype, shape }) =>
            valueInfo(output, elementType[dtype], staticShapes ? shape : undefined),
          ),
        ],
      },
    };
    return onnx.ModelProto.encode(model).finish();
  }
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);
