import { check, type Rng } from '@vividmed/core';
import { type Region, type Sample, type Segment, type Study, targetOf, type Task } from '@vividmed/datasets';

const openings = [
  'Which of these can be seen in the image: {}?',
  'Check the image for {}.',
  'Look for {} in this image.',
];

const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** A conversation about a study of a data set. */
export function studyConversation(task: Task, study: Study, rng: Rng): Sample {
  check(
    task === 'targetPresence',
    'unsupported',
    `${task}: expected targetPresence for data.sources, found another task.`,
  );
  const shown = [...new Set([...Object.keys(study.masks), ...Object.keys(study.boxes)])].filter(
    (name) => study.masks[name] !== undefined || study.boxes[name]!.length > 0,
  );
  const there = rng.shuffle(shown).slice(0, 1 + rng.int(3));
  const missing = rng.shuffle(study.absent).slice(0, rng.int(3));
  const names = rng.shuffle([...there, ...missing]);
  check(names.length > 0, 'data', `${study.id}: expected targets that are known to be there or not, found none.`);
  const regions: Region[] = [];
  const answer = names.flatMap((name, i): Segment[] => {
    const present = there.includes(name);
    const last = i === names.length - 1 ? '.' : ', ';
    const mask = study.masks[name];
    if (present)
      regions.push({
        target: name,
        kind: targetOf(name).kind,
        present,
        ...(mask && { mask }),
        boxes: [...(study.boxes[name] ?? [])],
        turn: 0,
        segment: 2 * i,
      });
    return [
      present ? { phrase: name, target: name, present } : { text: name },
      { text: `: ${present ? 'yes' : 'no'}${last}` },
    ];
  });
  const question = rng.pick(openings).replace('{}', list(names));
  return {
    task,
    caseId: study.id,
    plane: 'axial',
    volume: study.volume,
    turns: [{ question, answer }],
    grounded: true,
    regions,
  };
}
