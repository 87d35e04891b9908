import { registerOrt } from './ort/backend.js';

/** Importing this file registers the backend `ort` of TensorFlow.js: `await tf.setBackend('ort')` then uses it. */
registerOrt();

export { registerOrt };
