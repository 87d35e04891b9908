import { type EngineInfo, useEngine } from '@vividmed/engine';
import type { CommandContext } from './command.js';

/** The engine in use in one line, and why not better ones, but for those that nobody has installed. */
export function engineLine({ name, threads, reason, tried }: EngineInfo): string {
  const broken = tried.filter(({ error }) => !error.includes('is not installed'));
  const others = broken.map((failure) => `; not ${failure.name}: ${failure.error}`).join('');
  return `engine ${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'} (${reason}${others})`;
}

/** Starts the engine that a command was asked for, and says which it is. */
export async function startEngine({ options, log }: Pick<CommandContext, 'options' | 'log'>): Promise<EngineInfo> {
  const engine = await useEngine(options.engine);
  log(engineLine(engine));
  return engine;
}
