import { expect, test } from 'vitest';
import { maxTokens, readEncoderConfig } from './config.js';

const bert = {
  model_type: 'bert',
  vocab_size: 30522,
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  hidden_act: 'gelu',
  max_position_embeddings: 512,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  pad_token_id: 0,
};

test('BERT has room for as many tokens as it has positions', () => {
  const { family, config } = readEncoderConfig({ ...bert, architectures: ['BertModel'] });
  expect(family).toBe('bert');
  expect(config).toMatchObject({ width: 768, depth: 12, numTypes: 2, firstPosition: 0 });
  expect(maxTokens(config)).toBe(512);
});

test('RoBERTa loses the positions up to its padding', () => {
  const { config } = readEncoderConfig({
    ...bert,
    model_type: 'roberta',
    max_position_embeddings: 514,
    type_vocab_size: 1,
    pad_token_id: 1,
  });
  expect(config).toMatchObject({ firstPosition: 2, padId: 1 });
  expect(maxTokens(config)).toBe(512);
});

test('another family, activation or kind of positions is refused with its name', () => {
  expect(() => readEncoderConfig({ ...bert, model_type: 'modernbert' })).toThrow(/bert, roberta or distilbert/);
  expect(() => readEncoderConfig({ ...bert, hidden_act: 'relu' })).toThrow(/hidden_act/);
  expect(() => readEncoderConfig({ ...bert, position_embedding_type: 'relative_key' })).toThrow(
    /position_embedding_type/,
  );
  expect(() => readEncoderConfig(null)).toThrow(/expected an encoder/);
});

test('sizes that do not go together are refused', () => {
  expect(() => readEncoderConfig({ ...bert, num_attention_heads: 7 })).toThrow(/heads share evenly/);
  expect(() => readEncoderConfig({ ...bert, hidden_size: 0 })).toThrow(/width/);
});
