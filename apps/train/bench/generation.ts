import * as tf from '@tensorflow/tfjs';
import { jit, useEngine } from '@vividmed/engine';
import { initParams } from '@vividmed/nn';
import { buildSequence, createGenerator, presetConfig, vividMedSpec, wordTokenizer } from '@vividmed/vlm';

// Tokens per second of preset `tiny`, 16 answers at once: `tsx --conditions=@vividmed/source bench/generation.ts [engine]`.
// Seconds of the processor are the figure to compare where others use the machine too.
const [rounds, batch, maxNewTokens] = [6, 16, 96];
const engine = await useEngine(process.argv[2] ?? 'auto');
const letters = 'abcdefghijklmnopqrst'.split('');
const tokenizer = wordTokenizer(letters.flatMap((first) => letters.map((second) => `w${first}${second}`)));
const config = presetConfig('tiny', { vocabSize: tokenizer.vocabSize });
const params = initParams(vividMedSpec(config), 0);
const turns = [{ question: 'waa wbb wcc wdd wee' }];
const sequences = Array.from({ length: batch }, () =>
  buildSequence({ turns, grounded: true, numImageTokens: config.maxTokens, tokenizer }),
);
const images = [tf.randomNormal([batch, config.maxTokens + 2, config.language.width], 0, 1, 'float32', 3)];
const generator = createGenerator(config.language, { tokenizer, compile: (fn) => jit(fn) });
console.log(`engine ${engine.name}, ${engine.threads} threads, ${batch} answers`);
for (let round = 0; round < rounds; round++) {
  const start = performance.now();
  const before = process.cpuUsage();
  const answers = await generator.generate(params, { sequences, images }, { maxNewTokens, seed: 1 });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const count = answers.reduce((sum, { ids }) => sum + ids.length, 0);
  const rates = [seconds, (user + system) / 1e6].map((time) => (count / time).toFixed(0));
  console.log(
    `${round === 0 ? 'first' : 'warm '} ${count} tokens: ${rates[0]} per second, ${rates[1]} per second of the processor`,
  );
}
generator.dispose();
