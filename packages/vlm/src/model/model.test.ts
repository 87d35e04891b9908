import { countParams } from '@vividmed/nn';
import { describe, expect, it } from 'vitest';
import { presetConfig } from './config.js';
import { vividMedSpec } from './vividmed.js';

describe('presets', () => {
  it('add up to the published sizes without allocating anything', () => {
    const config = presetConfig('paper', { vocabSize: 32_008 });
    const spec = vividMedSpec(config);
    expect(countParams({ model: spec.model, lm_head: spec.lm_head })).toBe(17_673_202_176);
    const base = vividMedSpec({
      ...config,
      language: { ...config.language, vocabSize: 32_000 },
      vision: { ...config.vision, patch: [1, 14, 14], positionGrid: [1, 35, 35] },
    });
    expect((countParams({ model: base.model, lm_head: base.lm_head }) / 1e9).toFixed(2)).toBe('17.64');
  });
});
