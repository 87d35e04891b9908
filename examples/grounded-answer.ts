// Asks an untrained model about a drawn chest CT: what it says means nothing, but every part of an answer is there.
import { generatePhantom } from '@vividmed/datasets';
import { createReader, type ReadPhrase } from '@vividmed/inference';
import { disposeParams, initParams } from '@vividmed/nn';
import { presetConfig, vividMedSpec, wordTokenizer, wordVocabulary } from '@vividmed/vlm';

const { volume } = generatePhantom(1, { ctShape: [24, 24, 24], radiographSize: [32, 32] }).ct;
const tokenizer = wordTokenizer(wordVocabulary(['right lung', 'heart', 'opacity']));
const config = presetConfig('toy', { vocabSize: tokenizer.vocabSize });

/** The answer of a model with the random weights of a seed. */
async function answer(seed: number): Promise<{ text: string; phrases: ReadPhrase[] }> {
  const params = initParams(vividMedSpec(config), seed);
  const reader = createReader({ params, config, tokenizer });
  const [reading] = await reader.read([{ volume, question: 'heart' }], { grounded: true, maxNewTokens: 12 });
  reader.dispose();
  disposeParams(params);
  return reading!;
}

// Few random models close a phrase with words in it; the first that does is shown.
let seed = 9;
let { text, phrases } = await answer(seed);
while (phrases.every((phrase) => phrase.text.trim() === '')) ({ text, phrases } = await answer(++seed));
console.log(`answer: ${text}`);
for (const { text: words, mask, boxes, found } of phrases) {
  const voxels = mask.reduce((sum, inside) => sum + inside, 0);
  console.log(`phrase "${words}": ${found ? `${voxels} voxels, ${boxes.length} boxes` : 'not found'}`);
}
