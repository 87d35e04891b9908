import * as tf from '@tensorflow/tfjs';
import { createRng } from '@vividmed/core';
import { type Case, findingNames, lookupTarget, phantomTargetOf, truthOf } from '@vividmed/datasets';
import { disposeParams, initParams } from '@vividmed/nn';
import type { Plan } from '@vividmed/patch-embed';
import { tokenSimilarity } from '@vividmed/sam-decoder';
import { expectClose } from '@vividmed/testing';
import { modelMask, phrasePrompts, phraseWords, planVolume, type Tokenizer, type VividMedModules } from '@vividmed/vlm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Corpus } from '../src/data/corpus.js';
import { cellClasses, cellCover, type CellTarget, tokenTargets } from '../src/encoders/cells.js';
import { createCellCollate } from '../src/encoders/collate.js';
import { cellHeadsSpec, cellLoss, type EncoderParams } from '../src/encoders/heads.js';
import { newModel } from '../src/stage.js';
import type { HostBatch } from '../src/training/batch.js';
import { toyConfig, toyCorpus } from './toy.js';

let corpus: Corpus;
let model: Awaited<ReturnType<typeof newModel>>;
let params: EncoderParams;
beforeAll(async () => {
  corpus = await toyCorpus();
  model = await newModel(toyConfig({ model: { preset: 'tiny' } }));
  params = { ...model.params, heads: initParams(cellHeadsSpec(model.config), 0) };
});
afterAll(() => disposeParams(params));

const sidedFindings = findingNames.filter((name) => phantomTargetOf(name).sided);
const pooledGrid = ({ grid: [d, h, w], poolDepth }: Plan): Plan['grid'] => [d / poolDepth, h / 2, w / 2];

/** The part of each cell that a target covers, counted cell by cell. */
function countedCover(subject: Case, { name, side }: CellTarget, plan: Plan, grid: Plan['grid']): number[] {
  const { mask } = truthOf(subject, name, side);
  if (!mask) return Array.from({ length: grid[0] * grid[1] * grid[2] }, () => 0);
  const inside = modelMask(mask, subject.volume, plan);
  const [, height, width] = plan.padded;
  const [d1, h1, w1] = plan.padded.map((size, axis) => size / grid[axis]!) as [number, number, number];
  return Array.from({ length: grid[0] * grid[1] * grid[2] }, (_, cell) => {
    const [w, h, d] = [cell % grid[2], Math.floor(cell / grid[2]) % grid[1], Math.floor(cell / grid[2] / grid[1])];
    let count = 0;
    for (let i = 0; i < d1 * h1 * w1; i++) {
      const [x, y, z] = [i % w1, Math.floor(i / w1) % h1, Math.floor(i / w1 / h1)];
      count += inside[((d * d1 + z) * height + h * h1 + y) * width + w * w1 + x]!;
    }
    return count / (d1 * h1 * w1);
  });
}

