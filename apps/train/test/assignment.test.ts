import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { jit } from '@vividmed/engine';
import { type Assign, matchingCost, matchingDefaults, munkresAssign } from '@vividmed/matcher';
import { disposeParams } from '@vividmed/nn';
import { expectClose } from '@vividmed/testing';
import { initVividMed, vividMedSpec } from '@vividmed/vlm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCollate } from '../src/data/collate.js';
import { createDraw } from '../src/data/draw.js';
import { newModel } from '../src/stage.js';
import { assignQueries, type GroupTargets, listBoxes } from '../src/training/assignment.js';
import { type GroupShape, type GroupTruth, type HostBatch, toTensors } from '../src/training/batch.js';
import { matchListed, maxListedQueries } from '../src/training/graph-assignment.js';
import { createTrainer } from '../src/training/step.js';
import { createStore, disposeStore } from '../src/training/store.js';
import { toyConfig, toyCorpus } from './toy.js';

const keys = ['targetBoxes', 'matched', 'boxWeight'] as const;
const unit = fc.integer({ min: 1, max: 999 }).map((n) => Math.fround(n / 1000));
const box = fc.tuple(unit, unit, unit, unit, unit, unit).map((numbers) => Float32Array.from(numbers));
const logit = fc.double({ min: -8, max: 8, noNaN: true }).map(Math.fround);

