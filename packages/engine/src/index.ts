export { jit, type Jitted, type JitOptions, type Run } from './jit.js';
export { runAll } from './run-all.js';
export { type EngineName, engineNames } from './engines/candidate.js';
export { type EngineReport, inspectEngines } from './inspect.js';
export { type OnnxOptions, toOnnx } from './to-onnx.js';
export { type EngineFailure, type EngineInfo, useEngine } from './use-engine.js';
