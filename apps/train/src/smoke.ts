import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { initParams, countParams, learningRateAt } from '@vividmed/nn';
import { presetConfig, vividMedSpec, wordTokenizer, wordVocabulary } from '@vividmed/vlm';
import { generateCorpus } from './data/corpus.js';
import { createDraw } from './data/draw.js';
import { createCollate } from './data/collate.js';
import { parseTrainConfig } from './config.js';
import { scoreLocalisation } from './evaluation/localisation.js';
import type { VividMedParams } from '@vividmed/vlm';
import { createStore, storeTree } from './training/store.js';
import { createTrainer } from './training/step.js';
import { createRng } from '@vividmed/core';
import { targetPresence, visualQuestions, groundedReport, reportWriting } from '@vividmed/datasets';

const steps = Number(process.argv[2] ?? 30);
console.log(await useEngine((process.argv[3] ?? 'auto') as 'auto'));
const config = parseTrainConfig(
  {
    name: 's1',
    tasks: { targetPresence: 1 },
    steps,
    optimiser: { peakLr: 1e-3, warmupSteps: 20 },
    augment: process.argv[4] !== 'plain',
  },
  'x',
);
let t = Date.now();
const corpus = await generateCorpus(1, Number(process.argv[5] ?? 60));
console.log('corpus', Date.now() - t);
const texts: string[] = [];
for (const c of [...corpus.radiographs, ...corpus.cts])
  for (let i = 0; i < 8; i++)
    for (const f of [targetPresence, visualQuestions, groundedReport, reportWriting])
      for (const turn of f(c, createRng(i * 1000 + 7)).turns)
        texts.push(
          turn.question,
          turn.answer.map((s) => ('phrase' in s ? s.phrase : s.text)).join(''),
          ...turn.answer.map((s) => ('phrase' in s ? s.phrase : s.text)),
        );
const tokenizer = wordTokenizer(wordVocabulary(texts));
const model = presetConfig('tiny', {
  vocabSize: tokenizer.vocabSize,
  profile: (process.argv[7] ?? 'paper') as 'paper',
});
const spec = vividMedSpec(model);
console.log('vocab', tokenizer.vocabSize, 'params', countParams(spec));
const store = createStore(spec, initParams(spec, 0), ['**']);
const held = await generateCorpus(100001, 16);
const lr = Number(process.argv[6] ?? 1e-3);
const draw = createDraw(config, corpus);
const collate = createCollate({ model, train: config, tokenizer });
const trainer = createTrainer({ model, train: config });
for (let s = 0; s < steps; s++) {
  t = Date.now();
  const batch = collate(draw(s));
  const t1 = Date.now();
  const losses = trainer.step(store, batch, learningRateAt(s + 1, { peakLr: lr, warmupSteps: 30, totalSteps: steps }));
  if (s < 12 || s % 10 === 0)
    console.log(
      s,
      'collate',
      t1 - t,
      'step',
      Date.now() - t1,
      batch.groups.map((g) => g.numPrompts).join('/'),
      batch.arrays.ids!.shape.join('x'),
      batch.arrays.rowIndex!.shape.join('x'),
      Object.entries(losses)
        .map(([k, v]) => `${k} ${v.toFixed(3)}`)
        .join(' '),
      tf.memory().numTensors,
    );
  if (s % 100 === 99 || s === steps - 1) {
    const inUse = { params: storeTree(store) as unknown as VividMedParams, config: model, tokenizer };
    t = Date.now();
    console.log('2D', JSON.stringify(scoreLocalisation(inUse, held.radiographs)));
    console.log('3D', JSON.stringify(scoreLocalisation(inUse, held.cts)), Date.now() - t);
  }
}
