import { expectReadmeRuns } from '@vividmed/testing';
import { test } from 'vitest';

test('the examples of the README print what they say', () =>
  expectReadmeRuns(new URL('../README.md', import.meta.url)));
