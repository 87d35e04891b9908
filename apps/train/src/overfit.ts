import { useEngine } from '@vividmed/engine';
import * as tf from '@tensorflow/tfjs';
import { initParams } from '@vividmed/nn';
import { samPresets, samSpec, encodeImage, decodePrompts, resizeMaskLogits, maskLoss } from '@vividmed/sam-decoder';
import { leaves, mapLeaves } from '@vividmed/nn';
import { jit } from '@vividmed/engine';
import { generatePhantom } from '@vividmed/datasets';
import { modelImage } from '@vividmed/vlm';
import { planImage } from '@vividmed/patch-embed';

await useEngine('auto');
const cfg = samPresets.tiny;
const spec = samSpec(cfg) as any;
let params = initParams(spec, 0) as any;
const p = generatePhantom(3, { ctShape: [32, 48, 48], radiographSize: [96, 96] });
const vol = p.radiograph.volume;
const plan = planImage(vol.shape, { patch: [8, 8, 8], maxTokens: 36, maxTokensDepth: 8 });
const img = modelImage(vol, plan);
console.log(
  plan,
  img.slice(4000, 4020),
  [...p.radiograph.masks.lungs].reduce((a, b) => a + b) / 9216,
  [...p.radiograph.masks.heart].reduce((a, b) => a + b) / 9216,
);
const image = tf.tensor(img, [1, 1, 96, 96, 1]);
const target = tf.tensor(Float32Array.from([...p.radiograph.masks.lungs, ...p.radiograph.masks.heart]), [2, 1, 96, 96]);
const prompts = tf.randomNormal([2, 128], 0, 1, 'float32', 5);
const flat = leaves(params).map(([, t]) => t as tf.Tensor);
const names = leaves(params).map(([n]) => n);
const lr = Number(process.argv[2] ?? 0.001);
const step = jit((inp) => {
  const n = flat.length;
  const xs = inp.slice(0, n);
  const { value, grads } = tf.engine().gradients(
    () => {
      let i = 0;
      const t = mapLeaves(params, () => xs[i++]) as any;
      const emb = encodeImage(t.image_encoder, cfg, inp[3 * n + 1]!, { patchDepth: 1 });
      const o = decodePrompts(t, cfg, {
        embedding_BDHWC: emb,
        prompts_KC: inp[3 * n + 2]!,
        imageIndex_K: tf.tensor1d([0, 0], 'int32'),
        depth: 1,
      });
      const l = maskLoss({
        logits_KDHW: resizeMaskLogits(o.maskLogits, [1, 96, 96]),
        target_KDHW: inp[3 * n + 3]!,
        weight_K: tf.tensor1d([0.5, 0.5]),
      });
      return tf.add(tf.mul(l.dice, 2), tf.mul(l.focal, 2)) as tf.Scalar;
    },
    xs,
    undefined,
    true,
  );
  const out: tf.Tensor[] = [value];
  xs.forEach((x, k) => {
    const g = grads[k];
    const m0 = inp[n + k]!,
      v0 = inp[2 * n + k]!;
    if (!g) {
      out.push(tf.clone(x), tf.clone(m0), tf.clone(v0), tf.scalar(-1));
      return;
    }
    const m = tf.add(tf.mul(m0, 0.9), tf.mul(g, 0.1));
    const v = tf.add(tf.mul(v0, 0.999), tf.mul(tf.square(g), 0.001));
    const c1 = tf.sub(1, tf.pow(tf.scalar(0.9), inp[3 * n]!)),
      c2 = tf.sub(1, tf.pow(tf.scalar(0.999), inp[3 * n]!));
    out.push(
      tf.sub(x, tf.mul(lr, tf.div(tf.div(m, c1), tf.add(tf.sqrt(tf.div(v, c2)), 1e-8)))),
      m,
      v,
      tf.sqrt(tf.sum(tf.square(g))),
    );
  });
  return out;
});
let ps = flat,
  ms = flat.map((t) => tf.zerosLike(t)),
  vs = flat.map((t) => tf.zerosLike(t));
for (let s = 0; s < 80; s++) {
  const o = step([...ps, ...ms, ...vs, tf.scalar(s + 1), image, prompts, target]);
  if (s % 8 === 0) console.log(s, o[0]!.dataSync()[0]);
  if (s === 0)
    names.forEach((nm, k) => {
      if (/box|disc|norm|bias/.test(nm)) return;
      console.log(nm, o[4 + 4 * k]!.dataSync()[0]!.toExponential(2));
    });
  ps = names.map((_, k) => o[1 + 4 * k]!);
  ms = names.map((_, k) => o[2 + 4 * k]!);
  vs = names.map((_, k) => o[3 + 4 * k]!);
}
