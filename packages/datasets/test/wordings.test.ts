import { createRng } from '@vividmed/core';
import { describe, expect, test } from 'vitest';
import { taxonomy } from '../src/index.js';
import { isPlural, nounOf, word } from '../src/templates/grammar.js';
import * as wordings from '../src/templates/wordings.js';

const { presenceForm, ...kinds } = wordings;

describe.each(Object.entries(kinds))('the wordings of %s', (kind, list) => {
  test('are at least twelve, all different, even where only the word for the image differs', () => {
    const plain = list.map((text) => text.toLowerCase().replace('{image}', 'image'));
    expect(new Set(plain).size).toBe(list.length);
    expect(list.length).toBeGreaterThanOrEqual(12);
  });

  test('are filled without a rest', () => {
    const named = kind.startsWith('presence') || kind === 'abnormality';
    for (const text of list) {
      for (const plural of [false, true]) {
        const said = word(text, createRng(1), 'the $& thing', plural);
        expect(said).not.toMatch(/[{}]/);
        expect(said.includes('the $& thing'), text).toBe(named);
        expect(said).toMatch(/^[A-Z].*[.?]$/);
      }
    }
  });
});

test('a presence question says which form its answer has', () => {
  expect(presenceForm.one).not.toBe(presenceForm.many);
});

describe('number', () => {
  test('of a pair is plural and of each of its sides singular', () => {
    const pairs = taxonomy.filter(({ name, sides }) => sides && !name.endsWith('of both sides'));
    // Of these there are many on each side.
    const ones = taxonomy.filter(({ name, side }) => side && !/(?:ribs|muscles|cartilages|nodes)$/.test(name));
    expect(pairs.filter(({ name }) => !isPlural(name)).map(({ name }) => name)).toEqual([]);
    expect(ones.filter(({ name }) => isPlural(name)).map(({ name }) => name)).toEqual([]);
    expect(Math.min(pairs.length, ones.length)).toBeGreaterThan(30);
  });

  test('of names that do not tell it by their last letter', () => {
    const many = 'ribs nodules masses vertebrae thalami hila femora kidneys pneumothoraces atelectases lenses bronchi';
    const one = 'pancreas stomach nodule mass atelectasis thorax hippocampus uterus lens volume/loss aorta psoas csf';
    for (const name of many.split(' ')) expect(isPlural(name), name).toBe(true);
    for (const name of one.split(' ')) expect(isPlural(name.replace('/', ' ')), name).toBe(false);
    for (const name of ['trachea and bronchi', 'hippocampal body and tail']) expect(isPlural(name)).toBe(true);
    for (const name of [
      'upper lobe of the left lung',
      'shift of the mediastinum',
      'cerebral white matter of both sides',
    ])
      expect(isPlural(name), name).toBe(false);
  });

  test('rules the verb and the article', () => {
    const ask = (name: string, category: 'structure' | 'abnormality'): string =>
      word('{be} {} visible?', createRng(1), nounOf(name, category), isPlural(name));
    expect(ask('left kidney', 'structure')).toBe('Is the left kidney visible?');
    expect(ask('kidneys', 'structure')).toBe('Are the kidneys visible?');
    expect(ask('both lungs', 'structure')).toBe('Are both lungs visible?');
    expect(ask('vertebra c1', 'structure')).toBe('Is vertebra c1 visible?');
    expect(ask('nodules', 'abnormality')).toBe('Are any nodules visible?');
    expect(ask('cardiomegaly', 'abnormality')).toBe('Is any cardiomegaly visible?');
  });
});
