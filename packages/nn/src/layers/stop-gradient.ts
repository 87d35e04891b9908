import * as tf from '@tensorflow/tfjs';
import { withGradient } from './with-gradient.js';

/** The same values as a constant: no gradient goes through. */
export const stopGradient = (x: tf.Tensor): tf.Tensor =>
  withGradient<[]>(
    [x],
    () => ({ value: tf.clone(x), saved: [] }),
    () => [tf.zeros(x.shape)],
  );
