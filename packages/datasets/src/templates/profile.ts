import type { PhraseLimits } from './grounded-report.js';
import type { PresenceLimits } from './presence.js';

/** The three stages of training by what they teach (paper 3.3.1). */
export type ConversationStage = 'grounding' | 'instruction' | 'groundedReport';

/** How a conversation is put together. */
export interface ConversationChances extends PresenceLimits, PhraseLimits {
  /** Chance that phrases are grounded. */
  grounding: number;
  /** Chance of a question on the modality. */
  modality: number;
  /** Chance of a question on the plane, where it is known. */
  plane: number;
  /** Chance of questions on abnormalities, where any are known. */
  abnormality: number;
  /** Whether those come in the place of the report, or beside it. */
  abnormalityReplacesReport: boolean;
  /** Most abnormalities asked for. */
  maxAbnormalities: number;
  /** Chance of the report, where the data set has both a report and questions; else its questions. */
  report: number;
}

const shared = {
  maxPresent: 12,
  maxAbsent: 4,
  negativeGrounding: 0.2,
  maxMaskPhrases: 8,
  maxBoxPhrases: 12,
  plane: 0.2,
  abnormality: 0.2,
  maxAbnormalities: 3,
  report: 0.8,
} as const;

/** Paper 3.3.2; what it does not give is as in the published code, but for `single`, which is ours. */
const paper: Readonly<Record<ConversationStage, ConversationChances>> = {
  grounding: {
    ...shared,
    single: 0.1,
    grounding: 0.95,
    modality: 0.5,
    plane: 0,
    abnormality: 0,
    abnormalityReplacesReport: false,
  },
  instruction: { ...shared, single: 0.1, grounding: 0, modality: 0.5, abnormalityReplacesReport: false },
  groundedReport: {
    ...shared,
    single: 0.1,
    grounding: 0.99,
    modality: 0,
    plane: 0,
    abnormality: 0,
    abnormalityReplacesReport: false,
  },
};

/** The published code (original-implementation 4.3). */
const original: typeof paper = {
  grounding: { ...paper.grounding, single: 0, modality: 0.8 },
  instruction: { ...paper.instruction, single: 0, modality: 0.2, abnormalityReplacesReport: true },
  groundedReport: { ...paper.groundedReport, single: 0 },
};

/** Where paper and published code differ. */
export type ConversationProfile = 'paper' | 'original';

export const conversationChances: Readonly<
  Record<ConversationProfile, Readonly<Record<ConversationStage, ConversationChances>>>
> = { paper, original };
