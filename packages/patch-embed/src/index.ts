export { type DepthConfig, effectivePatchDepth, type Profile, samplePatchDepth } from './depth.js';
export { resizeAxes } from './interpolation.js';
export { inflateKernel, resampleKernel } from './kernel.js';
export {
  patchEmbed,
  PatchEmbedConfig,
  type PatchEmbedParams,
  patchEmbedSpec,
  resamplePositions,
} from './patch-embed.js';
export { wavePositions } from './positions.js';
export { fitInPlane, type Plan, planImage, type PlanConfig, type Size3 } from './plan.js';
