export { SamConfig, samPresets } from './config.js';
export { encodeImage, type ImageEncoderParams, imageEncoderSpec, type Tap } from './image-encoder.js';
export {
  diceLoss,
  focalLoss,
  type FocalOptions,
  generalisedIou,
  instanceLoss,
  type InstanceLossInput,
  maskLoss,
  type MaskLossInput,
} from './losses.js';
export {
  decodePrompts,
  type Localised,
  type PromptInput,
  resizeMaskLogits,
  type SamParams,
  samSpec,
  tokenSimilarity,
} from './sam.js';
