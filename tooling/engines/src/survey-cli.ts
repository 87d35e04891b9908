// A process of its own, since native libraries read their settings once: prints the survey as the last line.
import { survey } from './survey.js';

console.log(JSON.stringify(await survey()));
