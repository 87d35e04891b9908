import { engineChooser, type UseEngine } from './choose.js';
import type { Candidate } from './engines/candidate.js';
import { ort, wasm } from './engines/in-node.js';
import { cpu } from './engines/in-page.js';
import { tfjsNode, tfjsNodeGpu } from './engines/tfjs-node.js';
import { webgpu } from './engines/webgpu/webgpu.js';
import { type EngineReport, inspect } from './inspect.js';

/** Every engine, in the order of `engineNames`. */
const candidates: readonly Candidate[] = [tfjsNodeGpu, webgpu, ort, tfjsNode, wasm, cpu];

/**
 * Chooses what computes. `auto` takes the first that works of `tfjs-node-gpu` (CUDA), `webgpu` on a real GPU, `ort` (ONNX
 * Runtime), `tfjs-node`, `wasm` and `cpu` (plain JavaScript), and says why not the ones before. Packages of the two `tfjs-node`
 * and `webgpu` are used where they are installed. Without a name the variable `VIVIDMED_ENGINE` of the environment decides,
 * and `auto` where it is not set.
 *
 * @throws {VividMedError} `config` for a name that is none; `unsupported` when the named engine does not work here: the engine
 * in use stays.
 */
export const useEngine: UseEngine = engineChooser(candidates);

/**
 * Tries every engine, whatever `auto` would choose, and measures those that work. The engine in use is in use again afterwards.
 */
export const inspectEngines = (): Promise<EngineReport[]> => inspect(candidates);
