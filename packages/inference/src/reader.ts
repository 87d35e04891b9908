import { lookupTarget, type Target } from '@vividmed/datasets';
import { type PreparableVolume, type PreparationRecord, restoreBox, restoreMask } from '@vividmed/imaging';
import {
  createReader as createModelReader,
  type GroundedPhrase,
  type LocateOptions,
  type PhraseRegion,
  type Reading as ModelReading,
  type ReaderOptions as ModelReaderOptions,
  type ReadOptions,
  type Turn,
} from '@vividmed/vlm';
import type { ModelInUse } from './model.js';
import { preparationOf, readableVolume } from './preparation.js';

/** An image and a question about it. */
export interface ReadItem {
  /** As it was read from a file. It must not change while the reader keeps its encoding. */
  volume: PreparableVolume;
  question: string;
  /** What was asked and answered before. */
  history?: readonly Turn[];
}

/** A phrase of an answer, where the image shows it, and what the taxonomy says it names. */
export interface ReadPhrase extends GroundedPhrase {
  /** Decides between mask and boxes; a phrase that the taxonomy does not know is shown both ways. */
  target: Target | undefined;
}

/** An answer with its phrases. */
export interface Reading extends Omit<ModelReading, 'phrases'> {
  phrases: ReadPhrase[];
}

/** A phrase that is looked for in an image. */
export interface LocateItem {
  volume: PreparableVolume;
  phrase: string;
  /** `Is PHRASE in the image?` by default, as in training. */
  question?: string;
}

/** Where the phrase of an item is; `item` is its index. */
export interface LocatedPhrase extends PhraseRegion {
  item: number;
  text: string;
  target: Target | undefined;
}

export interface ReaderOptions extends Pick<ModelReaderOptions, 'compile' | 'modules' | 'batchSize'> {
  /** Images whose encodings are kept from call to call, those used last; 16 by default. */
  keepImages?: number;
}

/** Answers about images, on the voxels that came in. */
export interface ImageReader {
  /** Answers one question per item, of at most 160 tokens by default; images of one shape share a batch. */
  read(items: readonly ReadItem[], options?: ReadOptions): Promise<Reading[]>;
  /** Where given phrases are, nothing being written; in the order of the batches, each as soon as it is known. */
  locate(items: readonly LocateItem[], options?: LocateOptions): AsyncGenerator<LocatedPhrase, void, undefined>;
  /** Frees what was compiled and what was kept. The model stays. */
  dispose(): void;
}

/** A region with its mask and boxes on the grid of the image that came in. */
const onInput = <R extends PhraseRegion>(region: R, record: PreparationRecord): R => ({
  ...region,
  mask: region.kind === 'boxes' ? region.mask : restoreMask(record, region.mask),
  boxes: region.boxes.map(({ box, score }) => ({ box: restoreBox(record, box), score })),
});

const targetOf = (text: string): Target | undefined => lookupTarget(text)?.target;

/** Reads images with a model, phrases shown as the taxonomy says. An image is encoded once for all that is asked about it. */
export function createReader(model: ModelInUse, { keepImages = 16, ...options }: ReaderOptions = {}): ImageReader {
  const reader = createModelReader({
    ...model,
    ...options,
    keepImages,
    kindOf: (phrase) => targetOf(phrase)?.kind,
  });
  return {
    read: async (items, { maxNewTokens = 160, ...asked } = {}) => {
      const prepared = items.map(({ volume, ...item }) => ({ ...item, volume: readableVolume(volume) }));
      const readings = await reader.read(prepared, { maxNewTokens, ...asked });
      return readings.map((reading, i) => {
        const record = preparationOf(items[i]!.volume);
        const phrases = reading.phrases.map((phrase) => ({
          ...onInput(phrase, record),
          target: targetOf(phrase.text),
        }));
        return { ...reading, phrases };
      });
    },
    locate: async function* (items, asked) {
      const prepared = items.map(({ volume, phrase, question = `Is ${phrase} in the image?` }) => ({
        volume: readableVolume(volume),
        phrase,
        question,
      }));
      for await (const { item, region } of reader.locate(prepared, asked)) {
        const { volume, phrase: text } = items[item]!;
        yield { ...onInput(region, preparationOf(volume)), item, text, target: targetOf(text) };
      }
    },
    dispose: () => reader.dispose(),
  };
}
