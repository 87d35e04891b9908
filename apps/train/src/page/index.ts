export { renderFigure } from './figure.js';
export { maxPageBytes, renderPage } from './page.js';
export {
  type HeldOutCase,
  lossNames,
  type LossName,
  type LossRecord,
  type PageData,
  type PageFigure,
  type PagePhrase,
  type PageReport,
  type PageStage,
  type RealImage,
} from './data.js';
