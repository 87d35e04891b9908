import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '@vividmed/engine';
import { registerGradients } from '@vividmed/nn/gradients';
import type { BenchCase } from './case.js';
import { decode } from './decode.js';
import { kernel } from './kernels.js';
import { report } from './report.js';
import { transformer } from './transformer.js';
import { localiser } from './localiser.js';
import { vividmed } from './vividmed.js';
import { type MakeWork, type Timed, warmUp, type Work } from './work.js';

// A process that computes with one engine of tfjs, named by the argument, and answers one JSON line with another.
const kinds: Record<string, MakeWork> = { kernel, transformer, vividmed, localiser, decode, report };

let work: Work | undefined;
let current: Timed | undefined;

async function answer(request: { op: string; case: BenchCase; file: string }): Promise<object> {
  switch (request.op) {
    case 'start': {
      registerGradients();
      const { name, threads } = await useEngine(process.argv[2]);
      return { engine: name, threads: String(threads), tfjs: tf.version.tfjs, node: process.version };
    }
    case 'prepare': {
      work?.dispose();
      work = undefined;
      const make = kinds[request.case.kind];
      if (!make) throw new Error(`no case of kind ${request.case.kind}`);
      work = await make(request.case, request.file);
      current = await warmUp(work);
      return current.prepared;
    }
    case 'finish': {
      work?.dispose();
      work = undefined;
      // Its sessions write their profiles when they go.
      tf.removeBackend(tf.getBackend());
      return {};
    }
    default: {
      if (!current) throw new Error('no case is ready');
      return { ms: await current.sample() };
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply: object;
  try {
    reply = await answer(JSON.parse(line));
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
