import { lookupTarget, type Target } from '@vividmed/datasets';
import { type PreparableVolume, type PreparationRecord, restoreBox, restoreMask } from '@vividmed/imaging';
import {
  createReader as createModelReader,
  type GroundedPhrase,
  type LocateOptions,
  type PhraseRegion,
  type ReadEvent as ModelReadEvent,
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

/** What happens while images are read; `item` is the index of the image and its question. */
export type ReadEvent =
  | Exclude<ModelReadEvent, { type: 'phrase' }>
  | { type: 'phrase'; item: number; phrase: ReadPhrase };

/** Answers about images, on the voxels that came in. */
export interface ImageReader {
  /** Answers one question per item, as events: each phrase as soon as its region is known, so that they need not be held. */
  stream(items: readonly ReadItem[], options?: ReadOptions): AsyncGenerator<ReadEvent, void, undefined>;
  /** The same, collected. Answers have at most 160 tokens by default; images of one shape share a batch. */
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

const defaultLength = 160;

/** Reads images with a model, phrases shown as the taxonomy says. An image is encoded once for all that is asked about it. */
export function createReader(model: ModelInUse, { keepImages = 16, ...options }: ReaderOptions = {}): ImageReader {
  const reader = createModelReader({
    ...model,
    ...options,
    keepImages,
    kindOf: (phrase) => targetOf(phrase)?.kind,
  });
  const readable = <T extends { volume: PreparableVolume }>(items: readonly T[]) =>
    items.map((item) => ({ ...item, volume: readableVolume(item.volume) }));
  const onFile = (phrase: GroundedPhrase, volume: PreparableVolume): ReadPhrase => ({
    ...onInput(phrase, preparationOf(volume)),
    target: targetOf(phrase.text),
  });
  return {
    stream: async function* (items, { maxNewTokens = defaultLength, ...asked } = {}) {
      for await (const event of reader.stream(readable(items), { maxNewTokens, ...asked })) {
        if (event.type !== 'phrase') yield event;
        else yield { ...event, phrase: onFile(event.phrase, items[event.item]!.volume) };
      }
    },
    read: async (items, { maxNewTokens = defaultLength, ...asked } = {}) => {
      const readings = await reader.read(readable(items), { maxNewTokens, ...asked });
      return readings.map((reading, i) => ({
        ...reading,
        phrases: reading.phrases.map((phrase) => onFile(phrase, items[i]!.volume)),
      }));
    },
    locate: async function* (items, asked) {
      const prepared = readable(items).map((item) => ({ question: `Is ${item.phrase} in the image?`, ...item }));
      for await (const { item, region } of reader.locate(prepared, asked)) {
        const { volume, phrase: text } = items[item]!;
        yield { ...onInput(region, preparationOf(volume)), item, text, target: targetOf(text) };
      }
    },
    dispose: () => reader.dispose(),
  };
}
