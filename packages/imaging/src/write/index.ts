export { type DicomContext, dicomContext, type DicomInput, type DicomObject } from './context.js';
export type { BoxRegion, Code, Grid, MaskRegion, Region, Results, ScoredBox, Side } from './results.js';
export { type DicomSegmentation, segmentation, type SegmentationEncoding } from './segmentation.js';
export { measurementReport, type MeasurementReportOptions } from './measurement-report.js';
export { pdfReport, reportPdf } from './pdf-report.js';
export { textReport } from './text-report.js';
export { type JsonBox, type JsonRegion, resultsJson, type ResultsJson } from './results-json.js';
export { type CocoInput, cocoJson, type CocoJson } from './coco.js';
