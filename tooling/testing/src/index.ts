export { expectClose } from './close.js';
export { type ConformanceCase, expectConformance, type Tap } from './conformance.js';
export { compute, testedBounds, testedEngine, type TestedEngine } from './tested-engine.js';
export { expectManifestMatches, type Golden, type GoldenTensor, loadGoldenParams, readGolden } from './golden.js';
export { expectReadmeRuns } from './readme.js';
