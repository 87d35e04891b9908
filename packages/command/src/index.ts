export { type Command, type CommandContext, runCommand } from './command.js';
export { engineLine, startEngine } from './engine.js';
export { type JsonLines, jsonLines } from './json-lines.js';
export { applyAssignments, type Options, optionsHelp, parseOptions } from './options.js';
export {
  createProgress,
  formatDuration,
  type Progress,
  type ProgressOptions,
  type ProgressStream,
} from './progress.js';
