import { expect, test } from 'vitest';
import { encoderNames, isBesideEncoder } from './names.js';

test('an encoder is found behind any prefix', () => {
  const names = ['module.bert.embeddings.word_embeddings.weight', 'module.heads.weight'];
  const { prefix, rename } = encoderNames('bert', names);
  expect(prefix).toBe('module.bert.');
  expect(rename('encoder.layer.3.output.dense.bias')).toBe('module.bert.encoder.layer.3.output.dense.bias');
});

test('checkpoints that came from TensorFlow call the parts of layer norms gamma and beta', () => {
  const { rename } = encoderNames('bert', ['embeddings.word_embeddings.weight', 'embeddings.LayerNorm.gamma']);
  expect(rename('encoder.layer.0.output.LayerNorm.bias')).toBe('encoder.layer.0.output.LayerNorm.beta');
  expect(rename('encoder.layer.0.output.dense.bias')).toBe('encoder.layer.0.output.dense.bias');
});

test('no encoder, and more than one, are errors', () => {
  expect(() => encoderNames('bert', ['words.weight'])).toThrow(
    'expected one embeddings.word_embeddings.weight, found 0',
  );
  const two = ['a', 'b'].map((name) => `${name}.embeddings.word_embeddings.weight`);
  expect(() => encoderNames('bert', two)).toThrow('found 2');
});

test('only what hidden states do not need may stand beside an encoder', () => {
  const beside = [
    'bert.embeddings.position_ids',
    'bert.pooler.dense.bias',
    'lm_head.dense.weight',
    'cls.predictions.bias',
  ];
  expect(beside.filter((name) => !isBesideEncoder(name))).toEqual([]);
  const parts = [
    'bert.encoder.layer.0.output.dense.bias',
    'classifier.weight',
    'linear_heads.0.bias',
    'adapter.weight',
  ];
  expect(parts.filter(isBesideEncoder)).toEqual([]);
});
