import * as tf from '@tensorflow/tfjs';
import { check, VividMedError } from '@vividmed/core';
import { z } from 'zod';
import { exportParams, loadParams } from '../checkpoint/load.js';
import type { TensorReader } from '../checkpoint/reader.js';
import type { FloatTensor } from '../checkpoint/write.js';
import { zeros } from '../init.js';
import { ParamSpec, type SpecTree } from '../params.js';
import type { LoraAdapters } from './adapters.js';
import { linearNodes, loraNodeSpec, type LoraOptions, loraScale } from './spec.js';

/** What PEFT puts before the path of a module (original-implementation 10.3). */
const peftPrefix = 'base_model.model.';

/** The parts of PEFT's `adapter_config.json` that decide what an adapter computes. */
const PeftConfig = z.object({
  peft_type: z.literal('LORA'),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  use_rslora: z.boolean().default(false),
  lora_dropout: z.number().min(0).max(1).default(0),
  // What follows changes the sum that is added; only the plain form is computed here.
  use_dora: z.literal(false).default(false),
  fan_in_fan_out: z.literal(false).default(false),
  bias: z.literal('none').default('none'),
  rank_pattern: z.strictObject({}).nullish(),
  alpha_pattern: z.strictObject({}).nullish(),
});

/** `adapter_config.json` of these adapters, as PEFT reads it. Its target modules are whole paths. */
export const peftConfig = (
  options: Omit<LoraOptions, 'targets'>,
  paths: readonly string[],
): Record<string, unknown> => ({
  peft_type: 'LORA',
  r: options.rank,
  lora_alpha: options.alpha,
  use_rslora: options.rsLora ?? false,
  lora_dropout: options.dropout ?? 0,
  target_modules: paths,
  fan_in_fan_out: false,
  bias: 'none',
  inference_mode: true,
});

/** @throws {VividMedError} `checkpoint` for another method than LoRA, or a variant that is not computed here. */
export function readPeftConfig(json: unknown): Omit<LoraOptions, 'targets'> {
  const parsed = PeftConfig.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new VividMedError(
      'checkpoint',
      `readPeftConfig: expected a plain LoRA configuration, found a wrong "${issue.path.join('.')}" (${issue.message}).`,
    );
  }
  const { r, lora_alpha, use_rslora, lora_dropout } = parsed.data;
  return { rank: r, alpha: lora_alpha, rsLora: use_rslora, dropout: lora_dropout };
}

const matrix = (rows: number, columns: number): ParamSpec =>
  new ParamSpec([rows, columns], zeros, { torchAxes: [1, 0], decay: false });

/** Adapters as PEFT's `adapter_model.safetensors` has them: `lora_A.weight` [rank, in], `lora_B.weight` [out, rank]. */
export async function exportLora(
  adapters: LoraAdapters,
  rename: (path: string) => string = (path) => path,
): Promise<Map<string, FloatTensor>> {
  const specs = Object.fromEntries(
    Object.entries(adapters).map(([path, { lora_A, lora_B }]) => [
      path,
      {
        lora_A: matrix(...(lora_A.shape as [number, number])),
        lora_B: matrix(...(lora_B.shape as [number, number])),
      },
    ]),
  );
  const tensors = await exportParams(specs, adapters);
  const peftName = (path: string): string => {
    const at = path.lastIndexOf('.');
    return `${peftPrefix}${rename(path.slice(0, at))}.${path.slice(at + 1)}.weight`;
  };
  return new Map([...tensors].map(([path, tensor]) => [peftName(path), tensor]));
}

export interface LoadLoraOptions {
  /** Name in the file, without PEFT's prefix, of the layer at each path; the path itself by default. */
  rename?: (path: string) => string;
  /** Tensors of the file that are left alone, such as whole copies of norms; any other one is an error. */
  ignore?: (name: string) => boolean;
}

/**
 * Adapters of a spec's layers from a file in PEFT's layout, with the numbers of its `adapter_config.json`. They come
 * without dropout, ready to be evaluated or merged. The caller owns them.
 *
 * @throws {VividMedError} `checkpoint` that lists every missing, unexpected and mis-shaped tensor at once.
 */
export async function loadLora(
  spec: SpecTree,
  reader: TensorReader,
  config: Pick<LoraOptions, 'rank' | 'alpha' | 'rsLora'>,
  options: LoadLoraOptions = {},
): Promise<LoraAdapters> {
  const { rename = (path: string) => path, ignore } = options;
  const present = new Set(reader.names);
  const names = new Map([...linearNodes(spec)].map(([path]) => [path, `${peftPrefix}${rename(path)}`]));
  const layers = [...linearNodes(spec)].filter(([path]) =>
    ['lora_A', 'lora_B'].some((part) => present.has(`${names.get(path)}.${part}.weight`)),
  );
  check(layers.length > 0, 'checkpoint', 'loadLora: expected adapters of layers of this spec, found none.');
  const specs = Object.fromEntries(
    layers.map(([path, layer]) => {
      const { lora_A, lora_B } = loraNodeSpec(layer, config);
      return [path, { lora_A, lora_B }];
    }),
  );
  const nameOf = (path: string): string => {
    const dot = path.lastIndexOf('.');
    return `${names.get(path.slice(0, dot))}${path.slice(dot)}.weight`;
  };
  const loaded = await loadParams(specs, reader, { rename: nameOf, ...(ignore ? { ignore } : {}) });
  return Object.fromEntries(
    Object.entries(loaded).map(([path, { lora_A, lora_B }]) => [
      path,
      { lora_A, lora_B, scale: tf.scalar(loraScale(config)) },
    ]),
  );
}
