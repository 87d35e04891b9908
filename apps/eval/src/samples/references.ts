import { basename } from 'node:path';
import { check } from '@vividmed/core';
import { linesOf, openLineFile, parseLine } from '../predict/line-file.js';
import { Reference } from '../reference.js';
import type { EvaluationSample } from './sample.js';

/**
 * Keeps the reference of each sample in a file, once, so that predictions can be scored without the images.
 *
 * @yields the samples as they come
 */
export async function* recordReferences(
  path: string,
  samples: AsyncIterable<EvaluationSample>,
): AsyncGenerator<EvaluationSample> {
  const known = new Set<string>();
  const keyOf = ({ dataset, id }: Pick<Reference, 'dataset' | 'id'>): string => JSON.stringify([dataset, id]);
  const append = await openLineFile(path, (line) => known.add(keyOf(parseLine(path, line, Reference))));
  for await (const sample of samples) {
    const key = keyOf(sample);
    if (!known.has(key)) append(sample.reference);
    known.add(key);
    yield sample;
  }
}

/**
 * Reads the references of a file.
 *
 * @yields each of them, one held at a time
 * @throws {VividMedError} `data` for lines of another form and for an id that is there twice.
 */
export async function* readReferences(path: string): AsyncGenerator<Reference> {
  const known = new Set<string>();
  for await (const line of linesOf(path)) {
    const reference = parseLine(path, line, Reference);
    const key = JSON.stringify([reference.dataset, reference.id]);
    check(!known.has(key), 'data', `${basename(path)}: line ${line.number}: expected each id once, found one twice.`);
    known.add(key);
    yield reference;
  }
}
