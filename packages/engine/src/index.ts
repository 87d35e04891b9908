export { jit, type Jitted, type JitOptions } from './jit.js';
export { type EngineInfo, type EngineName, useEngine } from './use-engine.js';
