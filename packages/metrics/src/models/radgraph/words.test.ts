import { expect, test } from 'vitest';
import { reportWords, spokenWord } from './words.js';

test('the first RadGraph sets each of its signs apart, and no hyphen', () => {
  expect(reportWords('Left-sided (small): 3.5 cm, unchanged...', 'radgraph')).toEqual(
    'Left-sided ( small ) : 3 . 5 cm , unchanged . . .'.split(' '),
  );
});

test('the later models cut between letters and signs and keep runs of signs but for a few', () => {
  expect(reportWords("T2-weighted (50%). It's ok!? (10%),", 'radgraph-xl')).toEqual(
    "T2 - weighted ( 50 % ) . It ' s ok !? ( 10 % ),".split(' '),
  );
});

test('escapes that reports of the training data had are taken for spaces', () => {
  expect(reportWords(String.raw`one\ntwo\fthree \"four\"`, 'radgraph-xl')).toEqual(
    'one two three `` four ``'.split(' '),
  );
});

test('a report of white space has no words, Python counts separators as such', () => {
  for (const rule of ['radgraph', 'radgraph-xl'] as const) {
    expect(reportWords(' \t\n\u001c\u0085\u2028 ', rule)).toEqual([]);
    expect(reportWords('a\u00a0b', rule)).toEqual(['a', 'b']);
  }
});

test('the slash of two words is not spoken', () => {
  expect(['/.', '/?', '/!', 'a/.'].map(spokenWord)).toEqual(['.', '?', '/!', 'a/.']);
});
