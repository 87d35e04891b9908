import { valueInfo } from './encode.js';

/**
 * After a run the binding of ONNX Runtime copies every output into an array that it makes, even an output that was given an array to be
 * written into: ten times the work of an addition, and as much memory again until it is collected. At an output of a type that it has no
 * arrays for it throws instead, once the graph has run. Such an output, one number that is never read, stands before all
 * others, and a run that asks for it ends there.
 */
export const endMarker = 'end';

const bfloat16 = 16;

/** What a model with the marker has more than others; the output comes first. */
export const endNodes = {
  initializer: { name: 'endValue', dataType: bfloat16, dims: [], rawData: new Uint8Array(2) },
  node: { opType: 'Identity', name: endMarker, input: ['endValue'], output: [endMarker] },
  output: valueInfo(endMarker, bfloat16, []),
};

/** What the binding says when it comes to the marker. */
export const endMessage = `Tensor type (${bfloat16}) is not supported.`;

/** Outputs of fewer bytes are copied sooner than an error is made. */
export const leastBytes = 2 ** 19;
