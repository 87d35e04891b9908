// Threads do not take over how the main one loads TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./study-thread.ts');
