export { createProgress, formatDuration } from './progress.js';
