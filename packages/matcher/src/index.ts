export { type Assign, jonkerVolgenantAssign, munkresAssign } from './assign.js';
export {
  type Box,
  centreSizeToCorners,
  cornersToCentreSize,
  pairwiseGiou,
  pairwiseIou,
  pairwiseL1,
  type Profile,
} from './boxes.js';
export { type Match, matchBoxes, matchingCost, type MatchingCostInput, matchingDefaults } from './match.js';
