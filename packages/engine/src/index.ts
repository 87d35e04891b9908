import * as tf from '@tensorflow/tfjs';

/** Selects the engine that computes. */
export async function useEngine(name: string): Promise<string> {
  await tf.setBackend(name);
  await tf.ready();
  return tf.getBackend();
}
