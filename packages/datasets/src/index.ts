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
  modalityName,
  modalityQuestion,
  planeQuestion,
  whichQuestion,
  type Question,
} from './vqa.js';
export { truthOf, type Region, type Sample, type Task, type Turn } from './templates/sample.js';
export {
  groundedReport,
  reportQuestions,
  reportWriting,
  targetPresence,
  visualQuestions,
  type PresenceOptions,
} from './templates/templates.js';
export type { Study } from './study.js';
export type { Dataset, DatasetEntry } from './dataset.js';
export { mirroredTarget, mirroredText } from './taxonomy/sides.js';
export { crop, flip, shift, type Axis } from './transforms/geometry.js';
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
