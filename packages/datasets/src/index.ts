export { boxOfMask, cropMask, expandMask, voxelCount, type Box, type Shape3, type Volume } from './volume.js';
export {
  anatomyNames,
  findingNames,
  isFinding,
  lookupTarget,
  outOfViewNames,
  targetOf,
  taxonomy,
  type AnatomyName,
  type FindingName,
  type OutOfViewName,
  type Side,
  type Target,
  type TargetKind,
  type TargetName,
} from './taxonomy.js';
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
