import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { parseSafetensors, toFloat32, writeSafetensors } from '@vividmed/nn';

/**
 * The tensors that every engine computes a case with: those of `file`, which the first engine writes from what `make` gives.
 * All are stored as 32-bit floats; those in `int32` are read as whole numbers.
 */
export function sharedTensors(
  file: string,
  make: () => Map<string, tf.Tensor>,
  int32: ReadonlySet<string> = new Set(),
): Map<string, tf.Tensor> {
  if (!existsSync(file)) {
    const made = make();
    const floats = new Map(
      [...made].map(([name, x]) => [name, { shape: x.shape, data: Float32Array.from(x.dataSync()) }] as const),
    );
    tf.dispose([...made.values()]);
    writeFileSync(file, writeSafetensors(floats, {}));
  }
  const { tensors } = parseSafetensors(new Uint8Array(readFileSync(file)));
  return new Map(
    [...tensors].map(([name, raw]) => [
      name,
      tf.tensor(toFloat32(raw), [...raw.shape], int32.has(name) ? 'int32' : 'float32'),
    ]),
  );
}
