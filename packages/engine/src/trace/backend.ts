import * as tf from '@tensorflow/tfjs';
import { VividMedError } from '@vividmed/core';
import { lowerings } from '../lower/index.js';
import type { Inputs } from '../lower/table.js';
import { constantValues, Graph, isConstant, type Sym, sizeOf, typedArray } from '../onnx/graph.js';
import type { DType, Values } from '../onnx/native.js';

type DataId = tf.TensorInfo['dataId'];

const dtypes: ReadonlySet<string> = new Set(['float32', 'int32', 'bool']);
/** Constants up to this size are computed while tracing, so that code may look at them. */
const foldLimit = 1024;

/** A backend whose kernels record nodes instead of computing. */
class TraceBackend extends tf.KernelBackend {
  graph = new Graph();
  private syms = new Map<DataId, Sym>();

  reset(): void {
    this.graph = new Graph();
    this.syms = new Map();
  }

  /** The symbol of a tensor; a tensor of another backend enters the graph as a constant. */
  symbol({ dataId, shape, dtype }: tf.TensorInfo): Sym {
    const known = this.syms.get(dataId);
    if (known) return known;
    const values = tf.engine().readSync(dataId);
    this.syms.set(dataId, constant(values, shape, dtype));
    return this.syms.get(dataId) as Sym;
  }

  make(sym: Sym): tf.TensorInfo {
    const dataId = {};
    this.syms.set(dataId, sym);
    return { dataId, shape: [...sym.shape], dtype: sym.dtype };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    return this.make(constant(values, shape, dtype)).dataId;
  }

  override move(dataId: DataId, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.syms.set(dataId, constant(values, shape, dtype));
  }

  override readSync(dataId: DataId): Values {
    const sym = this.syms.get(dataId);
    if (sym && isConstant(sym)) return constantValues(sym);
    throw new VividMedError(
      'unsupported',
      'jit: expected a function that never reads its tensors, found a read of a traced value.',
      {
        hint: 'Move dataSync, arraySync and control flow on values out of the function; return the tensor or pass numbers in.',
      },
    );
  }

  override async read(dataId: DataId): Promise<Values> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId): boolean {
    this.syms.delete(dataId);
    return true;
  }

  override refCount = (): number => 1;
  override incRef = (): void => {};
  decRef = (): void => {};
  override timerAvailable = (): boolean => false;
  override numDataIds = (): number => this.syms.size;
  override floatPrecision = (): 16 | 32 => 32;
  override epsilon = (): number => 1e-7;
  override memory = (): { unreliable: boolean } => ({ unreliable: false });
  override dispose = (): void => this.reset();
}

function constant(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): Sym {
  if (!dtypes.has(dtype)) {
    throw new VividMedError('unsupported', `jit: expected float32, int32 or bool tensors, found ${dtype}.`);
  }
  const type = dtype as DType;
  const numbers = values as ArrayLike<number>;
  const first = numbers[0];
  let uniform = first !== undefined;
  for (let i = 1; uniform && i < numbers.length; i++) uniform = numbers[i] === first;
  if (uniform) return { shape, dtype: type, fill: Number(first) };
  const copy = typedArray(type, sizeOf(shape));
  copy.set(numbers);
  return { shape, dtype: type, values: copy };
}

/** Runs a kernel of the plain cpu backend on constants. */
function fold(name: string, inputs: Inputs, isList: boolean, attrs: object): Sym[] | undefined {
  const kernel = tf.getKernel(name, 'cpu');
  if (!kernel) return undefined;
  const cpu = tf.engine().findBackend('cpu') as tf.KernelBackend & {
    makeTensorInfo(shape: number[], dtype: tf.DataType, values: Values): tf.TensorInfo;
    disposeIntermediateTensorInfo(info: tf.TensorInfo): void;
  };
  const infos = Object.entries(inputs).map(
    ([key, sym]) => [key, cpu.makeTensorInfo([...sym.shape], sym.dtype, constantValues(sym))] as const,
  );
  const tensors = isList ? infos.map(([, info]) => info) : Object.fromEntries(infos);
  const made = [
    kernel.kernelFunc({
      inputs: tensors as tf.NamedTensorInfoMap,
      attrs: attrs as tf.NamedAttrMap,
      backend: cpu,
    }),
  ].flat();
  const syms = made.map((info) =>
    constant(cpu.readSync(info.dataId) as tf.backend_util.BackendValues, info.shape, info.dtype),
  );
  for (const info of [...made, ...infos.map(([, input]) => input)]) cpu.disposeIntermediateTensorInfo(info);
  return syms;
}

function record(backend: TraceBackend, name: string, tensors: object, attrs: object): tf.TensorInfo[] {
  const inputs: Inputs = {};
  for (const [key, info] of Object.entries(tensors)) if (info) inputs[key] = backend.symbol(info as tf.TensorInfo);
  const lowering = lowerings[name];
  const known = Object.values(inputs).every(isConstant);
  const filled = Object.values(inputs).some((sym) => sym.fill !== undefined);
  const small = Object.values(inputs).every((sym) => sizeOf(sym.shape) <= foldLimit);
  if (known && (!lowering || (small && !filled))) {
    const folded = fold(name, inputs, Array.isArray(tensors), attrs);
    if (folded) return folded.map((sym) => backend.make(sym));
  }
  const where = `jit: kernel ${name}`;
  const hint = 'Use other operations inside the jitted function, or run it without jit.';
  if (!lowering) {
    throw new VividMedError('unsupported', `${where}: expected an operation that the engine can record, found none.`, {
      hint,
    });
  }
  try {
    return [lowering(backend.graph, inputs, attrs)].flat().map((sym) => backend.make(sym));
  } catch (cause) {
    if (VividMedError.isInstance(cause)) throw cause;
    throw new VividMedError('unsupported', `${where}: cannot be recorded: ${String(cause)}`, {
      hint,
      cause,
    });
  }
}

let trace: TraceBackend | undefined;

function traceBackend(): TraceBackend {
  if (trace) return trace;
  const backend = (trace = new TraceBackend());
  tf.registerBackend('trace', () => backend, 0);
  const names = new Set([
    ...Object.keys(lowerings),
    ...tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName),
  ]);
  for (const kernelName of names) {
    tf.registerKernel({
      kernelName,
      backendName: 'trace',
      kernelFunc: ({ inputs, attrs }) => {
        const made = record(backend, kernelName, inputs, attrs ?? {});
        return made.length === 1 && !severalOutputs.has(kernelName) ? (made[0] as tf.TensorInfo) : made;
      },
    });
  }
  return backend;
}

const severalOutputs = new Set(['SplitV', 'Unpack', 'TopK']);

export const isTracing = (): boolean => tf.getBackend() === 'trace';

/** Records what a function does with inputs of these shapes. */
export function traceFunction(
  fn: (inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: readonly tf.Tensor[],
): { graph: Graph; outputs: Sym[] } {
  const backend = traceBackend();
  const previous = tf.getBackend();
  backend.reset();
  void tf.setBackend('trace');
  try {
    const outputs: Sym[] = [];
    tf.tidy(() => {
      const placeholders = inputs.map((x) => {
        const info = backend.make(backend.graph.input(x.dtype as DType, x.shape));
        return tf.engine().makeTensorFromTensorInfo(info);
      });
      for (const output of fn(placeholders)) outputs.push(backend.symbol(output));
    });
    return { graph: backend.graph, outputs };
  } finally {
    void tf.setBackend(previous);
    backend.reset();
  }
}
