export { cacheKey, createFileCache, type FileCache, stampFiles } from './loading/cache.js';
export { createThreads, type Handler, serveThread, type Threads, type ThreadsOptions } from './loading/threads.js';
export { digestIn } from './hygiene/digest.js';
