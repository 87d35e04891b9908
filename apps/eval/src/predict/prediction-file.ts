import { basename } from 'node:path';
import { check } from '@vividmed/core';
import { z } from 'zod';
import { PredictionHeader } from '../prediction.js';
import { openLineFile, parseLine } from './line-file.js';

/** A file of predictions that is being written. */
export interface PredictionFile {
  /** Ids of a data set that are there already. */
  has(dataset: string, id: string): boolean;
  append(prediction: { dataset: string; id: string }): void;
}

/** What of a line says which sample it is of. */
const Key = z.object({ dataset: z.string(), id: z.string() });
const keyOf = ({ dataset, id }: z.infer<typeof Key>): string => JSON.stringify([dataset, id]);

/** What must be the same for a file to go on; versions may change. */
const fixed = ['format', 'version', 'model', 'seed', 'config'] as const;

/**
 * Opens a file of predictions: a new one with its header, or one that was begun with the same header. A last line that was cut off is
 * dropped.
 *
 * @throws {VividMedError} `config` for a file of another model, seed or config; `data` for lines of another form
 */
export async function openPredictionFile(path: string, header: PredictionHeader): Promise<PredictionFile> {
  const known = new Set<string>();
  let begun: PredictionHeader | undefined;
  const append = await openLineFile(path, (line) => {
    if (!begun) begun = parseLine(path, line, PredictionHeader);
    else known.add(keyOf(parseLine(path, line, Key)));
  });
  if (!begun) append(header);
  else {
    const differing = fixed.filter((key) => JSON.stringify(begun![key]) !== JSON.stringify(header[key]));
    check(
      differing.length === 0,
      'config',
      `${basename(path)}: expected predictions of the same model and config, found another ${differing.join(', ')}.`,
      'Choose another folder, or remove this file.',
    );
  }
  return {
    has: (dataset, id) => known.has(keyOf({ dataset, id })),
    append: (prediction) => {
      known.add(keyOf(prediction));
      append(prediction);
    },
  };
}
