export { exportParams, lazyExport, loadParams, type LoadOptions } from './checkpoint/load.js';
export { type ByteSource, openSafetensors, openSharded, type TensorReader } from './checkpoint/reader.js';
export {
  type DType,
  parseHeader,
  parseSafetensors,
  type RawTensor,
  type SafetensorsHeader,
  type TensorEntry,
  toFloat32,
} from './checkpoint/safetensors.js';
export { openTorch } from './checkpoint/torch/open.js';
export { type FloatTensor, type LazyTensor, writeSafetensors } from './checkpoint/write.js';
export { type Compile, type Compiled, compileModel, type CompiledModel, uncompiled } from './compile.js';
export { matchGlobs, partition } from './globs.js';
export { constant, fanIn, normal, ones, truncNormal, xavierUniform, zeros } from './init.js';
export { gelu, silu } from './layers/activation.js';
export { attention, mergeHeads, splitHeads } from './layers/attention.js';
export { type DropoutNode, seededDropout } from './layers/dropout.js';
export { linear, linearSpec, type LinearParams, type LoraNode } from './layers/linear.js';
export {
  layerNorm,
  layerNormSpec,
  type LayerNormParams,
  rmsNorm,
  rmsNormSpec,
  type RmsNormParams,
} from './layers/norm.js';
export { stopGradient } from './layers/stop-gradient.js';
export { swiglu, type SwigluParams } from './layers/swiglu.js';
export {
  addLora,
  attachLora,
  dropoutSeed,
  extractLora,
  initLora,
  type LoraAdapters,
  mergeLora,
  unmergeLora,
  withoutDropout,
} from './lora/adapters.js';
export { exportLora, type LoadLoraOptions, loadLora, peftConfig, readPeftConfig } from './lora/peft.js';
export { type LoraOptions, loraScale, loraSpec, loraTargets } from './lora/spec.js';
export {
  countParams,
  disposeParams,
  getPath,
  type Init,
  initParams,
  leaves,
  mapLeaves,
  type ParamOptions,
  type ParamsOf,
  ParamSpec,
  type SpecTree,
  type Tree,
} from './params.js';
export { type AdamWConfig, type AdamWInput, type AdamWState, adamwUpdate } from './optim/adamw.js';
export { clipByGlobalNorm, clipFactor, globalNorm } from './optim/clip.js';
export { learningRateAt, type ScheduleConfig } from './optim/schedule.js';
export { scope, type ScopeOptions } from './scope.js';
