/**
 * `linear` and `cubic` interpolate between cells (no antialiasing), `area` is the mean of the cells that a new cell touches,
 * `nearest` is the cell that holds the centre of the new one.
 */
export type Interpolation = 'nearest' | 'linear' | 'area' | 'cubic';

/** Weights of the old cells that the new cell `i` is made of, as [index, weight]; an index may stand there twice. */
type Weights = (i: number, from: number, to: number) => [index: number, weight: number][];

const clamp = (index: number, count: number): number => Math.min(Math.max(index, 0), count - 1);
const centre = (i: number, from: number, to: number): number => ((i + 0.5) * from) / to - 0.5;

const nearest: Weights = (i, from, to) => [[clamp(Math.floor(((i + 0.5) * from) / to), from), 1]];

const linear: Weights = (i, from, to) => {
  const at = Math.max(0, centre(i, from, to));
  const low = Math.floor(at);
  return [
    [clamp(low, from), 1 - (at - low)],
    [clamp(low + 1, from), at - low],
  ];
};

const area: Weights = (i, from, to) => {
  const start = Math.floor((i * from) / to);
  const end = Math.ceil(((i + 1) * from) / to);
  return Array.from({ length: end - start }, (_, k) => [start + k, 1 / (end - start)]);
};

/** Weight of a cell at a distance of up to two cells (Keys 1981), with PyTorch's constant. */
function cubicWeight(distance: number, a = -0.75): number {
  const x = Math.abs(distance);
  return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

const cubic: Weights = (i, from, to) => {
  const at = centre(i, from, to);
  const low = Math.floor(at);
  return [-1, 0, 1, 2].map((k) => [clamp(low + k, from), cubicWeight(at - (low + k))]);
};

const weightsOf: Record<Interpolation, Weights> = { nearest, linear, area, cubic };

/**
 * The matrix [to, from], row by row, that resamples an axis as PyTorch's `interpolate` does with align_corners = false:
 * `linear`, `cubic` (Keys' kernel, a = -0.75) or `area` (adaptive average pooling); `nearest` is its `nearest-exact`.
 */
export function interpolationMatrix(from: number, to: number, mode: Interpolation): Float32Array {
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    for (const [index, weight] of weightsOf[mode](i, from, to)) matrix[i * from + index]! += weight;
  }
  return matrix;
}
