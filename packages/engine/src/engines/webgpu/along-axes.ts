import * as tf from '@tensorflow/tfjs';
import { replaceKernel, sizeOf, wrongRank } from './replace.js';

type Paddings = [before: number, after: number][];
const none: [number, number] = [0, 0];

/** A kernel that changes axes independently of each other. */
interface AxisKernel<Attrs> {
  /** The axes that it changes. */
  axesOf(attrs: Attrs, x: tf.TensorInfo): number[];
  /** Its attributes for one of them, as the middle axis of three. */
  attrsOf(attrs: Attrs, axis: number): object;
}

const pad: AxisKernel<{ paddings: Paddings }> = {
  axesOf: ({ paddings }) => paddings.flatMap(([before, after], axis) => (before + after > 0 ? [axis] : [])),
  attrsOf: ({ paddings, ...others }, axis) => ({ ...others, paddings: [none, paddings[axis]!, none] }),
};
const tile: AxisKernel<{ reps: number[] }> = {
  axesOf: ({ reps }) => reps.flatMap((n, axis) => (n === 1 ? [] : [axis])),
  attrsOf: ({ reps }, axis) => ({ reps: [1, reps[axis]!, 1] }),
};
const reverse: AxisKernel<{ dims: number | number[] }> = {
  axesOf: ({ dims }, { shape }) => tf.util.parseAxisParam(dims, shape),
  attrsOf: () => ({ dims: [1] }),
};
const cumulate: AxisKernel<{ axis: number }> = {
  axesOf: ({ axis }, { shape }) => tf.util.parseAxisParam(axis, shape),
  attrsOf: (attrs) => ({ ...attrs, axis: 1 }),
};

function replaceAlongAxes<Attrs extends object>(name: string, { axesOf, attrsOf }: AxisKernel<Attrs>): void {
  replaceKernel(name, (original) => (params) => {
    const x = params.inputs['x'] as tf.TensorInfo;
    // tfjs types the attributes of every kernel alike.
    const attrs = params.attrs as unknown as Attrs;
    const axes = x.shape.length < wrongRank ? [] : axesOf(attrs, x);
    if (axes.length === 0) return original(params);
    const backend = params.backend as tf.KernelBackend;
    let current = x;
    for (const axis of axes) {
      const [before, after] = [current.shape.slice(0, axis), current.shape.slice(axis + 1)];
      const folded = { ...current, shape: [sizeOf(before), current.shape[axis]!, sizeOf(after)] };
      const own = attrsOf(attrs, axis) as tf.NamedAttrMap;
      const made = original({ inputs: { x: folded }, attrs: own, backend }) as tf.TensorInfo;
      if (current !== x) backend.disposeData(current.dataId);
      current = { ...made, shape: [...before, made.shape[1]!, ...after] };
    }
    return current;
  });
}

/** Has the kernels that work on axes take one after the other, as the middle one of three. */
export function repairAxisKernels(): void {
  replaceAlongAxes('PadV2', pad);
  replaceAlongAxes('MirrorPad', pad);
  replaceAlongAxes('Tile', tile);
  replaceAlongAxes('Reverse', reverse);
  replaceAlongAxes('Cumsum', cumulate);
  replaceAlongAxes('Cumprod', cumulate);
}
