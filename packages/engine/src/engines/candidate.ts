/** Engines by name, best first: the order in which `auto` tries them. */
export const engineNames = ['tfjs-node-gpu', 'webgpu', 'ort', 'tfjs-node', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** What an engine computes on, where it is no CPU. */
export interface Device {
  readonly name: string;
  /** Software that imitates a GPU: right for checking kernels, slower than the CPU itself. */
  readonly isSoftware: boolean;
}

/** Execution providers of ONNX Runtime that `ort` knows. */
export const executionProviders = ['cuda', 'webgpu', 'cpu'] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

export interface LoadOptions {
  /** The user named this engine: then a device that only imitates a GPU will do. */
  isAsked: boolean;
  /** What `ort` shall run traced graphs on, best first. */
  executionProviders: readonly ExecutionProvider[];
}

/** What there is to say about an engine that has been loaded. */
export interface Loaded {
  device?: Device;
  /** One line for people about what was chosen inside of the engine. */
  note?: string;
}

/** How one engine starts. */
export interface Candidate {
  name: EngineName;
  /** Name of its TensorFlow.js backend. */
  backend: string;
  /** Threads that it computes with. */
  threads: () => number;
  /**
   * Loads and registers the backend.
   *
   * @throws {Error} with the reason in its message, where it cannot work here.
   */
  load(options: LoadOptions): Promise<Loaded>;
}

/**
 * Imports a package that need not be installed.
 *
 * @throws {Error} that says so in one line when it is not there, or does not load.
 */
export async function importOptional(name: string): Promise<Record<string, unknown>> {
  try {
    // A variable, so that neither compiler nor bundler looks for the package.
    return (await import(name)) as Record<string, unknown>;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string };
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const reason =
      isMissing && message?.includes(name)
        ? 'is not installed'
        : `does not load (${firstLine(message ?? String(cause))})`;
    throw new Error(`${name} ${reason}`, { cause });
  }
}

/** The first line of a message: errors of native libraries can be pages long. */
export const firstLine = (text: string): string => text.split('\n', 1)[0]!.trim();
