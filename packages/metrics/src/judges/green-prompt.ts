import type { ChatMessage } from './complete.js';
import type { ReportPair } from './report-pairs.js';

/** The answer that `readGreen` reads. */
export const greenForm = `
[Explanation]:
<your comparison in a few sentences>

[Clinically Significant Errors]:
(a) False finding: <count>. <the findings>
(b) Missing finding: <count>. <the findings>
(c) Wrong location: <count>. <the findings>
(d) Wrong severity: <count>. <the findings>
(e) Comparison that the reference has not: <count>. <the findings>
(f) Missing comparison: <count>. <the findings>

[Clinically Insignificant Errors]:
<the same six lines>

[Matched Findings]:
<count>. <the findings>
`.trim();

/** Asks for the errors of a report and what it got right, in our words. */
export const greenMessages = ({ predicted, reference }: ReportPair): ChatMessage[] => [
  {
    role: 'system',
    content:
      'You are a radiologist who compares a report with the reference report of the same study, finding by finding.',
  },
  {
    role: 'user',
    content: `Compare the candidate report with the reference report. Judge what is said, not how it is worded or ordered.

An error is of one of six kinds:
(a) the candidate states a finding that the reference does not support;
(b) the candidate leaves out a finding of the reference;
(c) a finding is put in another place;
(d) a finding is given another severity;
(e) the candidate speaks of a change since an earlier study and the reference does not;
(f) the candidate leaves out a change since an earlier study that the reference names.
It is clinically significant if it could change what is done for the patient, and insignificant otherwise. A matched finding
is one that both reports state alike; that something is absent counts when both say so.

Write nothing but this form, each count as digits with a point behind, 0 where there is none:

${greenForm}

Reference report:
<<<
${reference}
>>>

Candidate report:
<<<
${predicted}
>>>`,
  },
];
