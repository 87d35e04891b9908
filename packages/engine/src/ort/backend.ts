import * as tf from '@tensorflow/tfjs';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { lowerings } from '../lower/index.js';
import type { Inputs } from '../lower/table.js';
import { Graph, isConstant, sameShape, type Sym, sizeOf } from '../onnx/graph.js';
import { createSession, type DType, ortTensor, type Session, type Values } from '../onnx/native.js';
import { BufferPool } from './pool.js';

type DataId = tf.TensorInfo['dataId'];

/** A flag of `tf.env()`: below this many elements the plain JavaScript kernel is done before a session has started. */
const smallestFlag = 'ORT_SMALLEST_SIZE';
const maxSessions = 1024;

/** The plain backend with pooled arrays; its heavy kernels run in ONNX Runtime. */
export class OrtBackend extends MathBackendCPU {
  readonly pool = new BufferPool();
  readonly sessions = new Map<string, Session>();
  /** What sessions take, by the data of a tensor: parameters come again in each run. */
  private readonly wrapped = new WeakMap<DataId, OrtTensor>();
  /** Kernels of which was said that they failed in ONNX Runtime. */
  private readonly failed = new Set<string>();

  valuesOf(info: tf.TensorInfo): Values {
    return this.data.get(info.dataId).values as Values;
  }

  override readSync(dataId: DataId): tf.backend_util.BackendValues {
    // The caller may keep what it reads.
    this.pool.expose(this.data.get(dataId).values);
    return super.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.data.has(dataId) ? this.data.get(dataId) : undefined;
    const gone = super.disposeData(dataId, force);
    if (gone && entry?.values && entry.dtype !== 'string') this.pool.give(entry.values as Values, entry.dtype as DType);
    return gone;
  }

  /**
   * Tensors of this backend as a session takes them, without a copy.
   *
   * @throws {VividMedError} `unsupported` where the binary of ONNX Runtime does not load.
   */
  feeds(inputs: readonly { info: tf.TensorInfo; name: string }[]): Record<string, OrtTensor> {
    return Object.fromEntries(inputs.map(({ info, name }) => [name, this.wrap(info)]));
  }

  private wrap({ dataId, shape, dtype }: tf.TensorInfo): OrtTensor {
    const values = asArray(this.data.get(dataId).values as Values, dtype as DType);
    const known = this.wrapped.get(dataId);
    if (known?.data === values && sameShape(known.dims, shape)) return known;
    const made = ortTensor(dtype as DType, values, shape);
    this.wrapped.set(dataId, made);
    return made;
  }

  /**
   * Runs a session into arrays of the pool, or into those of tensors that are given up for it; a tensor whose array somebody else may hold
   * keeps it.
   */
  runFed(
    session: Session,
    feeds: Record<string, OrtTensor>,
    outputs: readonly Sym[],
    donated: readonly (tf.TensorInfo | undefined)[] = [],
  ): tf.TensorInfo[] {
    const given = donated.map((info) => (info && this.isPrivate(info) ? info : undefined));
    const arrays = outputs.map((sym, i) =>
      given[i] ? this.valuesOf(given[i]) : this.pool.take(sym.dtype, sizeOf(sym.shape)),
    );
    const fetches = Object.fromEntries(
      outputs.map((sym, i) => [`y${i}`, ortTensor(sym.dtype, arrays[i] as Values, sym.shape)]),
    );
    session.run(feeds, fetches);
    for (const info of given) if (info) delete this.data.get(info.dataId).values;
    return outputs.map((sym, i) => this.makeTensorInfo([...sym.shape], sym.dtype, arrays[i] as Values));
  }

  /** Whether nobody but this tensor holds its array. */
  private isPrivate({ dataId }: tf.TensorInfo): boolean {
    const { values, refCount } = this.data.get(dataId);
    return refCount === 1 && this.pool.isOwned(values as Values);
  }

  /** Says, once for each kernel, that it is computed in plain JavaScript after ONNX Runtime failed. */
  sayFallback(kernel: string, cause: unknown): void {
    if (this.failed.has(kernel)) return;
    this.failed.add(kernel);
    const [line] = String(cause instanceof Error ? cause.message : cause).split('\n');
    tf.backend_util.warn(`ort: kernel ${kernel} is computed in plain JavaScript, for ONNX Runtime failed: ${line}`);
  }

  override dispose(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
    this.pool.clear();
    super.dispose();
  }
}

/** Plain kernels sometimes keep lists or arrays of another type. */
function asArray(values: Values, dtype: DType): Values {
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
}

/** Kernels that gain nothing from a session: they copy no data, or the plain one is as fast. */
const staysPlain = new Set(['Identity', 'Reshape', 'ExpandDims', 'Fill', 'ZerosLike', 'OnesLike']);
const severalOutputs = new Set(['SplitV', 'Unpack', 'TopK']);

interface Attempt {
  made?: tf.TensorInfo[];
  /** Why a session could not be made, or could not be run. */
  failure?: unknown;
}

