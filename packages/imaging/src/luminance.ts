/** Weights of red, green and blue in the luma of ITU-R BT.601, which JPEG and DICOM YBR_FULL use too. */
const WEIGHTS = [0.299, 0.587, 0.114] as const;

/** Luminance of `pixels` colours, in the unit of the samples: colour c of pixel i is at `starts[c] + i * stride`. */
export function luminance(
  samples: ArrayLike<number>,
  starts: readonly [number, number, number],
  stride: number,
  pixels: number,
): Float32Array {
  const [red, green, blue] = starts;
  const grey = new Float32Array(pixels);
  for (let i = 0, at = 0; i < pixels; i++, at += stride) {
    grey[i] =
      WEIGHTS[0] * (samples[red + at] as number) +
      WEIGHTS[1] * (samples[green + at] as number) +
      WEIGHTS[2] * (samples[blue + at] as number);
  }
  return grey;
}
