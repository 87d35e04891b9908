import type { ChatMessage } from './complete.js';

/** The answer that `readEntailment` reads. */
export const entailmentForm =
  '{"analysis": "<one or two sentences>", "entailed": true or false, "evidence": [<numbers>]}';

/** Asks whether one phrase follows from numbered phrases, in our words. */
export const entailmentMessages = ({
  phrase,
  premises,
}: {
  phrase: string;
  premises: readonly string[];
}): ChatMessage[] => [
  {
    role: 'system',
    content:
      'You are a radiologist who checks whether a statement of one report follows from another report of the same study.',
  },
  {
    role: 'user',
    content: `Does the statement follow from the numbered statements? It does if every part of it (finding, place, side, degree,
whether it is there at all) is said by them or is a plain medical consequence of what they say. It does not if they contradict
it, leave a part of it open, or are less definite than it is.

Think first, then write one JSON object and nothing after it:
${entailmentForm}
"evidence" lists the numbers of the statements that it follows from, and is empty if it does not follow.

Numbered statements:
${premises.map((premise, i) => `${i + 1}. ${premise}`).join('\n')}

Statement:
${phrase}`,
  },
];
