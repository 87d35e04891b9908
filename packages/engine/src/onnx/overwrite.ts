import type { NodeRecord } from './encode.js';

/** An input or an output of a graph; one that is a constant has no name. */
interface Value {
  readonly name?: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** Nodes that compute each number from the numbers at the same place, so that the result may replace one of them. */
const elementwise: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div']);
/**
 * Nodes that may read what is overwritten. Others could become one with the node that overwrites when ONNX Runtime fuses nodes, such as a
 * product with the sum after it, and read while it is written.
 */
const readersAllowed: ReadonlySet<string> = new Set([...elementwise, 'Concat', 'Reshape', 'Identity']);
/** Nodes that ONNX Runtime computes without a copy: who reads what they make reads what they were given. */
const aliases: ReadonlySet<string> = new Set(['Reshape', 'Identity']);

/**
 * Tells for an input and an output of a graph whether the output may be written into the memory of the input: whatever
 * reads the input has to be done before the output is written, for all orders that the graph allows.
 */
export function overwriting(
  nodes: readonly NodeRecord[],
  outputs: readonly Value[],
): (input: Value, output: Value) => boolean {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const withAncestors = (ends: readonly (NodeRecord | undefined)[]): Set<NodeRecord> => {
    const found = new Set<NodeRecord>();
    const open = ends.filter((node) => node !== undefined);
    for (let node = open.pop(); node; node = open.pop()) {
      if (found.has(node)) continue;
      found.add(node);
      for (const name of node.inputs) {
        const before = producers.get(name);
        if (before) open.push(before);
      }
    }
    return found;
  };
  const readers = new Map<string, NodeRecord[]>();
  for (const node of withAncestors(outputs.map(({ name }) => producers.get(name ?? '')))) {
    for (const name of new Set(node.inputs)) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const readersOf = (name: string): NodeRecord[] =>
    (readers.get(name) ?? []).flatMap((node) =>
      aliases.has(node.op) ? [node, ...readersOf(node.outputs[0] as string)] : [node],
    );
  return (input, output) => {
    const last = producers.get(output.name ?? '');
    // An output that is an input is a copy, made whenever it suits.
    if (outputs.some(({ name }) => name === input.name)) return false;
    if (!last || input.dtype !== output.dtype || input.shape.join() !== output.shape.join()) return false;
    const before = withAncestors([last]);
    before.delete(last);
    return readersOf(input.name as string).every(
      (node) => readersAllowed.has(node.op) && (before.has(node) || (node === last && elementwise.has(node.op))),
    );
  };
}
