// A thread that runs sessions one after the other when it is told to; see pool.ts. Plain JavaScript, since Node starts it.
import { createRequire } from 'node:module';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';

const require = createRequire(import.meta.url);
// The private path that onnx/native.ts loads too: a thread has no other module in common with the one that started it. Loaded with the first
// session, so that a failure is told like any other, and nobody waits for a thread that has ended.
let loaded;
function load() {
  if (loaded) return loaded;
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js');
  const { Tensor } = require('onnxruntime-node');
  initOrt();
  return (loaded = { Session: binding.InferenceSession, Tensor });
}

const { control, port } = workerData;
const sessions = new Map();

/** ONNX Runtime takes no shared memory: arrays of the thread's own, beside views of what is shared. */
function slots(entries, memory) {
  return entries.map(({ name, type, shape, offset, length }) => {
    const view = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type];
    const own = new view(length);
    return { name, own, shared: new view(memory, offset, length), tensor: new (load().Tensor)(type, own, shape) };
  });
}

const byName = (entries) => Object.fromEntries(entries.map(({ name, tensor }) => [name, tensor]));

const actions = {
  load({ id, model, options, inputs, outputs, memory, end }) {
    const session = new (load().Session)();
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
    const [taken, made] = [slots(inputs, memory), slots(outputs, memory)];
    const fetches = { ...byName(made), [end.marker]: null };
    sessions.set(id, { session, taken, made, feeds: byName(taken), fetches, end });
  },
  run({ id, changed }) {
    const { session, taken, made, feeds, fetches, end } = sessions.get(id);
    for (const i of changed) taken[i].own.set(taken[i].shared);
    try {
      session.run(feeds, fetches, {});
    } catch (error) {
      // The run is done when it comes to the marker (onnx/end-marker.ts).
      if (!String(error).includes(end.message)) throw error;
    }
    for (const { own, shared } of made) shared.set(own);
  },
  dispose({ id }) {
    sessions.get(id)?.session.dispose();
    sessions.delete(id);
  },
};

for (let done = 0; ;) {
  // How many messages were sent, and how many are done.
  Atomics.wait(control, 0, done);
  const received = receiveMessageOnPort(port);
  if (!received) continue;
  const { action, ...details } = received.message;
  try {
    actions[action](details);
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
  Atomics.store(control, 1, ++done);
  Atomics.notify(control, 1);
}
