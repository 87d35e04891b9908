import { presetConfig } from '@vividmed/vlm';
import { generateCorpus } from './data/corpus.js';
import { createDraw } from './data/draw.js';
import { createCollate } from './data/collate.js';
import { phantomTokenizer } from './data/vocabulary.js';
import { parseTrainConfig } from './config.js';
const config = parseTrainConfig(
  { name: 's1', tasks: { targetPresence: 1 }, steps: 1, maxLength: 128, optimiser: { peakLr: 1e-3, warmupSteps: 20 } },
  'x',
);
const corpus = await generateCorpus(1, 8);
const tokenizer = await phantomTokenizer(0);
const model = presetConfig('tiny', { vocabSize: tokenizer.vocabSize });
const draw = createDraw(config, corpus),
  collate = createCollate({ model, train: config, tokenizer });
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};
let d = 0,
  c = 0;
for (let s = 0; s < 60; s++) {
  const a = cpu();
  const x = draw(s);
  const b = cpu();
  collate(x);
  if (s >= 30) {
    d += b - a;
    c += cpu() - b;
  }
}
console.log('draw', d / 30, 'collate', c / 30);
