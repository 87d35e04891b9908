import { SamConfig, samPresets } from '@vividmed/sam-decoder';
import { z } from 'zod';
import { AdapterConfig } from '../vision/adapter.js';
import { LanguageConfig } from '../language/config.js';
import { VisionTowerConfig } from '../vision/tower.js';

export const VividMedConfig = z
  .strictObject({
    profile: z.enum(['paper', 'original']).describe('where the paper and the published code differ'),
    promptState: z
      .enum(['close', 'before-close'])
      .describe('state of a phrase that prompts the localiser: that of </p>, or the one that predicts it'),
    promptWords: z.boolean().describe('whether the words of a phrase prompt the localiser beside its state'),
    maxTokens: z.number().int().positive().describe('image tokens after pooling, at most'),
    maxTokensDepth: z.number().int().positive().describe('patches along depth before pooling (t_d of Eq. 3)'),
    vision: VisionTowerConfig,
    adapter: AdapterConfig,
    language: LanguageConfig,
    sam: SamConfig,
  })
  .refine(({ adapter, vision }) => adapter.inWidth === vision.width, {
    path: ['adapter', 'inWidth'],
    message: 'expected the width of the vision tower',
  })
  .refine(({ adapter, language }) => adapter.width === language.width, {
    path: ['adapter', 'width'],
    message: 'expected the width of the language model',
  })
  .refine(({ sam, vision }) => sam.patch.every((size, axis) => size === vision.patch[axis]), {
    path: ['sam', 'patch'],
    message: 'expected the patches of the vision tower: both see the image cut the same way',
  })
  .readonly();
export type VividMedConfig = z.infer<typeof VividMedConfig>;

export type PresetName = 'toy' | 'tiny' | 'small' | 'paper';

interface Sizes {
  sam: SamConfig;
  promptWords: boolean;
  maxTokens: number;
  maxTokensDepth: number;
  vision: { width: number; depth: number; numHeads: number; mlpWidth: number };
  language: { width: number; depth: number; numHeads: number; mlpWidth: number };
}

/** `paper` is Table 5 and CogVLM's configuration; the others keep its form. */
const sizes: Record<PresetName, Sizes> = {
  toy: {
    sam: samPresets.toy,
    promptWords: false,
    maxTokens: 4,
    maxTokensDepth: 4,
    vision: { width: 16, depth: 2, numHeads: 2, mlpWidth: 32 },
    language: { width: 16, depth: 2, numHeads: 2, mlpWidth: 24 },
  },
  tiny: {
    sam: samPresets.tiny,
    promptWords: true,
    maxTokens: 36,
    maxTokensDepth: 6,
    vision: { width: 128, depth: 2, numHeads: 4, mlpWidth: 384 },
    language: { width: 128, depth: 4, numHeads: 4, mlpWidth: 256 },
  },
  small: {
    sam: samPresets.small,
    promptWords: true,
    maxTokens: 64,
    maxTokensDepth: 8,
    vision: { width: 384, depth: 12, numHeads: 6, mlpWidth: 1536 },
    language: { width: 384, depth: 12, numHeads: 6, mlpWidth: 1024 },
  },
  paper: {
    sam: samPresets.paper,
    promptWords: false,
    maxTokens: 144,
    maxTokensDepth: 8,
    vision: { width: 1792, depth: 63, numHeads: 16, mlpWidth: 15360 },
    language: { width: 4096, depth: 32, numHeads: 32, mlpWidth: 11008 },
  },
};

interface PresetOptions {
  vocabSize: number;
  profile?: VividMedConfig['profile'];
  /** The profile's own by default. */
  promptState?: VividMedConfig['promptState'];
}

/** The configuration of a preset for a vocabulary: 32,008 tokens for the Vicuna tokenizer with the added ones. */
export function presetConfig(
  name: PresetName,
  { vocabSize, profile = 'paper', promptState = profile === 'paper' ? 'close' : 'before-close' }: PresetOptions,
): VividMedConfig {
  const { sam, vision, language, promptWords, maxTokens, maxTokensDepth } = sizes[name];
  const { inChannels, patch, positionGrid } = sam;
  return VividMedConfig.parse({
    profile,
    promptState,
    promptWords,
    maxTokens,
    maxTokensDepth,
    vision: { inChannels, patch, positionGrid, ...vision },
    adapter: { inWidth: vision.width, width: language.width, mlpWidth: language.mlpWidth },
    language: { vocabSize, ...language },
    sam,
  });
}
