import { workerData } from 'node:worker_threads';
import { serveThread } from '@vividmed/datasets/node';
import { createStudyReader, type StudyReaderOptions } from './study-reader.js';

// What `createStudies` gives its threads.
serveThread(() => createStudyReader(workerData as StudyReaderOptions));
