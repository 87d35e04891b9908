import * as tf from '@tensorflow/tfjs';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';

interface SyncBackend extends tf.KernelBackend {
  readSync(dataId: object): tf.backend_util.BackendValues;
}

/**
 * Registers for a backend every kernel that it lacks and plain JavaScript has. The values go there and back, so such a kernel is
 * slow; without it the operation, or most often its gradient, would throw. For backends that can read without waiting.
 */
export function borrowKernels(backendName: string): void {
  const own = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (own.has(kernel.kernelName)) continue;
    tf.registerKernel({
      kernelName: kernel.kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => run(kernel, inputs, attrs, backend as SyncBackend),
    });
  }
}

function run(
  { kernelFunc }: tf.KernelConfig,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap | undefined,
  backend: SyncBackend,
): tf.TensorInfo | tf.TensorInfo[] {
  const cpu = tf.engine().findBackend('cpu') as MathBackendCPU;
  const lend = ({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo =>
    cpu.makeTensorInfo(shape, dtype, backend.readSync(dataId) as tf.TypedArray);
  const take = (made: tf.TensorInfo): tf.TensorInfo => {
    const { dataId, shape, dtype } = made;
    // Plain kernels sometimes keep lists.
    const values = tf.util.toTypedArray(cpu.readSync(dataId) as tf.TypedArray, dtype);
    cpu.disposeIntermediateTensorInfo(made);
    return { dataId: backend.write(values, shape, dtype), shape, dtype };
  };
  // Some kernels, AddN among them, take a list.
  const lent = Object.entries(inputs).map(
    ([key, info]) => [key, Array.isArray(info) ? info.map(lend) : info && lend(info)] as const,
  );
  const lentInputs = Object.fromEntries(lent) as tf.NamedTensorInfoMap;
  const made = kernelFunc({ inputs: lentInputs, attrs: attrs ?? {}, backend: cpu });
  const taken = Array.isArray(made) ? made.map(take) : take(made);
  for (const info of lent.flatMap(([, infos]) => infos ?? [])) cpu.disposeIntermediateTensorInfo(info);
  return taken;
}
