export { renderFigure } from './figure.js';
export { renderPage } from './page.js';
export {
  type HeldOutCase,
  type LossRecord,
  type PageData,
  type PageFigure,
  type PagePhrase,
  type PageReport,
  type PageStage,
} from './data.js';