describe('what a patch shows', () => {
  it('is the part of its voxels that a target covers, in 255ths', () => {
    let partly = 0;
    for (const subject of [...corpus.radiographs, ...corpus.cts]) {
      const plan = planVolume(subject.volume.shape, model.config);
      for (const name of cellClasses) {
        const cover = [...cellCover(subject, { name }, plan)];
        const expected = countedCover(subject, { name }, plan, plan.grid).map((part) => Math.round(255 * part));
        expect(cover, name).toEqual(expected);
        partly += cover.filter((part) => part > 0 && part < 255).length;
      }
    }
    expect(partly).toBeGreaterThan(100);
  });

  it('is that of one side where a side is named', () => {
    let oneSided = 0;
    for (const subject of [...corpus.radiographs, ...corpus.cts]) {
      const plan = planVolume(subject.volume.shape, model.config);
      for (const name of sidedFindings) {
        const covers = ([undefined, 'left', 'right'] as const).map((side) => {
          const target = side ? { name, side } : { name };
          const cover = [...cellCover(subject, target, plan)];
          const expected = countedCover(subject, target, plan, plan.grid).map((part) => Math.round(255 * part));
          expect(cover, `${side} ${name}`).toEqual(expected);
          return cover.reduce((a, b) => a + b, 0);
        });
        if (covers[1] !== covers[2]) oneSided++;
      }
    }
    expect(oneSided).toBeGreaterThan(0);
  });

  it("has the patient's right on the left of the image", () => {
    for (const subject of [corpus.radiographs[0]!, corpus.cts[0]!]) {
      const plan = planVolume(subject.volume.shape, model.config);
      let [sum, moment] = [0, 0];
      cellCover(subject, { name: 'right lung' }, plan).forEach((part, i) => {
        sum += part;
        moment += part * (i % plan.grid[2]);
      });
      expect(moment / sum).toBeLessThan((plan.grid[2] - 1) / 2);
    }
  });

  it('has a class for every finding and structure', () => {
    expect(cellClasses.slice(0, findingNames.length)).toEqual(findingNames);
    expect(new Set(cellClasses).size).toBe(cellClasses.length);
  });

  it('is told with its side by tokens, where it has one', () => {
    const said = tokenTargets.map(({ name, side }) => `${side ?? ''} ${name}`.trim());
    expect(new Set(said).size).toBe(said.length);
    expect(said.sort()).toEqual(
      cellClasses
        .flatMap((name) => (sidedFindings.some((sided) => sided === name) ? [`left ${name}`, `right ${name}`] : [name]))
        .sort(),
    );
  });
});

/** A batch of two groups, the names whose tokens it holds and the prompts. */
function collated(seed: number): { batch: HostBatch; names: string[]; prompts: string[]; cases: Case[][] } {
  const texts: string[] = [];
  const tokenizer: Tokenizer = {
    special: model.tokenizer.special,
    vocabSize: model.tokenizer.vocabSize,
    decode: (ids) => model.tokenizer.decode(ids),
    encode: (text, continued) => {
      texts.push(text);
      return model.tokenizer.encode(text, continued);
    },
  };
  const cases = [[...corpus.radiographs], [corpus.cts[0]!]];
  const collate = createCellCollate(model.config, { augment: false, tokenizer });
  const batch = collate(
    cases.map((group, g) => group.map((subject, i) => ({ subject, rng: createRng(seed).fork(`${g} ${i}`) }))),
  );
  const numPrompts = cellClasses.length + sidedFindings.length;
  return { batch, names: texts.slice(0, cellClasses.length), prompts: texts.slice(-numPrompts), cases };
}

