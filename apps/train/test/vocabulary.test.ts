import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { phantomTokenizer } from '../src/data/vocabulary.js';

/** A model knows its words by number: another list of words would be another model. */
test('the words of the phantom and their numbers are those that models were trained with', async () => {
  const tokenizer = await phantomTokenizer(7);
  expect(createHash('sha256').update(JSON.stringify(tokenizer)).digest('hex')).toBe(
    '569e1b4e0a4cf7610c0d9c0a6413943fc1f96799a881fec5025043ae87846119',
  );
});
