import { basename, join } from 'node:path';

/** Names of the files of a stage's run folder. */
export const runFiles = (folder: string) => ({
  config: join(folder, 'config.json'),
  metrics: join(folder, 'metrics.jsonl'),
  checkpoint: join(folder, 'checkpoint'),
  checkpointWeights: join(folder, 'checkpoint', 'model.safetensors'),
  weights: join(folder, 'model.safetensors'),
  finished: join(folder, 'finished.json'),
});

/** The run folder of a config unless one is named: by the name of its file. */
export const defaultFolder = (path: string, { data }: { data: { sources?: unknown } }): string =>
  `runs/${data.sources ? 'data' : 'phantom'}/${basename(path, '.json')}`;
