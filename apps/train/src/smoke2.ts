import type * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { initParams, type SpecTree, type Tree } from '@vividmed/nn';
import { presetConfig, vividMedSpec } from '@vividmed/vlm';
import { generateCorpus } from './data/corpus.js';
import { createDraw } from './data/draw.js';
import { createCollate } from './data/collate.js';
import { phantomTokenizer } from './data/vocabulary.js';
import { parseTrainConfig } from './config.js';
import { createStore } from './training/store.js';
import { createTrainer } from './training/step.js';
const lr = Number(process.argv[2]);
const steps = Number(process.argv[3] ?? 60);
const over = JSON.parse(process.argv[4] ?? '{}');
await useEngine('auto');
const config = parseTrainConfig(
  {
    name: 's1',
    tasks: { targetPresence: 1 },
    steps,
    batchSize: 4,
    data: { radiographShare: 1 },
    maxLength: 128,
    augment: false,
    optimiser: { beta2: over.beta2 ?? 0.999, peakLr: 1e-3, warmupSteps: 20, clipNorm: over.clip ?? 1 },
    loss: over.loss ?? {},
  },
  'x',
);
const corpus = await generateCorpus(1, 8);
const tokenizer = await phantomTokenizer(0);
const base = presetConfig('tiny', { vocabSize: tokenizer.vocabSize, promptState: over.state ?? 'before-close' });
const model = { ...base, sam: { ...base.sam, ...over.sam } };
const spec = vividMedSpec(model) as unknown as SpecTree;
const store = createStore(spec, initParams(spec, 0) as Tree<tf.Tensor>, ['**']);
const batch = createCollate({ model, train: config, tokenizer })(createDraw(config, corpus)(0));
{
  const t = batch.arrays['group0.maskTarget']!,
    w = batch.arrays['group0.maskWeight']!.data;
  const v = t.shape.slice(1).reduce((a, b) => a * b, 1);
  let f = 0,
    n = 0;
  for (let k = 0; k < w.length; k++) {
    if (w[k]! > 0) n++;
    if (w[k]! > 0 && !t.data.subarray(k * v, (k + 1) * v).includes(1)) f += w[k]!;
  }
  console.log(
    '0 floor',
    f,
    'prompts',
    n,
    batch.truths[0]!.boxes.map((b) => b?.length),
  );
}
const trainer = createTrainer({ model, train: config });
for (let s = 0; s < steps; s++) {
  const l = trainer.step(store, batch, lr * Math.min(1, (s + 1) / 10));
  if (s % 10 === 9)
    console.log(
      s,
      Object.entries(l)
        .map(([k, v]) => `${k} ${v.toFixed(3)}`)
        .join(' '),
    );
}
