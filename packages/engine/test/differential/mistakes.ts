/** A tensor of floats: its numbers and its shape. */
type Numbers = readonly [values: number[], shape: number[]];

/** A call that the plain kernel gets wrong, with what is right, worked out by hand. */
interface Mistake {
  readonly kernel: string;
  readonly why: string;
  readonly inputs: Record<string, Numbers> | readonly Numbers[];
  readonly attrs: object;
  readonly right: Numbers;
}

/**
 * Mistakes of the plain kernels of tfjs 4.22.0, which the cases leave out. Those of tfjs-core itself, which every backend shares, are
 * noted beside the cases.
 */
export const mistakes: readonly Mistake[] = [
  {
    kernel: 'MaxPool3DGrad',
    why: 'marks the largest of a window by row times height, and looks for it by row times width',
    // The windows are the two columns. 3 in the second row and 2 in the first are the largest.
    inputs: {
      dy: [
        [10, 20],
        [1, 1, 1, 2, 1],
      ],
      input: [
        [1, 2, 3, 0],
        [1, 1, 2, 2, 1],
      ],
      output: [
        [3, 2],
        [1, 1, 1, 2, 1],
      ],
    },
    attrs: { filterSize: [1, 2, 1], strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC' },
    right: [
      [0, 20, 10, 0],
      [1, 1, 2, 2, 1],
    ],
  },
  {
    kernel: 'ResizeNearestNeighborGrad',
    why: 'finds the second image among the gradients by the size of the images',
    // Each image of one pixel became two.
    inputs: {
      images: [
        [0, 0],
        [2, 1, 1, 1],
      ],
      dy: [
        [1, 2, 3, 4],
        [2, 1, 2, 1],
      ],
    },
    attrs: { alignCorners: false, halfPixelCenters: false },
    right: [
      [3, 7],
      [2, 1, 1, 1],
    ],
  },
  {
    kernel: 'ResizeBilinearGrad',
    why: 'gives its result width and height the other way round',
    // Nothing is resized.
    inputs: {
      images: [
        [0, 0],
        [1, 1, 2, 1],
      ],
      dy: [
        [5, 7],
        [1, 1, 2, 1],
      ],
    },
    attrs: { alignCorners: false, halfPixelCenters: false },
    right: [
      [5, 7],
      [1, 1, 2, 1],
    ],
  },
  {
    kernel: 'Einsum',
    why: 'sums over one axis after each product, and leaves the others where there are more',
    // 2 * 3 + 2 * 5 + 4 * 3 + 4 * 5
    inputs: [
      [
        [2, 4],
        [1, 2, 1],
      ],
      [
        [3, 5],
        [1, 1, 2],
      ],
    ],
    attrs: { equation: 'bij,bjk->b' },
    right: [[48], [1]],
  },
];
