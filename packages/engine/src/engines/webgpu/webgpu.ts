import * as tf from '@tensorflow/tfjs';
import { type Candidate, type Device, firstLine, importOptional } from '../candidate.js';
import { repairKernels } from './repair.js';

interface AdapterInfo {
  vendor?: string;
  architecture?: string;
  description?: string;
  isFallbackAdapter?: boolean;
}
interface Adapter {
  info: AdapterInfo;
  isFallbackAdapter?: boolean;
  requestAdapterInfo?: () => Promise<AdapterInfo>;
}
interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>;
}

/** `navigator.gpu` of this process: the browser's own, or Dawn, which the package `webgpu` has inside. */
async function findGpu(): Promise<Gpu> {
  const given = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
  if (given) return given;
  const { create, globals } = (await importOptional('webgpu')) as { create(flags: string[]): Gpu; globals: object };
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const navigator = (globalThis as { navigator?: object }).navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return gpu;
}

function deviceOf({ info, isFallbackAdapter }: Adapter): Device {
  const name = info.description || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'a GPU without a name';
  const isFallback = isFallbackAdapter === true || info.isFallbackAdapter === true;
  const named = /swiftshader|llvmpipe|software/i.test(`${info.vendor} ${info.architecture} ${info.description}`);
  return { name, isSoftware: isFallback || named };
}

/** WebGPU: in browsers their own, in Node Dawn from the package `webgpu`. */
export const webgpu: Candidate = {
  name: 'webgpu',
  backend: 'webgpu',
  threads: () => 1,
  load: async ({ isAsked }) => {
    const gpu = await findGpu();
    const request = gpu.requestAdapter.bind(gpu);
    const adapter = await request().catch((cause: unknown) => {
      throw new Error(`webgpu finds no adapter (${firstLine(String(cause))})`, { cause });
    });
    if (!adapter) throw new Error('webgpu finds no adapter');
    const device = deviceOf(adapter);
    if (!isAsked && device.isSoftware) throw new Error(`webgpu finds an adapter in software alone (${device.name})`);
    // tfjs 4.22 asks the adapter in the way of an earlier draft of WebGPU.
    gpu.requestAdapter = async (options) => {
      const found = await request(options);
      if (found && !found.requestAdapterInfo) found.requestAdapterInfo = async () => found.info;
      return found;
    };
    // A page brings it in its bundle.
    if (!tf.findBackendFactory('webgpu')) await importOptional('@tensorflow/tfjs-backend-webgpu');
    if (!tf.findBackendFactory('webgpu'))
      throw new Error('@tensorflow/tfjs-backend-webgpu registers with another copy of @tensorflow/tfjs');
    repairKernels();
    return { device };
  },
};
