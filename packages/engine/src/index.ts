export { jit, type Jitted, type JitOptions } from './jit.js';
export { jitAll, type JittedAll } from './jit-all.js';
export { type EngineName, engineNames } from './engines/candidate.js';
export { type EngineReport, inspectEngines } from './inspect.js';
export { type OnnxOptions, toOnnx } from './to-onnx.js';
export { type EngineFailure, type EngineInfo, useEngine } from './use-engine.js';
