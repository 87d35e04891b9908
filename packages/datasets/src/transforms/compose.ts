import type { Rng } from '@vividmed/core';
import type { Study } from '../study.js';

/** A change of a study, drawn from a stream. The same stream gives the same study; the one that went in stays as it was. */
export type Transform = (study: Study, rng: Rng) => Study;

/** One transform after the other, each with a stream of its own, so that none changes what another draws. */
export const compose =
  (...transforms: readonly Transform[]): Transform =>
  (study, rng) =>
    transforms.reduce((now, transform, i) => transform(now, rng.fork(i)), study);

/** A transform that is done with this chance. */
export const sometimes =
  (chance: number, transform: Transform): Transform =>
  (study, rng) =>
    rng.fork('whether').chance(chance) ? transform(study, rng.fork('how')) : study;
