export { expectClose } from './close.js';
export { expectReadmeRuns } from './readme.js';