/** Prompts with m queries; some have no labelled boxes, some have none at all, and the last is padding. */
const example = fc.integer({ min: 1, max: maxListedQueries }).chain((m) =>
  fc.record({
    m: fc.constant(m),
    profile: fc.constantFrom('paper' as const, 'original' as const),
    classification: fc.constantFrom(0, matchingDefaults.weights.classification),
    prompts: fc.array(
      fc.record({
        boxes: fc.array(box, { minLength: m, maxLength: m }),
        logits: fc.array(logit, { minLength: m, maxLength: m }),
        targets: fc.option(fc.array(box, { maxLength: m }), { nil: undefined }),
        sample: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
);

it('the graph gives boxes to the queries that the matcher gives them to', () => {
  const matched = new Map<string, ReturnType<typeof jit>>();
  let numMatched = 0;
  fc.assert(
    fc.property(example, ({ m, profile, classification, prompts: drawn }) => {
      const padding = { boxes: drawn[0]!.boxes, logits: drawn[0]!.logits, targets: undefined, sample: -1 };
      const prompts = [...drawn, padding];
      const shapes: GroupShape[] = [
        { patchDepth: 1, poolDepth: 1, padded: [1, 1, 1], numImages: 3, numPrompts: prompts.length },
      ];
      const truths: GroupTruth[] = [
        { boxes: prompts.map(({ targets }) => targets), sample: Int32Array.from(prompts, ({ sample }) => sample) },
      ];
      const boxes = Float32Array.from(prompts.flatMap((prompt) => prompt.boxes.flatMap((numbers) => [...numbers])));
      const presenceLogits = Float32Array.from(prompts.flatMap(({ logits }) => logits));
      const options = { profile, classification, numQueries: m, numSamples: 3 };
      const [host] = assignQueries([{ boxes, presenceLogits }], truths, shapes, options) as [GroupTargets];
      const [listed] = listBoxes(truths, shapes, options) as [GroupTargets];

      const kind = `${profile} ${classification}`;
      if (!matched.has(kind)) {
        matched.set(
          kind,
          jit(([b, p, targetBoxes, found, boxWeight]) => {
            const predicted = { boxes: b!, presenceLogits: p! };
            const given = { targetBoxes: targetBoxes!, matched: found!, boxWeight: boxWeight! };
            const targets = matchListed(predicted, given, { profile, classification });
            return keys.map((key) => targets[key]);
          }),
        );
      }
      const inputs = Object.values(
        toTensors({
          boxes: { data: boxes, shape: [prompts.length, m, 6] },
          presenceLogits: { data: presenceLogits, shape: [prompts.length, m] },
          ...listed,
        }),
      );
      const outputs = matched.get(kind)!(inputs);
      const [targetBoxes, isMatched, boxWeight] = outputs.map((output) => output.dataSync() as Float32Array);
      tf.dispose([inputs, outputs]);

      prompts.forEach((prompt, k) => {
        const { targets = [] } = prompt;
        const rows = <T>(data: ArrayLike<T>, width: number): T[] =>
          Array.from(data).slice(k * m * width, (k + 1) * m * width);
        const cost = matchingCost({
          boxes: prompt.boxes,
          presenceLogits: prompt.logits,
          targets,
          profile,
          weights: { ...matchingDefaults.weights, classification },
        });
        /** Cost of what each query has, every box being given to exactly one. */
        const total = (given: number[], taken: number[]): number => {
          const left = new Set(targets.keys());
          let sum = 0;
          taken.forEach((isTaken, q) => {
            if (isTaken === 0) return;
            const numbers = given.slice(q * 6, q * 6 + 6);
            const t = [...left].find((at) => targets[at]!.every((x, i) => x === numbers[i]))!;
            expect(left.delete(t), `box of query ${q}`).toBe(true);
            sum += cost[q]![t]!;
            numMatched++;
          });
          expect(left.size, 'boxes that no query has').toBe(0);
          return sum;
        };
        const [inGraph, onHost] = [rows(isMatched!, 1), rows(host.matched.data, 1)];
        const [best, reached] = [total(rows(host.targetBoxes.data, 6), onHost), total(rows(targetBoxes!, 6), inGraph)];
        expect(Math.abs(reached - best)).toBeLessThan(1e-4);
        // Where two assignments cost the same to 32-bit floats, either will do.
        if (rows(targetBoxes!, 6).join() === rows(host.targetBoxes.data, 6).join()) {
          expect(inGraph).toEqual(onHost);
          expect(rows(boxWeight!, 1)).toEqual(rows(host.boxWeight.data, 1));
        } else expect(reached - best).toBeLessThan(1e-5);
      });
    }),
    { seed: 1, numRuns: 150 },
  );
  expect(numMatched).toBeGreaterThan(500);
  for (const run of matched.values()) run.dispose();
});

it('no gradient flows through the assignment', () => {
  const [boxes, logits] = [tf.fill([1, 2, 6], 0.5), tf.zeros([1, 2])];
  const listed = { targetBoxes: tf.fill([1, 2, 6], 0.25), matched: tf.ones([1, 2]), boxWeight: tf.ones([1, 2]) };
  const grads = tf.tidy(() =>
    tf
      .grads((b, p) =>
        tf.sum(
          tf.mul(
            matchListed({ boxes: b!, presenceLogits: p! }, listed, { profile: 'paper', classification: 2 }).targetBoxes,
            b!,
          ),
        ),
      )([boxes, logits])
      .map((grad) => [...grad.dataSync()]),
  );
  // Of sum(target * box) by the boxes: the targets, as they are constants.
  expect(grads).toEqual([Array.from({ length: 12 }, () => 0.25), [0, 0]]);
  tf.dispose([boxes, logits, listed]);
});

it.each([
  ['few boxes', 1, 6],
  ['more boxes than queries', 7, 6],
  ['more queries than are listed', 1, maxListedQueries + 1],
])('a step with %s is the same whether a matcher is given or not', async (_, numBoxes, numQueries) => {
  const train = toyConfig({ tasks: { groundedReport: 1 }, augment: false });
  const { config, params, tokenizer } = await newModel(train);
  disposeParams(params);
  const model = { ...config, sam: { ...config.sam, numInstances: numQueries } };
  const batch: HostBatch = createCollate({ model, train, tokenizer })(createDraw(train, await toyCorpus())(1));
  const rng = createRng(1);
  const group = batch.truths.findIndex(({ boxes }) => boxes.length > 0);
  batch.truths[group]!.boxes[0] = Array.from({ length: numBoxes }, () =>
    Float32Array.from({ length: 6 }, () => 0.1 + 0.8 * rng.uniform()),
  );
  batch.truths[group]!.sample[0] = 0;
  let calls = 0;
  const counted: Assign = (cost) => {
    calls++;
    return munkresAssign(cost);
  };
  const [own, given] = [{}, { assign: counted }].map((options) => {
    const spec = vividMedSpec(model);
    const store = createStore(spec, initVividMed(model, 1), ['sam.box_head.**']);
    const trainer = createTrainer({ model, train, ...options });
    const losses = trainer.step(store, [batch], 0.01);
    const values = store.trainable.flatMap((path) => [...store.params.get(path)!.dataSync()]);
    trainer.dispose();
    disposeStore(store);
    return { losses: Object.values(losses), values };
  });
  expect(calls).toBeGreaterThan(0);
  expect(own!.losses.every(Number.isFinite)).toBe(true);
  expectClose(own!.losses, given!.losses);
  expectClose(own!.values, given!.values);
});
