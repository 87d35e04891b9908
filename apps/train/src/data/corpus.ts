import { type Case, generatePhantom } from '@vividmed/datasets';
/** Called with the units done so far and in all. */
export type OnProgress = (done: number, total: number) => void;

/** The images of some patients, in the same order: a radiograph, a single CT slice and a CT of each. */
export interface Corpus {
  radiographs: Case[];
  /** As large as the radiographs, so that both share a batch. */
  slices: Case[];
  cts: Case[];
}

/** Sizes of the phantoms that the presets are trained on: a radiograph or slice [H, W] and a CT [D, H, W]. */
export interface CorpusShape {
  radiograph: readonly [number, number];
  ct: readonly [number, number, number];
}

/** Small images for small models. */
export const phantomShape: CorpusShape = { radiograph: [96, 96], ct: [24, 48, 64] };

/** The phantoms of consecutive seeds. Yields to the event loop between cases, so that progress shows and signals arrive. */
export async function generateCorpus(
  firstSeed: number,
  numCases: number,
  onProgress?: OnProgress,
  shape: CorpusShape = phantomShape,
): Promise<Corpus> {
  const corpus: Corpus = { radiographs: [], slices: [], cts: [] };
  for (let i = 0; i < numCases; i++) {
    const { ct, slice, radiograph } = generatePhantom(firstSeed + i, {
      ctShape: shape.ct,
      radiographSize: shape.radiograph,
      sliceSize: shape.radiograph,
    });
    corpus.radiographs.push(radiograph);
    corpus.slices.push(slice);
    corpus.cts.push(ct);
    onProgress?.(i + 1, numCases);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return corpus;
}
