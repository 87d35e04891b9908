import type { ChatMessage } from './complete.js';

/** The answer that `readLabels` reads. */
export const labelForm = 'one JSON object with every label as a key and "yes", "no", "maybe" or "-" as its value';

/** Asks what a report says about each label, in our words. */
export const labelMessages = (report: string, names: readonly string[]): ChatMessage[] => [
  { role: 'system', content: 'You are a radiologist who reads what reports state, without adding to it.' },
  {
    role: 'user',
    content: `What does the report say about each of these labels?
${names.map((name) => `- ${name}`).join('\n')}

"yes": it is there. "no": it is said not to be there. "maybe": the report leaves it open. "-": the report does not speak of it.
Other words for the same thing count. What was there in an earlier study and is gone is "no".

Write ${labelForm}, and nothing after it.

Report:
<<<
${report}
>>>`,
  },
];
