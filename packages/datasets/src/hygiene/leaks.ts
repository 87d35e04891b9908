import { check } from '@vividmed/core';
import { hashDistance } from './perceptual-hash.js';

/** What is compared of a study. What is not known is left out. */
export interface Fingerprint {
  dataset: string;
  id: string;
  split: string;
  patient: string;
  /** Digests of its files. */
  files?: readonly string[];
  /** Of `perceptualHash`. */
  pixels?: string;
  /** Of `reportKey`. */
  report?: string;
}

export type LeakKind = 'patient' | 'file' | 'pixels' | 'report';

/** Two studies of different splits that have something in common that is one patient's. */
export interface Leak {
  kind: LeakKind;
  a: Fingerprint;
  b: Fingerprint;
  /** Bits in which the hashes of the pixels differ. */
  distance?: number;
}

export interface LeakOptions {
  /**
   * Bits in which hashes of the same picture may differ; 4 of 64 by default. Of 400 radiographs of NIH ChestX-ray14, 798 of 800
   * copies at other sizes and another contrast are found, and one of 80,000 pairs of other patients.
   */
  maxDistance?: number;
}

/** Digits of a hash. */
const numDigits = 16;

function groupBy(studies: readonly Fingerprint[], keysOf: (study: Fingerprint) => readonly string[]): Fingerprint[][] {
  const groups = new Map<string, Fingerprint[]>();
  for (const study of studies)
    for (const key of new Set(keysOf(study))) {
      const group = groups.get(key);
      if (group) group.push(study);
      else groups.set(key, [study]);
    }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** One pair of each two splits that a group is in, which is enough to find the rest. */
function pairsOf(group: readonly Fingerprint[]): [Fingerprint, Fingerprint][] {
  const firsts = new Map<string, Fingerprint>();
  for (const study of group) if (!firsts.has(study.split)) firsts.set(study.split, study);
  const found = [...firsts.values()];
  return found.flatMap((a, i) => found.slice(i + 1).map((b): [Fingerprint, Fingerprint] => [a, b]));
}

/**
 * Pairs of studies with pictures that look the same. Hashes cut into one part more than bits may differ are equal in a part at
 * least, so only those that share a part are compared.
 */
function samePictures(studies: readonly Fingerprint[], maxDistance: number): Leak[] {
  const leaks: Leak[] = [];
  // Flat pictures look like all others.
  const known = studies.filter(({ pixels }) => pixels !== undefined && /[^0]/.test(pixels));
  const seen = new Set<string>();
  const numParts = maxDistance + 1;
  const edge = (part: number): number => Math.floor((part * numDigits) / numParts);
  const groups = groupBy(known, ({ pixels }) =>
    Array.from({ length: numParts }, (_, part) => `${part} ${pixels!.slice(edge(part), edge(part + 1))}`),
  );
  for (const group of groups)
    for (const [i, a] of group.entries())
      for (const b of group.slice(i + 1)) {
        if (a.split === b.split) continue;
        const distance = hashDistance(a.pixels!, b.pixels!);
        const key = JSON.stringify([a.dataset, a.id, b.dataset, b.id]);
        if (distance > maxDistance || seen.has(key)) continue;
        seen.add(key);
        leaks.push({ kind: 'pixels', a, b, distance });
      }
  return leaks;
}

/**
 * Studies that two splits share, of one data set or of several: the same patient of a data set, the same bytes of a file, the same
 * picture at any size, the same report. Of many that share one thing, one pair for each two splits is told; all pairs for pictures.
 */
export function findLeaks(studies: readonly Fingerprint[], { maxDistance = 4 }: LeakOptions = {}): Leak[] {
  check(
    Number.isInteger(maxDistance) && maxDistance >= 0 && maxDistance < numDigits,
    'config',
    `findLeaks: expected a maxDistance from 0 to ${numDigits - 1} bits, found ${maxDistance}.`,
  );
  const exact = (kind: LeakKind, keysOf: (study: Fingerprint) => readonly string[]): Leak[] =>
    groupBy(studies, keysOf).flatMap((group) => pairsOf(group).map(([a, b]) => ({ kind, a, b })));
  return [
    // Patients of different data sets have numbers of their own.
    ...exact('patient', ({ dataset, patient }) => [`${dataset} ${patient}`]),
    ...exact('file', ({ files = [] }) => files),
    ...samePictures(studies, maxDistance),
    ...exact('report', ({ report }) => (report === undefined ? [] : [report])),
  ];
}

/** Leaks as a table for people: one line each, in columns. */
export function leakTable(leaks: readonly Leak[]): string {
  const place = ({ dataset, id, split }: Fingerprint): string => `${dataset} ${id} (${split})`;
  const rows = [
    ['shared', 'study', 'and study'],
    ...leaks.map(({ kind, a, b, distance }) => [
      distance === undefined ? kind : `${kind}, ${distance} bits apart`,
      place(a),
      place(b),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
