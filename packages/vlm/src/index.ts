export { type CollatedSequences, collateSequences, type CollateOptions } from './tokens/collate.js';
export {
  buildSequence,
  ignoreLabel,
  nextPosition,
  type PromptState,
  type Segment,
  type Sequence,
  type SequenceOptions,
  type SequencePhrase,
  type Turn,
} from './tokens/sequence.js';
export { wordShares } from './tokens/word-shares.js';
export { addedTokenNames, type SpecialTokens, type Tokenizer } from './tokens/tokenizer.js';
export { vicunaTokenizer } from './tokens/vicuna-tokenizer.js';
export { type WordTokenizer, wordTokenizer, wordVocabulary, tokenizerFromJson } from './tokens/word-tokenizer.js';
export { LanguageConfig } from './language/config.js';
export { type DecodeCache, type DecodeInput, type DecodeOutput, decodeStep } from './language/decode.js';
export { routeExperts, type SequenceGroup } from './language/experts.js';
export {
  embedTokens,
  type LanguageInput,
  languageModel,
  type LanguageOutput,
  type LanguageParams,
  languageSpec,
  lmHeadSpec,
  lmLoss,
  logitsAt,
  rowsAt,
} from './language/language-model.js';
export type { LayerCache } from './language/layer.js';
export { adapter, AdapterConfig, type AdapterParams, adapterSpec } from './vision/adapter.js';
export {
  poolTokens,
  visionTransformer,
  VisionTransformerConfig,
  type VisionTransformerParams,
  visionTransformerSpec,
} from './vision/transformer.js';
export { initVividMed } from './model/init.js';
export { type PresetName, presetConfig, VividMedConfig } from './model/config.js';
export {
  type ImageGroup,
  imageTokens,
  localise,
  phrasePrompts,
  phraseWords,
  type PromptParams,
  promptSpec,
  vividMed,
  type VividMedInput,
  type VividMedModules,
  vividMedModules,
  type VividMedOptions,
  type VividMedOutput,
  type VividMedParams,
  vividMedSpec,
} from './model/vividmed.js';
export {
  matchChannels,
  pooledTokens,
  type VisionOptions,
  visionPatches,
  visionTower,
  VisionTowerConfig,
  type VisionTowerParams,
  visionTowerSpec,
} from './vision/tower.js';
export type { Compile, Compiled } from '@vividmed/nn';
export { createDecoder, type Decoder, type TextParams } from './generate/decoder.js';
export {
  createGenerator,
  type GenerateEvent,
  type GenerateInput,
  type GenerateOptions,
  type Generator,
  type GeneratorOptions,
} from './generate/generate.js';
export type { FinishReason, GeneratedPhrase, Generation } from './generate/row.js';
export { type SampleOptions, sampleToken } from './generate/sample.js';
export { planCanvas } from './preprocess/canvas.js';
export { modelBox, modelImage, modelMask, planVolume, volumeBox, volumeValues } from './preprocess/model-image.js';
export type { VolumeLike, VoxelBox } from './preprocess/volume.js';
export type { LocatedItem, LocateItem, LocateOptions } from './grounding/locate.js';
export type { GroundedPhrase, PhraseKind, PhraseRegion } from './grounding/phrase.js';
export {
  createReader,
  type ReadEvent,
  type Reader,
  type ReaderOptions,
  type Reading,
  type ReadItem,
  type ReadOptions,
} from './grounding/reader.js';
export { type ScoredBox, suppressRepeats } from './grounding/suppress.js';
