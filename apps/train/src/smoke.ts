import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { initParams, countParams, learningRateAt, type SpecTree, type Tree } from '@vividmed/nn';
import { presetConfig, vividMedSpec } from '@vividmed/vlm';
import { generateCorpus } from './data/corpus.js';
import { createDraw } from './data/draw.js';
import { createCollate } from './data/collate.js';
import { phantomTokenizer } from './data/vocabulary.js';
import { parseTrainConfig } from './config.js';
import { createStore } from './training/store.js';
import { createTrainer } from './training/step.js';
const steps = Number(process.argv[2] ?? 10);
const task = process.argv[3] ?? 'targetPresence';
console.log(await useEngine('auto'));
const config = parseTrainConfig(
  { name: 's1', tasks: { [task]: 1 }, steps, optimiser: { peakLr: 1e-3, warmupSteps: 20 } },
  'x',
);
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};
let t = cpu();
const corpus = await generateCorpus(1, 20);
console.log('corpus cpu ms per case', (cpu() - t) / 20);
t = cpu();
const tokenizer = await phantomTokenizer(0);
console.log('tokenizer cpu', cpu() - t);
const model = presetConfig('tiny', { vocabSize: tokenizer.vocabSize });
const spec = vividMedSpec(model) as unknown as SpecTree;
console.log('vocab', tokenizer.vocabSize, 'params', countParams(spec));
const store = createStore(spec, initParams(spec, 0) as Tree<tf.Tensor>, ['**']);
const draw = createDraw(config, corpus);
const collate = createCollate({ model, train: config, tokenizer });
const trainer = createTrainer({ model, train: config });
for (let s = 0; s < steps; s++) {
  t = cpu();
  const batch = collate(draw(s));
  const t1 = cpu(),
    w = Date.now();
  const losses = trainer.step(
    store,
    batch,
    learningRateAt(s + 1, { peakLr: 1e-3, warmupSteps: 30, totalSteps: steps }),
  );
  console.log(
    s,
    'collate',
    (t1 - t).toFixed(0),
    'step cpu',
    (cpu() - t1).toFixed(0),
    'wall',
    Date.now() - w,
    batch.groups.map((g) => g.numPrompts + '@' + g.patchDepth).join('/'),
    batch.arrays.ids!.shape.join('x'),
    batch.arrays.rowIndex!.shape.join('x'),
    losses.total.toFixed(2),
  );
}
trainer.dispose();
