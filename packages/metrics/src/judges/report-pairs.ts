import { check } from '@vividmed/core';

export interface ReportPair {
  predicted: string;
  reference: string;
}

/** @throws {VividMedError} `shape` for lists of different lengths. */
export function pairsOf(predicted: readonly string[], references: readonly string[], where: string): ReportPair[] {
  check(
    predicted.length === references.length,
    'shape',
    `${where}: expected as many predictions as references, found ${predicted.length} and ${references.length}.`,
  );
  return references.map((reference, i) => ({ predicted: predicted[i]!, reference }));
}
