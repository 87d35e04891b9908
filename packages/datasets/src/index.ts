export { boxOfMask, cropMask, expandMask, voxelCount, type Box, type Shape3, type Volume } from './volume.js';
export {
  categoryCodes,
  sideCodes,
  type Category,
  type Code,
  type Side,
  type Target,
  type TargetKind,
} from './taxonomy/target.js';
export { ancestorsOf, isTarget, targetOf, taxonomy } from './taxonomy/table.js';
export { findTargets, lookupTarget, type Found, type Mention } from './taxonomy/lookup.js';
export { labelSetNames, labelsOf } from './taxonomy/labels.js';
export type { Label } from './taxonomy/labels/label.js';
export {
  anatomyNames,
  findingNames,
  isFinding,
  outOfViewNames,
  phantomTargetOf,
  phantomTaxonomy,
  type AnatomyName,
  type FindingName,
  type OutOfViewName,
  type PhantomTarget,
  type PhantomTargetName,
} from './taxonomy/phantom.js';
export { planFindings, type PlannedFinding, type Size, type Zone } from './phantom/findings.js';
export { generatePhantom, type Case, type Finding, type Phantom, type PhantomOptions } from './phantom/generate.js';
export { isPhrase, textOf, type Phrase, type Segment, type Sentence } from './report/segment.js';
export { reportOf, reportSegments, reportText, type Report } from './report/report.js';
export { labelReport } from './report/label.js';
export {
  abnormalityQuestion,
  modalityQuestion,
  planeQuestion,
  whichQuestion,
  type Question,
} from './templates/phantom-questions.js';
export { modalityName } from './templates/questions.js';
export type { Region, Sample, Task, Truth, Turn } from './templates/sample.js';
export { truthOf } from './templates/phantom-truth.js';
export {
  groundedReport,
  reportQuestions,
  reportWriting,
  targetPresence,
  visualQuestions,
  type PresenceOptions,
} from './templates/phantom.js';
export { conversationOf, type ConversationOptions } from './templates/conversation.js';
export {
  conversationChances,
  type ConversationChances,
  type ConversationProfile,
  type ConversationStage,
} from './templates/profile.js';
export { studyOf } from './templates/phantom-study.js';
export type { Study } from './study.js';
export type { Dataset, DatasetEntry } from './dataset.js';
export { mirroredTarget, mirroredText } from './taxonomy/sides.js';
export {
  reportBody,
  reportSections,
  withoutPlaceholders,
  type ReportBody,
  type ReportSection,
} from './report/sections.js';
export { crop, flip, shift, varyPlace, varySides, type Axis } from './transforms/geometry.js';
export { turn, varyPose, type PoseOptions, type Turning } from './transforms/turn.js';
export {
  biasField,
  blur,
  brightness,
  contrast,
  gamma,
  noise,
  varyIntensity,
  type IntensityOptions,
} from './transforms/intensity.js';
export { augmentImage } from './transforms/augment.js';
export { renderLabelMap, tissuesOf, type LabelGrid, type RenderOptions } from './transforms/label-map.js';
export { compose, sometimes, type Transform } from './transforms/compose.js';
export { epochOrder, type Order } from './loading/order.js';
export { createPrefetch, type Prefetch } from './loading/prefetch.js';
export { packValue, unpackValue } from './loading/pack.js';
export { createSampler, type Sampler, type SamplingSource, type StudyDraw } from './loading/sampler.js';
export { findLeaks, type Fingerprint, type Leak, type LeakKind, type LeakOptions, leakTable } from './hygiene/leaks.js';
export {
  type Digest,
  makeManifest,
  type ManifestDifference,
  type ManifestFile,
  type ManifestStudy,
  parseManifest,
  type SplitManifest,
  verifyManifest,
} from './hygiene/manifest.js';
export { hashDistance, perceptualHash } from './hygiene/perceptual-hash.js';
export { reportKey } from './hygiene/report-key.js';
