export { renderPage } from './page.js';
export type { LossRecord, PageData, PageFigure, PageStage } from './data.js';
