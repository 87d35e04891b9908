import { VividMedError } from '@vividmed/core';
import { registerGradients } from '@vividmed/nn/gradients';
import { type Options, optionsHelp, parseOptions } from './options.js';

/** What a command may do besides its work: the rest of the process is the command line's alone. */
export interface CommandContext {
  options: Options;
  /** For people, on standard error. */
  log(line: string): void;
  /** One JSON line of the result, on standard output. */
  result(value: unknown): void;
  /** Fires at Ctrl-C: finish the step in progress, save, and return. */
  signal: AbortSignal;
}

export interface Command {
  /** First line of `--help`. */
  usage: string;
  run(context: CommandContext): Promise<void>;
}

/** Exit codes of every command: 0 done, 1 failed or interrupted, 2 the command line or a config is wrong. */
export async function runCommand(argv: readonly string[], { usage, run }: Command): Promise<0 | 1 | 2> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(1);
    log('\nStopping after this step; the same command goes on from here. Ctrl-C again stops at once.');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    const options = parseOptions(argv);
    if (options.help) {
      process.stdout.write(`${usage}\n\n${optionsHelp}\n`);
      return 0;
    }
    // Without them, wasm could not train: tfjs has no gradient of an embedding there.
    registerGradients();
    await run({
      options,
      log,
      result: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
      signal: controller.signal,
    });
    return controller.signal.aborted ? 1 : 0;
  } catch (error) {
    if (!VividMedError.isInstance(error)) throw error;
    log(error.message);
    return error.code === 'config' ? 2 : 1;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}
