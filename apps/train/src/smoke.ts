import { useEngine } from '@vividmed/engine';
import { generateCorpus } from './data/corpus.js';
import { evaluate } from './quickstart/evaluate.js';
import { openModel } from './training/checkpoint.js';
import { scoreLocalisation } from './evaluation/localisation.js';
await useEngine('auto');
const held = await generateCorpus(1_000_001, Number(process.argv[3] ?? 24));
const model = await openModel(process.argv[2]!);
const t = Date.now();
if (process.argv[4] === 'text') {
  const e = await evaluate(model, held, 0, () => {});
  console.log(JSON.stringify({ ...e, text: { ...e.text, answers: e.text.answers.slice(0, 24) } }, null, 1));
} else {
  console.log('2D', JSON.stringify(scoreLocalisation(model, held.radiographs)), Date.now() - t);
  console.log('3D', JSON.stringify(scoreLocalisation(model, held.cts)), Date.now() - t);
}