/** Runs a kernel in ONNX Runtime. Nothing is made where the plain one is as good, or has to answer instead. */
function tryKernel(backend: OrtBackend, name: string, tensors: object, attrs: object): Attempt {
  const given = Object.entries(tensors).filter(([, info]) => info) as [string, tf.TensorInfo][];
  const size = Math.max(0, ...given.map(([, info]) => sizeOf(info.shape)));
  if (
    size < tf.env().getNumber(smallestFlag) ||
    given.some(([, info]) => !['float32', 'int32', 'bool'].includes(info.dtype))
  )
    return {};
  if (given.some(([, info]) => sizeOf(info.shape) === 0)) return {};
  const graph = new Graph();
  const inputs: Inputs = {};
  for (const [key, info] of given) inputs[key] = graph.input(info.dtype as DType, info.shape);
  let outputs: Sym[];
  try {
    outputs = [lowerings[name]!(graph, inputs, attrs)].flat();
  } catch {
    // A variant that has no ONNX form; the plain kernel has all of them.
    return {};
  }
  if (outputs.some(isConstant) || graph.numNodes === 0) return {};
  // Throws where there is no binary, which is no failure of this kernel alone.
  const feeds = backend.feeds(given.map(([, info], i) => ({ info, name: `x${i}` })));
  try {
    const session = sessionOf(backend, name, graph, outputs, size > 32_768 ? undefined : 1);
    return { made: backend.runFed(session, feeds, outputs) };
  } catch (failure) {
    // Such as an index out of range; the plain kernel says so in the words of tfjs.
    return { failure };
  }
}

/** The session of a graph, from before or new; the one unused for longest goes when there are too many. */
function sessionOf(
  backend: OrtBackend,
  name: string,
  graph: Graph,
  outputs: readonly Sym[],
  threads: number | undefined,
): Session {
  const key = `${threads ?? 'all'}|${graph.key}|${outputs.map((sym) => sym.name).join()}`;
  let session = backend.sessions.get(key);
  if (!session) {
    session = createSession(graph.toModel(outputs, { hasEndMarker: true }), {
      where: `ort: kernel ${name}`,
      ...(threads && { threads }),
    });
    const oldest = backend.sessions.size >= maxSessions ? backend.sessions.entries().next().value : undefined;
    if (oldest) {
      backend.sessions.delete(oldest[0]);
      oldest[1].dispose();
    }
  } else backend.sessions.delete(key);
  backend.sessions.set(key, session);
  return session;
}

/** Views into a pooled array (a plain slice makes them) keep it out of the pool for good. */
function keepShared(backend: OrtBackend, inputs: object, outputs: tf.TensorInfo[]): void {
  const arrays = outputs.map((info) => (info.dtype === 'complex64' ? undefined : backend.data.get(info.dataId).values));
  for (const info of Object.values(inputs).flat() as tf.TensorInfo[]) {
    if (!info || info.dtype === 'complex64' || info.dtype === 'string') continue;
    const values = backend.valuesOf(info);
    outputs.forEach((output, i) => {
      const made = arrays[i] as Values | undefined;
      if (output.dataId !== info.dataId && made?.buffer === values?.buffer) {
        backend.pool.expose(values);
        backend.pool.expose(made);
      }
    });
  }
}

/** A filled array of the pool, which a donated tensor can hand on, unlike one from elsewhere; nothing for other types of elements. */
function fill({ attrs }: Parameters<tf.KernelFunc>[0], backend: OrtBackend): tf.TensorInfo | undefined {
  // Attributes of tfjs kernels are untyped by the time a kernel sees them.
  const { shape, value, dtype } = attrs as unknown as tf.FillAttrs;
  if (typeof value !== 'number' || !['float32', 'int32', 'bool', undefined].includes(dtype)) return undefined;
  const type = (dtype ?? 'float32') as DType;
  return backend.makeTensorInfo(shape, type, backend.pool.takeFilled(type, sizeOf(shape), value));
}

let registered = false;

/** Registers the backend `ort`, once; nothing native is loaded before it is chosen. */
export function registerOrt(): void {
  if (registered) return;
  registered = true;
  tf.env().registerFlag(smallestFlag, () => 2048);
  tf.registerBackend('ort', () => new OrtBackend(), 0);
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    const name = kernel.kernelName;
    const heavy = lowerings[name] !== undefined && !staysPlain.has(name);
    tf.registerKernel({
      ...kernel,
      backendName: 'ort',
      kernelFunc: (params) => {
        const backend = params.backend as OrtBackend;
        const fast = heavy ? tryKernel(backend, name, params.inputs, params.attrs ?? {}) : {};
        if (fast.made) return severalOutputs.has(name) ? fast.made : (fast.made[0] as tf.TensorInfo);
        const made = (name === 'Fill' && fill(params, backend)) || kernel.kernelFunc(params);
        // Where the plain kernel fails too, its error says why.
        if (fast.failure !== undefined) backend.sayFallback(name, fast.failure);
        keepShared(backend, params.inputs, [made].flat());
        return made;
      },
    });
  }
}
