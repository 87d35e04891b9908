import type { Init } from '@vividmed/nn';

/**
 * Initial position embeddings [1, d, h, w, C]: sines and cosines of each axis, slowest first, so that a model trained from
 * nothing can read where a patch is with one linear map. A third of the channels codes each axis.
 */
export const wavePositions =
  (amplitude: number): Init =>
  (shape) => {
    const [, depth, height, width, dim] = shape as [number, number, number, number, number];
    const sizes = [depth, height, width] as const;
    const values = new Float32Array(depth * height * width * dim);
    let i = 0;
    for (let d = 0; d < depth; d++) {
      for (let h = 0; h < height; h++) {
        for (let w = 0; w < width; w++) {
          const at = [d, h, w].map((index, axis) => (index + 0.5) / sizes[axis]! - 0.5);
          for (let c = 0; c < dim; c++) {
            const wave = Math.floor(c / 3);
            const angle = at[c % 3]! * Math.PI * (1 + ((wave >> 1) % 8));
            values[i++] = amplitude * (wave % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
          }
        }
      }
    }
    return values;
  };
