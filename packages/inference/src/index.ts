export type { ModelInUse } from './model.js';
export { explainModelInput, markPrepared, preparationOf, preparedVolume } from './preparation.js';
export {
  createReader,
  type ImageReader,
  type LocatedPhrase,
  type LocateItem,
  type ReadEvent,
  type ReaderOptions,
  type Reading,
  type ReadItem,
  type ReadPhrase,
} from './reader.js';
