export { expectClose } from './close.js';
