export {
  type BertScoreEncoder,
  type BertScoreEncoderOptions,
  openBertScoreEncoder,
  type TokenEmbeddings,
} from './bert-score-encoder.js';
export {
  cheXbert,
  type CheXbert,
  type CheXbertParams,
  type CheXbertReading,
  cheXbertSpec,
  openCheXbert,
} from './chexbert.js';
export { EncoderConfig, type EncoderFamily, readEncoderConfig } from './encoder/config.js';
export { encode, type EncoderInput, type EncoderParams, encoderSpec } from './encoder/encoder.js';
export type { TextModelOptions } from './encoder/text-model.js';
export { openRadBert, radBert, type RadBert, type RadBertParams, radBertSpec } from './radbert.js';
export { RadGraphConfig } from './radgraph/config.js';
export type { RadGraphReading } from './radgraph/decode.js';
export { radGraphHeadsSpec, type RadGraphHeadsParams, scoreRelations, scoreSpans } from './radgraph/heads.js';
export { openRadGraph, type RadGraph, type RadGraphOptions } from './radgraph/radgraph.js';
export type { Span } from './radgraph/spans.js';
export { reportWords, type WordRule } from './radgraph/words.js';
export {
  createTokenizer,
  openTokenizer,
  type SubwordTokenizer,
  type TokenizerFiles,
  type TokenizerOptions,
  tokenRow,
} from './tokenizer.js';