describe('a batch of the encoders', () => {
  it('prompts every class by one of its names, then every sided finding on one side', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 12; seed++) {
      const { names, prompts } = collated(seed);
      expect(names).toEqual(cellClasses);
      const targets = prompts.map((text) => lookupTarget(text)!);
      expect(targets.map(({ target }) => target.name)).toEqual([...cellClasses, ...sidedFindings]);
      targets.slice(cellClasses.length).forEach(({ side }) => expect(side).toBeDefined());
      for (const text of prompts) seen.add(text);
    }
    for (const text of ['nodule', 'pulmonary nodule', 'heart', 'cardiac silhouette']) expect(seen).toContain(text);
    for (const side of ['left', 'right']) {
      for (const name of sidedFindings) {
        const texts = [name, ...phantomTargetOf(name).synonyms].map((text) => `${side} ${text}`);
        expect(
          texts.some((text) => seen.has(text)),
          `${side} ${name}`,
        ).toBe(true);
      }
    }
  });

  it('says of each text how much of it is which token, none of them unknown', () => {
    const { batch, names, prompts } = collated(3);
    const { vocabSize, special } = model.tokenizer;
    for (const [key, texts] of Object.entries({ names, prompts })) {
      const { data, shape } = batch.arrays[key]!;
      expect(shape).toEqual([texts.length, vocabSize]);
      texts.forEach((text, k) => {
        const ids = model.tokenizer.encode(text, true);
        expect(ids).not.toContain(special.unk);
        const shares = ids.map((id) => ids.filter((other) => other === id).length / ids.length);
        ids.forEach((id, i) => expect(data[k * vocabSize + id]).toBeCloseTo(shares[i]!, 6));
        const sum = Array.from(data)
          .slice(k * vocabSize, (k + 1) * vocabSize)
          .reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 5);
      });
    }
  });

  it('makes a token of the name and, half as much, the side where there is one', () => {
    const { batch } = collated(3);
    const { data, shape } = batch.arrays['tokenNames']!;
    const { vocabSize } = model.tokenizer;
    expect(shape).toEqual([tokenTargets.length, vocabSize]);
    tokenTargets.forEach(({ name, side }, k) => {
      const expected = new Float32Array(vocabSize);
      const words = model.tokenizer.encode(name, true);
      for (const id of words) expected[id]! += 1 / words.length;
      if (side) expected[model.tokenizer.encode(side, true)[0]!]! += 0.5;
      expect([...data.subarray(k * vocabSize, (k + 1) * vocabSize)], `${side} ${name}`).toEqual([...expected]);
    });
  });

  it('has the cover of what each prompt says, on its side, and of what tokens say on their grid', () => {
    const sides = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      const { batch, prompts, cases } = collated(seed);
      const targets = prompts.map((text): CellTarget => {
        const { target, side } = lookupTarget(text)!;
        return { name: target.name as CellTarget['name'], ...(side ? { side } : {}) };
      });
      cases.forEach((group, g) => {
        const plan = planVolume(group[0]!.volume.shape, model.config);
        const expected = {
          cover: { of: targets, grid: plan.grid },
          pooledCover: { of: tokenTargets, grid: pooledGrid(plan) },
        };
        for (const [key, { of, grid }] of Object.entries(expected)) {
          const { data, shape } = batch.arrays[`group${g}.${key}`]!;
          const cells = grid.reduce((a, b) => a * b, 1);
          expect(shape).toEqual([group.length, ...grid, of.length]);
          group.forEach((subject, b) =>
            of.forEach((target, k) => {
              const cover = countedCover(subject, target, plan, grid);
              // A part is rounded to a 255th.
              const found = cover.map((_, cell) => data[(b * cells + cell) * of.length + k]!);
              expect(Math.max(...found.map((part, cell) => Math.abs(part - cover[cell]!)))).toBeLessThan(0.6 / 255);
              if (target.side && cover.some((part) => part > 0)) sides.add(target.side);
            }),
          );
        }
      });
    }
    expect(sides.size).toBeGreaterThan(0);
  });
});

const grid = [1, 4, 4] as const;
const [patchCells, tokenCells] = [16, 4];
/** The loss where the encoders say these things, [tokens, C] of the tower and [patches, C] of the localiser's. */
function lossOf(
  batch: HostBatch,
  said: { tokens: tf.Tensor; encoded: tf.Tensor },
  covers: { pooledCover: tf.Tensor; cover: tf.Tensor },
): number {
  const { width } = model.config.language;
  const modules: Partial<VividMedModules> = {
    visionTower: () => tf.zeros([1, tokenCells, model.config.vision.width]),
    adapter: () => tf.pad(tf.reshape(said.tokens, [1, tokenCells, width]), [[0, 0], [1, 1], [0, 0]], 7), // prettier-ignore
    imageEncoder: () => tf.reshape(said.encoded, [1, ...grid, model.config.sam.width]),
  };
  const loss = tf.tidy(() => {
    const [names_KV, tokenNames_TV, prompts_MV] = ['names', 'tokenNames', 'prompts'].map((key) => {
      const { data, shape } = batch.arrays[key]!;
      return tf.tensor(data, shape);
    });
    const group = { image: tf.zeros([1, 1, 32, 32, 1]), ...covers, patchDepth: 1, poolDepth: 1 as const };
    const texts = { names_KV: names_KV!, tokenNames_TV: tokenNames_TV!, prompts_MV: prompts_MV! };
    return cellLoss(params, model.config, { groups: [group], ...texts }, modules);
  });
  const value = loss.dataSync()[0]!;
  loss.dispose();
  return value;
}

