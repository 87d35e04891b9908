export { jit, type Jitted, type JitOptions } from './jit.js';
export { type Run } from './run.js';
export { runAll } from './run-all.js';
export { type EngineFailure, type EngineInfo, type EngineOptions, type UseEngine } from './choose.js';
export {
  type Device,
  type EngineName,
  engineNames,
  type ExecutionProvider,
  executionProviders,
} from './engines/candidate.js';
export { type EngineReport } from './inspect.js';
export { type OnnxOptions, toOnnx } from './to-onnx.js';
export { inspectEngines, useEngine } from './use-engine.js';
