import { check } from '@vividmed/core';
import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { generatePhantom } from '../phantom/generate.js';
import { studyOf } from '../templates/phantom-study.js';
import { parseOptions } from './records.js';

const name = 'phantom';
const size = z.number().int().min(24);
const views = ['ct', 'slice', 'radiograph'] as const;

const PhantomOptions = z.strictObject({
  numCases: z.number().int().positive().default(100).describe('Patients, each with the views.'),
  firstSeed: z.number().int().default(1).describe('Seed of the first patient; the next ones follow it.'),
  views: z.array(z.enum(views)).min(1).default(['ct', 'radiograph']),
  ctShape: z.tuple([size, size, size]).default([24, 48, 64]),
  flatSize: z.tuple([size, size]).default([96, 96]).describe('Rows and columns of radiographs and slices.'),
});

/**
 * The chest phantom as a data set, to be mixed with others: it has no files, and its studies are made when they are read.
 *
 * @throws {VividMedError} `config`, for options of another form
 */
export function phantomDataset(options: z.input<typeof PhantomOptions> = {}): Dataset {
  const { numCases, firstSeed, views: shown, ctShape, flatSize } = parseOptions(name, PhantomOptions, options);
  const places = new Map(
    Array.from({ length: numCases }, (_, i) => firstSeed + i).flatMap(
      (seed): [string, { seed: number; view: (typeof views)[number] }][] =>
        shown.map((view) => [`phantom-${seed}-${view}`, { seed, view }]),
    ),
  );
  return {
    name,
    entries: [...places].map(([id, { seed }]) => ({ id, patient: `phantom-${seed}`, files: [] })),
    read: async ({ id }) => {
      const place = places.get(id);
      check(place, 'data', `${name}: expected an entry of this data set, found another.`);
      const sizes = { ctShape, radiographSize: flatSize, sliceSize: flatSize };
      return studyOf(generatePhantom(place.seed, sizes)[place.view]);
    },
  };
}
