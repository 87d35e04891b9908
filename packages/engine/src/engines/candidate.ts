/** Engines by name, best first: the order in which `auto` tries them. */
export const engineNames = ['tfjs-node-gpu', 'webgpu', 'ort', 'tfjs-node', 'wasm', 'cpu'] as const;
export type EngineName = (typeof engineNames)[number];

/** How one engine starts. */
export interface Candidate {
  name: EngineName;
  /** Name of its TensorFlow.js backend. */
  backend: string;
  /** Threads that it computes with. */
  threads: () => number;
  /**
   * Loads and registers the backend. `isAsked` when the user named this engine: then a device that only imitates a GPU will do.
   *
   * @throws {Error} with the reason in its message, where it cannot work here.
   */
  load(isAsked: boolean): Promise<void>;
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