describe('the loss of the encoders', () => {
  it('is least where a token of the tower is the sum of the names that its cell shows', () => {
    const { batch, prompts } = collated(1);
    const { width } = model.config.language;
    const show = (of: string[]): number[] =>
      tokenTargets.map(({ name, side }) => (of.includes(side ? `${side} ${name}` : name) ? 1 : 0));
    const cells = [['heart', 'cardiomegaly', 'spine'], ['left nodule', 'left lung'], [], ['right pneumothorax']];
    const target = tf.tensor2d(cells.map(show));
    const changed = (cell: number, to: string[]): tf.Tensor2D =>
      tf.tensor2d(cells.map((of, i) => show(i === cell ? to : of)));
    const more = changed(2, ['liver']);
    const less = changed(1, ['left lung']);
    const other = changed(3, ['right atelectasis']);
    const wrongSide = changed(3, ['left pneumothorax']);
    const names = tf.tidy(() => {
      const { data, shape } = batch.arrays['tokenNames']!;
      const embedding = params.model.embed_tokens.weight;
      const size = tf.sqrt(tf.mul(tf.mean(tf.square(embedding)), width));
      return tf.div(tf.matMul(tf.tensor(data, shape), embedding), size);
    });
    const noise = tf.tidy(() => tf.mul(tf.randomNormal([4, width], 0, 1, 'float32', 3), Math.sqrt(0.5 / width)));
    // Half a cell is enough to be shown.
    const covers = {
      pooledCover: tf.tidy(() => tf.reshape(tf.mul(target, 0.5), [1, 1, 2, 2, tokenTargets.length])),
      cover: tf.zeros([1, ...grid, prompts.length]),
    };
    const encoded = tf.zeros([patchCells, model.config.sam.width]);
    const loss = (make: () => tf.Tensor): number => {
      const tokens = tf.tidy(make);
      const value = lossOf(batch, { tokens, encoded }, covers);
      tokens.dispose();
      return value;
    };
    const sum = (of: tf.Tensor2D): tf.Tensor => tf.matMul(of, names);
    const least = loss(() => sum(target));
    const others: Record<string, () => tf.Tensor> = {
      nothing: () => tf.zerosLike(noise),
      half: () => tf.mul(sum(target), 0.5),
      double: () => tf.mul(sum(target), 2),
      'a name too many': () => sum(more),
      'a name too few': () => sum(less),
      'another name': () => sum(other),
      'the other side': () => sum(wrongSide),
      noise: () => tf.add(sum(target), noise),
      'cells in another order': () => tf.reverse(sum(target), 0),
    };
    for (const [name, make] of Object.entries(others)) expect(loss(make), name).toBeGreaterThan(least + 0.1);
    tf.dispose([target, more, less, other, wrongSide, names, noise, encoded, covers]);
  });

  it('is, of the tower, the cross-entropy of classes and the distance to the sum of names and sides, in units of a name', () => {
    const { batch } = collated(1);
    const { config } = model;
    const tokens = tf.randomNormal([tokenCells, config.language.width], 0, 0.1, 'float32', 6);
    const pooledCover = tf.tidy(() =>
      tf.relu(tf.randomUniform([1, 1, 2, 2, tokenTargets.length], -1, 0.6, 'float32', 7)),
    );
    const none = tf.zerosLike(pooledCover);
    const cover = tf.zeros([1, ...grid, cellClasses.length + sidedFindings.length]);
    const encoded = tf.zeros([patchCells, config.sam.width]);
    const [names, sums] = tf.tidy(() => {
      const embedding = params.model.embed_tokens.weight;
      const size = tf.sqrt(tf.mul(tf.mean(tf.square(embedding)), config.language.width));
      return ['names', 'tokenNames'].map((key) => {
        const { data, shape } = batch.arrays[key]!;
        return tf.div(tf.matMul(tf.tensor(data, shape), embedding), size);
      });
    }) as [tf.Tensor, tf.Tensor];
    const [nameRows, sumRows, tokenRows] = [names, sums, tokens].map((x) => x.arraySync() as number[][]);
    const parts = [...pooledCover.dataSync()].map((part) => Math.min(2 * part, 1));
    const numTargets = tokenTargets.length;
    const shown = Array.from({ length: tokenCells }, (_, cell) =>
      parts.slice(cell * numTargets, (cell + 1) * numTargets),
    );
    const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const norms = nameRows!.map((name) => dot(name, name));
    const unit = norms.reduce((a, b) => a + b, 0) / norms.length;
    /** Cross-entropy and distance of one token that shows parts of the targets. */
    const costOf = (token: number[], given: number[]): number => {
      const entropy = cellClasses.map((name, k) => {
        const part = Math.min(
          1,
          given.reduce((sum, x, t) => sum + (tokenTargets[t]!.name === name ? x : 0), 0),
        );
        const logit = 10 * (dot(token, nameRows![k]!) / norms[k]! - 0.5);
        const weight = 1 + (k < findingNames.length ? 5 : 0) * part;
        return (Math.log1p(Math.exp(logit)) - logit * part) * weight;
      });
      const away = token.map((x, c) => x - given.reduce((sum, part, t) => sum + part * sumRows![t]![c]!, 0));
      return entropy.reduce((a, b) => a + b, 0) + dot(away, away) / unit;
    };
    const cost = (of: (cell: number) => number[]): number =>
      tokenRows!.reduce((sum, token, cell) => sum + costOf(token, of(cell)), 0) / tokenCells;
    const expected = cost((cell) => shown[cell]!) - cost(() => tokenTargets.map(() => 0));
    const said = { tokens, encoded };
    const found = lossOf(batch, said, { pooledCover, cover }) - lossOf(batch, said, { pooledCover: none, cover });
    expectClose([found], [expected], { rtol: 1e-3 });
    tf.dispose([tokens, pooledCover, none, cover, encoded, names, sums]);
  });

  it('is, of the localiser, the weighted cross-entropy of how alike its patches and the prompts are', () => {
    const { batch, prompts } = collated(2);
    const { config } = model;
    const numPrompts = prompts.length;
    const tokens = tf.zeros([tokenCells, config.language.width]);
    const encoded = tf.randomNormal([patchCells, config.sam.width], 0, 2, 'float32', 4);
    const cover = tf.tidy(() => tf.relu(tf.randomUniform([1, ...grid, numPrompts], -1, 1, 'float32', 5)));
    const pooledCover = tf.zeros([1, 1, 2, 2, tokenTargets.length]);
    const none = tf.zerosLike(cover);
    const alike = tf.tidy(() => {
      const { data, shape } = batch.arrays['prompts']!;
      const words = phraseWords(params.model.embed_tokens.weight, tf.tensor(data, shape));
      const image = tf.reshape(encoded, [1, ...grid, config.sam.width]);
      return tokenSimilarity(params.sam.mask_decoder, image, phrasePrompts(params.vg_proj, tf.zerosLike(words), words));
    });
    const [logits, covered] = [alike.dataSync(), cover.dataSync()];
    const softplus = (x: number): number => Math.log1p(Math.exp(x));
    let expected = 0;
    logits.forEach((x, i) => {
      const k = i % numPrompts;
      const shown = Math.min(2 * covered[i]!, 1);
      const isFinding = k < findingNames.length || k >= cellClasses.length;
      const weight = 1 + (isFinding ? 5 : 0) * shown;
      expected += ((softplus(x) - x * shown) * weight - softplus(x)) / patchCells;
    });
    const said = { tokens, encoded };
    const found = lossOf(batch, said, { pooledCover, cover }) - lossOf(batch, said, { pooledCover, cover: none });
    expectClose([found], [expected], { rtol: 1e-3 });
    tf.dispose([tokens, encoded, cover, pooledCover, none, alike]);
  });
});
