import { expectReadmeRuns } from '@vividmed/testing';
import { test } from 'vitest';

test('the example of the README prints what it says', () => expectReadmeRuns(new URL('../README.md', import.meta.url)));
