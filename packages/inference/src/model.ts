import type { Tokenizer, VividMedConfig, VividMedParams } from '@vividmed/vlm';

/** A model with what it takes to use it. */
export interface ModelInUse<T extends Tokenizer = Tokenizer> {
  params: VividMedParams;
  config: VividMedConfig;
  tokenizer: T;
}
