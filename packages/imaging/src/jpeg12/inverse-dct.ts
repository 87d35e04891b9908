/*
 * The inverse cosine transform of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) in whole numbers with 13 bits after the point, which is how
 * the library of the Independent JPEG Group computes it: with its roundings, pixels are those of other readers to the last bit.
 */
const POINT = 13;
/** Bits after the point between the two passes, of samples with 12 bits. */
const BETWEEN = 1;
const fixed = (value: number): number => Math.round(value * 2 ** POINT);

const C = {
  a: fixed(0.5411961),
  b: fixed(1.847759065),
  c: fixed(0.765366865),
  d: fixed(1.175875602),
  e: fixed(0.298631336),
  f: fixed(2.053119869),
  g: fixed(3.072711026),
  h: fixed(1.50132111),
  i: fixed(0.899976223),
  j: fixed(2.562915447),
  k: fixed(1.96157056),
  l: fixed(0.390180644),
} as const;

/** One pass over eight numbers, `stride` apart. Doubles hold all sums exactly, where 32 bits would not. */
function transform(values: Float64Array, at: number, stride: number, shift: number): void {
  const v = (k: number): number => values[at + k * stride]!;
  const even = (v(2) + v(6)) * C.a;
  const low = even - v(6) * C.b;
  const high = even + v(2) * C.c;
  const sum = (v(0) + v(4)) * 2 ** POINT;
  const difference = (v(0) - v(4)) * 2 ** POINT;
  const evens = [sum + high, difference + low, difference - low, sum - high];

  const both = (v(7) + v(3) + v(5) + v(1)) * C.d;
  const outer = -(v(7) + v(1)) * C.i;
  const inner = -(v(5) + v(3)) * C.j;
  const first = both - (v(7) + v(3)) * C.k;
  const second = both - (v(5) + v(1)) * C.l;
  const odds = [
    v(1) * C.h + outer + second,
    v(3) * C.g + inner + first,
    v(5) * C.f + inner + second,
    v(7) * C.e + outer + first,
  ];

  const half = 2 ** (shift - 1);
  for (let k = 0; k < 4; k++) {
    values[at + k * stride] = Math.floor((evens[k]! + odds[k]! + half) / 2 ** shift);
    values[at + (7 - k) * stride] = Math.floor((evens[k]! - odds[k]! + half) / 2 ** shift);
  }
}

/** Turns the 64 coefficients of a block, row by row, into samples about 0, in place (T.81 A.3.3). */
export function inverseDct(block: Float64Array): void {
  for (let column = 0; column < 8; column++) transform(block, column, 8, POINT - BETWEEN);
  for (let row = 0; row < 8; row++) transform(block, 8 * row, 1, POINT + BETWEEN + 3);
}
