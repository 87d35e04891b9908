/// <reference path="./jasmine.d.ts" />
// tfjs-core's own specs on one backend: arguments BACKEND and FLAGS (of `tf.env()`, JSON).
// run.ts bundles and starts it. The last line it prints is a `Report`.
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import jasmineCore from 'jasmine-core';
import { registerOrt } from '../../src/ort/backend.js';
import type { Report } from './run.js';

const [backendName = 'cpu', flags = '{}'] = process.argv.slice(2);
const env = jasmineCore.boot().getEnv();
registerOrt();
setTestEnvs([{ name: backendName, backendName, isDataSync: true, flags: JSON.parse(flags) }]);

const report: Report = { passed: 0, pending: 0, failures: [] };
const fail = (name: string, failed: readonly { message: string }[]) =>
  report.failures.push(`${name}: ${failed.map((expectation) => expectation.message).join(' ')}`.slice(0, 400));
env.configure({ random: false });
env.addReporter({
  specDone({ status, fullName, failedExpectations }) {
    if (status === 'passed') report.passed++;
    else if (status === 'failed') fail(fullName, failedExpectations);
    else report.pending++;
  },
  suiteDone({ fullName, failedExpectations }) {
    if (failedExpectations.length > 0) fail(fullName, failedExpectations);
  },
});

// The specs define themselves as they load, which has to come after the backend is named.
await import('@tensorflow/tfjs-core/dist/tests.js');
await env.execute();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
