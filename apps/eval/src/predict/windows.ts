import type { EvaluationSample } from '../samples/sample.js';

/**
 * Puts samples into windows of at most so many images and voxels, one image at least.
 *
 * @yields each window; the samples of an image, which follow each other, share one
 */
export async function* windowsOf(
  samples: AsyncIterable<EvaluationSample>,
  { windowImages, windowVoxels }: { windowImages: number; windowVoxels: number },
): AsyncGenerator<EvaluationSample[]> {
  let window: EvaluationSample[] = [];
  let [images, voxels] = [0, 0];
  for await (const sample of samples) {
    const size = sample.volume.data.length;
    if (sample.volume !== window.at(-1)?.volume) {
      if (window.length > 0 && (images === windowImages || voxels + size > windowVoxels)) {
        yield window;
        [window, images, voxels] = [[], 0, 0];
      }
      images += 1;
      voxels += size;
    }
    window.push(sample);
  }
  if (window.length > 0) yield window;
}
