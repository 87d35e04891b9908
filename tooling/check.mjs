// Runs every check of package.json and the tests, goes on after a failure, and closes with `N passed, N failed`.
// `--tests-done REPORT CODE` takes the tests from vitest's JSON report of a run that ended with CODE.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './count-tests.mjs';
import { report, root, run } from './processes.mjs';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));
let [passed, failed] = [0, 0];
for (const name of checks) {
  const result = await run(scripts[name]);
  report(name, result);
  if (result.code === 0) passed++;
  else failed++;
}

const tests =
  process.argv[2] === '--tests-done' ? countTests(process.argv[3], Number(process.argv[4])) : await runTests();
process.exitCode = failed + tests.failed > 0 ? 1 : 0;
console.log(`${passed + tests.passed} passed, ${failed + tests.failed} failed`);

async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'vividmed-check-'));
  const file = join(folder, 'tests.json');
  const result = await run(scripts.test, { env: { VIVIDMED_TEST_REPORT: file } });
  report('test', result);
  const counts = countTests(file, result.code);
  rmSync(folder, { recursive: true });
  return counts;
}
