/** What programs of others use of the training app: its parts by name, each described where it is written. */
export { parseTrainConfig } from './config.js';
export { createCollate } from './data/collate.js';
export { generateCorpus } from './data/corpus.js';
export { createDraw } from './data/draw.js';
export { phantomTokenizer } from './data/vocabulary.js';
export { createTrainer } from './training/step.js';
export { createStore, disposeStore } from './training/store.js';
