import { type Graph, int, sameShape, type Sym } from '../onnx/graph.js';
import { range } from './table.js';

/** A part of a tensor that is 0 elsewhere: where it begins, and what is there. */
interface Piece {
  begin: readonly number[];
  sym: Sym;
}

/** By graph and name: tensors that are pieces between zeros. */
const known = new WeakMap<Graph, Map<string, Piece[]>>();

function note(g: Graph, { name }: Sym, pieces: Piece[]): void {
  const names = known.get(g) ?? new Map<string, Piece[]>();
  known.set(g, names.set(name as string, pieces));
}

/** Remembers that a tensor is another one with zeros around it. */
export const notePadded = (g: Graph, padded: Sym, begin: readonly number[], sym: Sym): void =>
  note(g, padded, [{ begin, sym }]);

const end = ({ begin, sym }: Piece, axis: number): number => begin[axis]! + sym.shape[axis]!;

/** The piece that two neighbours make up, if `a` comes right before `b` along one axis and they agree in all others. */
function joined(g: Graph, a: Piece, b: Piece): Piece | undefined {
  const differing = range(a.begin.length).filter(
    (axis) => a.begin[axis] !== b.begin[axis] || a.sym.shape[axis] !== b.sym.shape[axis],
  );
  const axis = differing[0];
  if (axis === undefined || differing.length > 1 || end(a, axis) !== b.begin[axis]) return undefined;
  const shape = a.sym.shape.map((d, i) => (i === axis ? d + b.sym.shape[i]! : d));
  const names = [g.name(a.sym), g.name(b.sym)];
  return { begin: a.begin, sym: g.op('Concat', names, shape, a.sym.dtype, { axis: int(axis) }) };
}

/** Joins neighbours until none are left. */
function joinAll(g: Graph, pieces: readonly Piece[]): Piece[] {
  for (const a of pieces) {
    for (const b of pieces) {
      const both = a === b ? undefined : joined(g, a, b);
      if (both) return joinAll(g, [...pieces.filter((piece) => piece !== a && piece !== b), both]);
    }
  }
  return [...pieces];
}

/**
 * The sum of two tensors, of which `sum` is the node: pieces that fill it without overlap are put together instead. That is
 * the gradient of what was sliced into parts, for which tfjs adds up tensors of zeros.
 */
export function sumOfPieces(g: Graph, a: Sym, b: Sym, sum: Sym): Sym {
  const names = known.get(g);
  const [left, right] = [a, b].map(({ name }) => (name === undefined ? undefined : names?.get(name)));
  if (!left || !right) return sum;
  const pieces = joinAll(g, [...left, ...right]);
  // Pieces that overlap are never joined, so one that is as large as the sum holds every number once.
  if (pieces.length === 1 && sameShape(pieces[0]!.sym.shape, sum.shape)) return pieces[0]!.sym;
  note(g, sum, pieces);
  return sum;
}
