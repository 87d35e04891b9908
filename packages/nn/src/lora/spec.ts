import { check } from '@vividmed/core';
import { partition } from '../globs.js';
import { constant, zeros } from '../init.js';
import { type Init, ParamSpec, type SpecTree } from '../params.js';

export interface LoraOptions {
  /** Globs over the whole paths of linear layers, such as `language.layers.*.self_attn.{q,v}_proj`. */
  targets: readonly string[];
  rank: number;
  alpha: number;
  /** Scale alpha / sqrt(rank) (rsLoRA, Kalajdzievski 2023) in place of alpha / rank. */
  rsLora?: boolean;
  /** Share of the adapter's inputs dropped in training; none by default (0.05 in Table 5 of the paper). */
  dropout?: number;
}

interface LinearSpecNode {
  weight: ParamSpec;
}

/** A linear layer is the one node whose weight is a matrix stored the other way round than in PyTorch. */
function isLinear(node: SpecTree): node is LinearSpecNode & { [key: string]: SpecTree } {
  const weight = (node as { weight?: unknown }).weight;
  return weight instanceof ParamSpec && weight.shape.length === 2 && weight.torchAxes.join() === '1,0';
}

/** Every linear layer of a spec by its path. */
export function linearNodes(spec: SpecTree, prefix = ''): Map<string, LinearSpecNode> {
  if (spec instanceof ParamSpec) return new Map();
  if (isLinear(spec)) return new Map([[prefix, spec]]);
  const join = (key: string): string => (prefix === '' ? key : `${prefix}.${key}`);
  return new Map(Object.entries(spec).flatMap(([key, child]) => [...linearNodes(child, join(key))]));
}

/** PEFT's initialisation of `lora_A` (Kaiming uniform with a = sqrt 5): uniform in ±1 / sqrt(in). */
const uniformFanIn: Init = (shape, rng) => {
  const [inDim, rank] = shape as [number, number];
  const bound = 1 / Math.sqrt(inDim);
  return Float32Array.from({ length: inDim * rank }, () => rng.uniform(-bound, bound));
};

const constantSpec = (value: number): ParamSpec => new ParamSpec([], constant(value), { trainable: false });

/** The factor of an adapter's output. */
export const loraScale = ({ rank, alpha, rsLora = false }: Pick<LoraOptions, 'rank' | 'alpha' | 'rsLora'>): number =>
  alpha / (rsLora ? Math.sqrt(rank) : rank);

/** Spec of the adapter of one layer. Weight decay leaves it out (original-implementation 4.1). */
export function loraNodeSpec({ weight }: LinearSpecNode, options: Omit<LoraOptions, 'targets'>) {
  const { rank, alpha, dropout = 0 } = options;
  check(
    Number.isInteger(rank) && rank >= 1 && Number.isFinite(alpha) && dropout >= 0 && dropout < 1,
    'config',
    `LoRA: expected a whole rank of at least 1, a finite alpha and a dropout in [0, 1), found ${rank}, ${alpha} and ${dropout}.`,
  );
  const [inDim, outDim] = weight.shape as [number, number];
  return {
    lora_A: new ParamSpec([inDim, rank], uniformFanIn, { torchAxes: [1, 0], decay: false }),
    lora_B: new ParamSpec([rank, outDim], zeros, { torchAxes: [1, 0], decay: false }),
    scale: constantSpec(loraScale(options)),
    ...(dropout > 0 ? { dropout: { rate: constantSpec(dropout), seed: constantSpec(0) } } : {}),
  };
}

/**
 * Paths of the linear layers that the globs choose, in the order of the spec.
 *
 * @throws {VividMedError} `config` for a glob that matches no linear layer.
 */
export const loraTargets = (spec: SpecTree, targets: readonly string[]): string[] =>
  partition([...linearNodes(spec).keys()], targets, 'loraTargets').trainable;

/** The spec of a model with adapters beside the chosen linear layers: what `addLora` makes of its parameters. */
export function loraSpec<S extends SpecTree>(spec: S, options: LoraOptions): S {
  const chosen = new Set(loraTargets(spec, options.targets));
  const walk = (node: SpecTree, path: string): SpecTree => {
    if (node instanceof ParamSpec) return node;
    const join = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
    if (Array.isArray(node)) return node.map((child: SpecTree, i) => walk(child, join(i)));
    if (chosen.has(path) && isLinear(node)) return { ...node, lora: loraNodeSpec(node, options) };
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child, join(key))]));
  };
  return walk(spec, '') as S;
}
