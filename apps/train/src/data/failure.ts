import { VividMedError } from '@vividmed/core';

/** What failed, without the paths that errors of files repeat: they may hold names of patients. */
export function describeFailure(error: unknown): string {
  if (VividMedError.isInstance(error)) return error.message;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `expected a study that can be read, found a failure of its adapter${code}.`;
}
