import { type EngineReport, type ExecutionProvider, inspectEngines, useEngine } from '@vividmed/engine';

/** What this machine has to offer to the tests. */
export interface Survey {
  engines: EngineReport[];
  /** What became of the wish for each provider, in one line. */
  providers: Partial<Record<ExecutionProvider, string>>;
}

/** What a provider that works says of itself. */
export const onProvider = (provider: string): string => `traced graphs on ${provider}`;

export async function survey(): Promise<Survey> {
  const engines = await inspectEngines();
  const providers: Survey['providers'] = {};
  for (const provider of ['webgpu', 'cuda'] as const)
    providers[provider] = await useEngine('ort', { executionProviders: [provider] }).then(
      ({ reason }) => reason.replace('asked for; ', ''),
      (cause: Error) => cause.message,
    );
  return { engines, providers };
}
