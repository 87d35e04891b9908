import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countTests } from '../count-tests.mjs';
import { makeFolder } from './fixture.js';

const passing = { status: 'passed', assertionResults: [{ status: 'passed' }] };

function count(report: object | string, code: number) {
  const text = typeof report === 'string' ? report : JSON.stringify(report);
  return countTests(join(makeFolder({ 'tests.json': text }), 'tests.json'), code);
}

test('tests count as vitest reports them', () => {
  const failing = { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] };
  expect(count({ numPassedTests: 1, numFailedTests: 0, testResults: [passing] }, 0)).toEqual({ passed: 1, failed: 0 });
  const report = { numPassedTests: 2, numFailedTests: 1, testResults: [passing, failing] };
  expect(count(report, 1)).toEqual({ passed: 2, failed: 1 });
});

test('a file of tests that does not load counts as a failure', () => {
  const unloaded = { status: 'failed', assertionResults: [] };
  const report = { numPassedTests: 1, numFailedTests: 0, testResults: [passing, unloaded] };
  expect(count(report, 1)).toEqual({ passed: 1, failed: 1 });
});

test('a run that breaks off counts as a failure, whatever it reported', () => {
  expect(count({ numPassedTests: 1, numFailedTests: 0, testResults: [passing] }, 137)).toEqual({
    passed: 1,
    failed: 1,
  });
  expect(count({ numPassedTests: 0, numFailedTests: 0, testResults: [] }, 0)).toEqual({ passed: 0, failed: 1 });
  expect(count('{"numPassed', 1)).toEqual({ passed: 0, failed: 1 });
  expect(countTests('no such file', 1)).toEqual({ passed: 0, failed: 1 });
});
