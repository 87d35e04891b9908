import { type Graph, int, type Sym } from '../onnx/graph.js';
import { add, mul } from './elementwise.js';
import { type Attrs, type Lowering, type LoweringTable, range } from './table.js';

/** What each place of a resized axis is made of: places of the old axis and their shares. */
interface Tap {
  readonly places: readonly number[];
  readonly shares: readonly number[];
}

type Taps = (from: number, to: number, attrs: Attrs) => Tap[];

function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

const linear: Taps = (from, to, { alignCorners, halfPixelCenters }) => {
  const step = ratio(from, to, alignCorners);
  const centers = range(to).map((i) => (halfPixelCenters ? Math.max(0, step * (i + 0.5) - 0.5) : step * i));
  const low = centers.map((c) => Math.min(from - 1, Math.floor(c)));
  const rest = centers.map((c, i) => c - low[i]!);
  return [
    { places: low, shares: rest.map((share) => 1 - share) },
    { places: centers.map((c) => Math.min(from - 1, Math.ceil(c))), shares: rest },
  ];
};

const nearest: Taps = (from, to, { alignCorners, halfPixelCenters }) => {
  const step = ratio(from, to, alignCorners);
  const centers = range(to).map((i) => step * (halfPixelCenters ? i + 0.5 : i));
  const places = centers.map((c) => Math.min(from - 1, alignCorners ? Math.round(c) : Math.floor(c)));
  return [{ places, shares: places.map(() => 1) }];
};

/** One axis made of the places of another. */
function resizeAxis(g: Graph, x: Sym, axis: number, taps: readonly Tap[]): Sym {
  const parts = taps.map(({ places, shares }) => {
    const index: Sym = { shape: [places.length], dtype: 'int32', values: Int32Array.from(places) };
    const shape = x.shape.map((d, i) => (i === axis ? places.length : d));
    const picked = g.op('Gather', [g.name(x), g.name(index)], shape, x.dtype, { axis: int(axis) });
    if (shares.every((share) => share === 1)) return picked;
    const weights: Sym = {
      shape: shape.slice(axis).map((d, i) => (i === 0 ? d : 1)),
      dtype: 'float32',
      values: Float32Array.from(shares),
    };
    return mul(g, picked, weights);
  });
  return parts.reduce((sum, part) => add(g, sum, part));
}

/** Images [B, H, W, C], one axis after the other. */
const resize =
  (taps: Taps, keepsType: boolean): Lowering =>
  (g, { images }, attrs) => {
    const x = keepsType ? images! : g.cast(images!, 'float32');
    const [height, width] = attrs['size'] as [number, number];
    const rows = resizeAxis(g, x, 1, taps(x.shape[1]!, height, attrs));
    return resizeAxis(g, rows, 2, taps(x.shape[2]!, width, attrs));
  };

/** Shares of the new places in the old ones, [from, to]. */
function matrix(from: number, to: number, taps: readonly Tap[]): Sym {
  const values = new Float32Array(from * to);
  for (const { places, shares } of taps) places.forEach((place, i) => (values[place * to + i]! += shares[i]!));
  return { shape: [from, to], dtype: 'float32', values };
}

/** Gradients of the new places, added up where they came from: a product with the shares for each axis. */
const gradient =
  (taps: Taps): Lowering =>
  (g, { images, dy }, attrs) => {
    // The plain kernels take the gradient as if the centers were not at half pixels.
    if (attrs['halfPixelCenters']) throw new Error('gradient of resizing with halfPixelCenters');
    const [batch, height, width, channels] = images!.shape as [number, number, number, number];
    const [, newHeight, newWidth] = dy!.shape as [number, number, number, number];
    const product = (left: Sym, right: Sym): Sym => {
      const shape = [...right.shape.slice(0, -2), left.shape[0]!, right.shape.at(-1)!];
      return g.op('MatMul', [g.name(left), g.name(right)], shape, 'float32');
    };
    const flat = g.reshape(dy!, [batch, newHeight, newWidth * channels]);
    const rows = product(matrix(height, newHeight, taps(height, newHeight, attrs)), flat);
    const columns = g.reshape(rows, [batch, height, newWidth, channels]);
    return product(matrix(width, newWidth, taps(width, newWidth, attrs)), columns);
  };

export const resizing: LoweringTable = {
  ResizeBilinear: resize(linear, false),
  ResizeNearestNeighbor: resize(nearest, true),
  ResizeBilinearGrad: gradient(linear),
  ResizeNearestNeighborGrad: gradient(nearest),
};
