// Replaces the solver of the assignment: for one phrase, and in a training step.
import { createCollate, createDraw, createStore, createTrainer } from '@vividmed/app-train';
import { disposeStore, generateCorpus, parseTrainConfig, phantomTokenizer } from '@vividmed/app-train';
import { type Assign, matchBoxes } from '@vividmed/matcher';
import { initParams } from '@vividmed/nn';
import { presetConfig, vividMedSpec } from '@vividmed/vlm';

/** Takes the cheapest pair that is left, again and again. */
const greedyAssign: Assign = (cost) => {
  const pairs: [number, number][] = [];
  const cheapestFirst = cost.flatMap((row, i) => row.map((_, j): [number, number] => [i, j]));
  cheapestFirst.sort(([a, b], [c, d]) => cost[a]![b]! - cost[c]![d]!);
  for (const [i, j] of cheapestFirst) if (!pairs.some(([row, column]) => row === i || column === j)) pairs.push([i, j]);
  return pairs.sort(([a], [b]) => a - b);
};

// Boxes are centre and size, in parts of the image, along depth, height and width.
const queries = [0.2, 0.5, 0.8].map((at) => [0.5, at, at, 1, 0.2, 0.2] as const);
const match = { boxes: queries, presenceLogits: [0, 0, 0], targets: [queries[2]!, queries[0]!], assign: greedyAssign };
console.log('pairs of query and target', JSON.stringify(matchBoxes(match).pairs));

const corpus = await generateCorpus(1, 2, undefined, { radiograph: [32, 32], ct: [24, 24, 24] });
const stage = { name: 'example', tasks: { targetPresence: 1 }, steps: 1, optimiser: { peakLr: 1e-3, warmupSteps: 0 } };
const train = parseTrainConfig({ ...stage, batchSize: 2, maxPhrases: 2, maxLength: 96 }, 'example');
const tokenizer = await phantomTokenizer(0, corpus);
const model = presetConfig('toy', { vocabSize: tokenizer.vocabSize });
const spec = vividMedSpec(model);
const store = createStore(spec, initParams(spec, 0), train.trainable);
let calls = 0;
const trainer = createTrainer({ model, train, assign: (cost) => (calls++, greedyAssign(cost)) });
const losses = trainer.step(store, [createCollate({ model, train, tokenizer })(createDraw(train, corpus)(1))], 1e-3);
console.log(`phrases matched in the step: ${calls}, box loss: ${losses.boxL1 + losses.boxGiou}`);
trainer.dispose();
disposeStore(store);
