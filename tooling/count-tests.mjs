import { readFileSync } from 'node:fs';

/**
 * How many tests passed and failed, from vitest's JSON report. A file that did not load, a run that ended with a code
 * other than 0 and a report that is not there or holds no test count as a failure each.
 */
export function countTests(file, code) {
  let found;
  try {
    found = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const isFailed = ({ status }) => status === 'failed';
  const unloaded = found.testResults.filter((suite) => isFailed(suite) && !suite.assertionResults.some(isFailed));
  const passed = found.numPassedTests;
  const failed = found.numFailedTests + unloaded.length;
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
}
