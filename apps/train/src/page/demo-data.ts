import { createRng, type Rng } from '@vividmed/core';
import { type Box, type Case, generatePhantom, isPhrase, reportSegments, truthOf } from '@vividmed/datasets';
import type { PagePhrase, PageReport } from '@vividmed/pages';
import { type LossRecord, lossNames, type PageData, type PageStage } from './data.js';

/** The true report of a case in the form of the page; absent targets are left as plain text. */
function trueReport(subject: Case): PageReport {
  let text = '';
  const phrases: PagePhrase[] = [];
  for (const segment of reportSegments(subject.report)) {
    const start = text.length;
    text += isPhrase(segment) ? segment.phrase : segment.text;
    if (!isPhrase(segment) || !segment.present) continue;
    const { mask, boxes, present } = truthOf(subject, segment.target, segment.side);
    const boxList = (boxes ?? []).map((box) => ({ box }));
    phrases.push({
      start,
      end: text.length,
      text: segment.phrase,
      targetName: segment.target,
      mask,
      boxes: boxList,
      found: present,
    });
  }
  return { text, phrases };
}

/** A mask moved by a few voxels, with some of its rim lost. */
function shiftMask(mask: Uint8Array, [depth, height, width]: readonly [number, number, number], rng: Rng): Uint8Array {
  const [dy, dx] = [rng.int(3) - 1, rng.int(3) - 1];
  const out = new Uint8Array(depth * height * width);
  for (let d = 0; d < depth; d++)
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++)
        out[(d * height + y) * width + x] = mask[(d * height + y + dy) * width + x + dx] ?? 0;
  return out;
}

/** What a model might have written: the true report with moved regions, one of them lost. */
function perturb(report: PageReport, subject: Case, rng: Rng): PageReport {
  const { shape } = subject.volume;
  // A moved box has as many edges as the box, which the type of map does not say.
  const move = (box: Box): Box =>
    box.map((edge, axis) => {
      const size = shape[axis % 3] as number;
      const moved = size === 1 ? edge : edge + rng.normal(0, 0.02 * size);
      // One edge of six; `map` forgets how many there are.
      return Math.min(size, Math.max(0, moved));
    }) as unknown as Box;
  const lost = report.phrases.length > 2 ? report.phrases.length - 2 : -1;
  const phrases = report.phrases.map((phrase, i): PagePhrase => {
    if (i === lost) return { ...phrase, mask: undefined, boxes: [], found: false, correct: false };
    const boxes = phrase.boxes.map(({ box }) => ({ box: move(box), score: rng.uniform(0.55, 0.98) }));
    const mask = phrase.mask ? shiftMask(phrase.mask, shape, rng) : undefined;
    return { ...phrase, mask, boxes, correct: i !== 1 };
  });
  return { text: report.text, phrases };
}

function stage(name: string, steps: number, trained: readonly string[], rng: Rng): PageStage {
  const records = Array.from({ length: steps }, (_, i): LossRecord => {
    const decay = Math.exp((-3.2 * i) / steps);
    const values = lossNames.map((term, k) => {
      const value = trained.includes(term) ? (0.08 + decay * (4 / (1 + k))) * Math.exp(rng.normal(0, 0.16)) : 0;
      return [term, value] as const;
    });
    return { step: i + 1, ...Object.fromEntries(values) } as LossRecord;
  });
  return { name, steps, seconds: steps * 0.35, records };
}

/** Data of a page as a run would make them, from the phantom, without a model. */
export function demoData(seed: number): PageData {
  const rng = createRng(seed);
  const phantoms = [0, 1].map((i) => generatePhantom(seed + i, { ctShape: [24, 48, 48], radiographSize: [112, 112] }));
  const held = phantoms.flatMap(({ radiograph, ct }) => [radiograph, ct]);
  const localised = ['total', 'lm', 'dice', 'maskFocal', 'boxL1', 'boxGiou', 'presence'];
  const reals = [9, 10].map(
    (i) => generatePhantom(seed + i, { ctShape: [24, 24, 24], radiographSize: [144, 120] }).radiograph,
  );
  return {
    title: 'A grounded report writer, trained on this machine',
    summary: 'A model with 1.9 million parameters learned to write chest reports and to show what each phrase means.',
    run: { engine: 'ONNX Runtime on 2 CPU cores', seconds: 562, seed, parameters: 1_912_345 },
    stages: [
      stage('grounding', 320, localised, rng.fork('one')),
      stage('visual questions and reports', 240, ['total', 'lm'], rng.fork('two')),
      stage('grounded reports', 280, localised, rng.fork('three')),
    ],
    figures: [
      {
        label: 'Dice of lungs, radiograph',
        untrained: 0.21,
        trained: 0.947,
        target: 0.9,
        higherIsBetter: true,
        format: 'share',
      },
      {
        label: 'Average precision of findings at IoU 0.5',
        untrained: 0,
        trained: 0.412,
        target: 0.5,
        higherIsBetter: true,
        format: 'share',
      },
      {
        label: 'F1 of findings in reports',
        untrained: 0.05,
        trained: 0.713,
        target: 0.7,
        higherIsBetter: true,
        format: 'share',
      },
      { label: 'Corpus BLEU-4', untrained: 0.001, trained: 0.338, higherIsBetter: true, format: 'share' },
      {
        label: 'Seconds per report',
        untrained: 0.61,
        trained: 0.58,
        target: 1,
        higherIsBetter: false,
        format: 'number',
        unit: 's',
      },
    ],
    heldOut: held.map((subject) => {
      const truth = trueReport(subject);
      return {
        title: `${subject.plane === 'axial' ? 'CT' : 'Radiograph'} of phantom ${subject.seed}`,
        volume: subject.volume,
        generated: perturb(truth, subject, rng.fork(subject.id)),
        truth,
      };
    }),
    real: reals.map((real, i) => ({
      title: `Chest radiograph ${i + 1}`,
      source: 'Stands in for a real image: a phantom, in the public domain',
      volume: { ...real.volume, modality: 'DX' },
      generated: perturb(trueReport(real), real, rng.fork(`real ${i}`)),
    })),
    notice: 'Not for clinical use. A research demonstration on drawn images.',
    commands: [
      {
        purpose: 'Train longer, with a larger model',
        command: 'pnpm train --config configs/train/stage1.json --out runs/mine',
      },
      { purpose: 'Measure it', command: 'pnpm eval --run runs/mine --set data.numCases=200' },
      { purpose: 'Serve it', command: 'pnpm serve --run runs/mine' },
    ],
  };
}
