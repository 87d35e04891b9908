// Nodes, attributes and shapes as objects of the ONNX file format.

export type Attribute = { i: number } | { f: number } | { ints: readonly number[] } | { s: string };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node of a graph; inputs and outputs are names. */
export interface NodeRecord {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Attributes;
}

/** A named tensor of an element type of ONNX; without a shape it may have any. */
export function valueInfo(name: string, elemType: number, shape?: readonly number[]) {
  const dims = shape && { shape: { dim: shape.map((d) => ({ dimValue: d })) } };
  return { name, type: { tensorType: { elemType, ...dims } } };
}

/** A node with its inputs and outputs under other names, where there are such. */
export function encodeNode(node: NodeRecord, named: ReadonlyMap<string, string>) {
  return {
    opType: node.op,
    name: node.outputs[0] as string,
    input: node.inputs.map((input) => named.get(input) ?? input),
    output: node.outputs.map((output) => named.get(output) ?? output),
    attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
  };
}

function encodeAttribute(name: string, value: Attribute) {
  if ('i' in value) return { name, type: 2, i: value.i };
  if ('f' in value) return { name, type: 1, f: value.f };
  if ('s' in value) return { name, type: 3, s: new TextEncoder().encode(value.s) };
  return { name, type: 7, ints: [...value.ints] };
}
