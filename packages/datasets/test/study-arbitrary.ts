import { createRng, type Rng } from '@vividmed/core';
import { boxOfMask, type Segment, type Shape3, type Study, targetOf, taxonomy } from '../src/index.js';

/** A block of voxels somewhere in a volume. */
const block = (shape: Shape3, rng: Rng): Uint8Array => {
  const low = shape.map((size) => rng.int(size - 1));
  const high = low.map((at, axis) => at + 1 + rng.int(shape[axis]! - at));
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let d = low[0]!; d < high[0]!; d++)
    for (let h = low[1]!; h < high[1]!; h++)
      for (let w = low[2]!; w < high[2]!; w++) mask[(d * shape[1] + h) * shape[2] + w] = 1;
  return mask;
};

/** A study that knows the places of some targets, the presence or the absence of others, and says so in a report. */
export function randomStudy(seed: number): Study {
  const rng = createRng(seed).fork('study');
  const shape: Shape3 = [2 + rng.int(3), 3 + rng.int(4), 3 + rng.int(4)];
  const targets = rng.shuffle(taxonomy).slice(0, 40);
  const part = (from: number, most: number): string[] =>
    targets.slice(from, from + rng.int(most + 1)).map(({ name }) => name);
  const structures = part(0, 10).filter((name) => targetOf(name).kind === 'mask');
  const findings = part(10, 10).filter((name) => targetOf(name).kind === 'boxes');
  const boxes = Object.fromEntries(
    findings.map((name) => [name, Array.from({ length: 1 + rng.int(3) }, () => boxOfMask(block(shape, rng), shape)!)]),
  );
  const present = part(20, 4);
  const absent = part(24, 8);
  const unknown = targets.slice(32).map(({ name }) => name);
  const sides = (name: string): ('left' | 'right')[] => boxes[name]!.map(() => rng.pick(['left', 'right'] as const));
  const report = rng
    .shuffle([...structures, ...findings, ...present, ...absent, ...unknown])
    .flatMap((target): Segment[] => {
      const side = targetOf(target).sided && rng.chance(0.3) ? { side: rng.pick(['left', 'right'] as const) } : {};
      const isThere = rng.chance(0.1) !== !absent.includes(target);
      return [
        { text: 'Then ' },
        { phrase: target, target, present: isThere, ...(isThere ? {} : { negative: true }), ...side },
        { text: '. ' },
      ];
    });
  return {
    id: `study ${seed}`,
    volume: {
      data: new Float32Array(shape[0] * shape[1] * shape[2]),
      shape,
      spacingMm: [1, 1, 1],
      modality: rng.pick(['CT', 'MR', 'DX']),
    },
    ...(rng.chance(0.5) ? { plane: 'axial' } : {}),
    masks: Object.fromEntries(structures.map((name) => [name, block(shape, rng)])),
    boxes,
    ...(rng.chance(0.7) ? { boxSides: Object.fromEntries(findings.map((name) => [name, sides(name)])) } : {}),
    present,
    absent,
    ...(rng.chance(0.5) ? { findings: 'The lungs are clear.' } : {}),
    ...(rng.chance(0.5) ? { impression: 'Normal.' } : {}),
    ...(rng.chance(0.3) ? { caption: 'Axial image of the chest.' } : {}),
    ...(rng.chance(0.3)
      ? {
          questions: [
            { question: 'Is it round?', answer: 'yes' },
            { question: 'Where?', answer: 'left' },
          ],
        }
      : {}),
    report,
  };
}
