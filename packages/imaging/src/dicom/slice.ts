import type { Frame, Instance } from './instance.js';

/** One frame and the file that holds it. */
export interface Slice {
  frame: Frame;
  instance: Instance;
  /** Which of the files that came in, from 0. */
  file: number;
}
