export { type Box, boxGiou, boxIou } from './boxes.js';
export { check, VividMedError, type ErrorCode } from './errors.js';
export { createRng, type Rng } from './random.js';
export { type Resampling, resizer, resizeValues, shiftValues } from './resample/resize.js';
export { type Interpolation, interpolationMatrix } from './resample/weights.js';
