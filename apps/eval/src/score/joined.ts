import type { Prediction } from '../prediction.js';
import type { Reference } from '../reference.js';

/** A prediction with the reference of the same id. */
export type Joined = readonly [prediction: Prediction, reference: Reference];
