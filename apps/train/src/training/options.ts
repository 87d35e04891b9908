import type { Assign } from '@vividmed/matcher';
import type { VividMedConfig, VividMedModules } from '@vividmed/vlm';
import type { TrainConfig } from '../config.js';

export interface TrainerOptions {
  model: VividMedConfig;
  train: Pick<TrainConfig, 'loss' | 'optimiser'>;
  /** Solver of the assignment; munkres-js by default. */
  assign?: Assign;
  /** Parts of the model to replace. */
  modules?: Partial<VividMedModules>;
}
