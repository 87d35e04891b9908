import type { Rng } from '@vividmed/core';
import type { PlannedFinding, Size } from '../phantom/findings.js';
import { anatomyNames, findingNames, type AnatomyName, type FindingName } from '../taxonomy/phantom.js';
import type { Side } from '../taxonomy/target.js';
import {
  absent,
  fill,
  joinText,
  listNames,
  type Phrase,
  present,
  type Segment,
  type Sentence,
  textOf,
} from './segment.js';

/** A report as sentences with phrases. */
export interface Report {
  findings: Sentence[];
  impression: Sentence[];
}

const nouns: Record<FindingName, { one: readonly string[]; many: readonly string[] }> = {
  nodule: {
    one: ['lung nodule', 'pulmonary nodule', 'nodule'],
    many: ['lung nodules', 'pulmonary nodules', 'nodules'],
  },
  mass: { one: ['lung mass', 'mass'], many: ['lung masses', 'masses'] },
  'pleural effusion': { one: ['pleural effusion'], many: ['pleural effusions'] },
  pneumothorax: { one: ['pneumothorax'], many: ['pneumothoraces'] },
  consolidation: {
    one: ['consolidation', 'airspace opacity'],
    many: ['consolidations', 'airspace opacities'],
  },
  atelectasis: { one: ['atelectasis'], many: ['atelectasis'] },
  cardiomegaly: { one: ['cardiomegaly'], many: ['cardiomegaly'] },
};
const uncounted = new Set<FindingName>(['atelectasis', 'cardiomegaly', 'consolidation']);
const degree: Record<Size, string> = { small: 'small', moderate: 'moderate', large: 'large' };

/** Instances that one phrase covers: those of one finding, on one side or on both. */
interface Group {
  name: FindingName;
  side: Side | null;
  both: boolean;
  members: PlannedFinding[];
}

function groupsOf(plan: readonly PlannedFinding[], rng: Rng): Group[] {
  const groups: Group[] = [];
  for (const name of findingNames) {
    const members = plan.filter((found) => found.name === name);
    if (members.length === 0) continue;
    const sides = (['left', 'right'] as const).filter((side) => members.some((found) => found.side === side));
    if (name === 'cardiomegaly') groups.push({ name, side: null, both: false, members });
    else if (sides.length === 2 && rng.chance(0.5)) groups.push({ name, side: null, both: true, members });
    else
      for (const side of sides)
        groups.push({
          name,
          side,
          both: false,
          members: members.filter((found) => found.side === side),
        });
  }
  return groups;
}

function nameGroup({ name, side, both, members }: Group, rng: Rng): { phrase: Phrase; plural: boolean } {
  const plural = members.length > 1;
  const noun = rng.pick(plural ? nouns[name].many : nouns[name].one);
  const number = plural && !both && name === 'nodule' ? 'multiple ' : '';
  const where = both ? 'bilateral ' : side ? `${side} ` : '';
  return { phrase: present(`${number}${where}${noun}`, name, side ?? undefined), plural };
}

function describe(group: Group, rng: Rng): Sentence {
  const { name, members } = group;
  const first = members[0] as PlannedFinding;
  if (name === 'cardiomegaly') {
    const word = { small: 'mildly', moderate: 'moderately', large: 'markedly' }[first.size];
    return rng.pick([
      () => fill('There is {}.', present('cardiomegaly', name)),
      () =>
        fill(
          `The {} is ${word} enlarged, in keeping with {}.`,
          present('heart', 'heart'),
          present('cardiomegaly', name),
        ),
      () => fill('There is an {}.', present(rng.pick(['enlarged heart', 'enlarged cardiac silhouette']), name)),
    ])();
  }
  const { phrase, plural } = nameGroup(group, rng);
  const zones = (['upper', 'middle', 'lower'] as const).filter((zone) => members.some((found) => found.zone === zone));
  const placed = name === 'pleural effusion' || name === 'pneumothorax' || group.both;
  const where = placed ? '' : ` in the ${listNames(zones)} ${zones.length > 1 ? 'zones' : 'zone'}`;
  const article =
    uncounted.has(name) && !phrase.phrase.includes('opacity') ? '' : /^[aeiou]/.test(phrase.phrase) ? 'an ' : 'a ';
  const size = plural ? '' : `${degree[first.size]} `;
  const sized = size === '' ? article : article === '' ? size : `a ${size}`;
  if (plural) {
    return fill(rng.pick([`There are {}${where}.`, `We see {}${where}.`]), phrase);
  }
  if (first.size === 'small' && rng.chance(0.35)) {
    return fill(
      rng.pick([
        `There may be ${article}{}${where}.`,
        `There is possibly ${article}{}${where}.`,
        `The appearance raises the question of ${article}{}${where}.`,
        `In addition ${article}{}${where} cannot be excluded.`,
      ]),
      phrase,
    );
  }
  return fill(
    rng.pick([`There is ${sized}{}${where}.`, `We see ${sized}{}${where}.`, `The image shows ${sized}{}${where}.`]),
    phrase,
  );
}

const calm: Record<
  Exclude<AnatomyName, 'lungs' | 'left lung' | 'right lung' | 'heart' | 'stomach'>,
  readonly string[]
> = {
  mediastinum: ['The {} is unremarkable.', 'The {} is not widened.'],
  trachea: ['The {} is in the midline.', 'The {} is central.'],
  aorta: ['The {} is of normal calibre.', 'The {} is unremarkable.'],
  ribs: ['The {} are intact.'],
  clavicles: ['The {} are intact.'],
  spine: ['The {} is unremarkable.', 'The {} shows no fracture.'],
  liver: ['The {} is unremarkable.'],
};

/** Sentences on what is normal of what is shown; the names of structures are phrases too. */
function describeNormal(plan: readonly PlannedFinding[], rng: Rng, shown: readonly AnatomyName[]): Sentence[] {
  const out: Sentence[] = [];
  const isClear = (side: Side): boolean => shown.includes(`${side} lung`) && !plan.some((found) => found.side === side);
  if (isClear('left') && isClear('right')) {
    out.push(
      fill(
        rng.pick(['The {} are clear.', 'The {} are well aerated.', 'Both {} are clear.']),
        present(rng.pick(['lungs', 'lung fields']), 'lungs'),
      ),
    );
  } else {
    for (const side of ['left', 'right'] as const) {
      if (isClear(side) && rng.chance(0.7)) out.push(fill('The {} is clear.', present(`${side} lung`, `${side} lung`)));
    }
  }
  if (shown.includes('heart') && !plan.some(({ name }) => name === 'cardiomegaly')) {
    const heart = present(rng.pick(['heart', 'cardiac silhouette']), 'heart');
    out.push(
      fill(rng.pick(['The {} is normal in size.', 'The {} is not enlarged.', 'The {} is of normal size.']), heart),
    );
  }
  const calmNames = (Object.keys(calm) as (keyof typeof calm)[]).filter((name) => shown.includes(name));
  const names = rng.shuffle(calmNames).slice(0, 1 + rng.int(3));
  for (const name of names) out.push(fill(rng.pick(calm[name]), present(name, name)));
  return out;
}

/** Sentences on what is not there. */
function describeAbsent(plan: readonly PlannedFinding[], rng: Rng): Sentence[] {
  const open = rng.shuffle(
    findingNames.filter((name) => name !== 'cardiomegaly' && !plan.some((found) => found.name === name)),
  );
  const out: Sentence[] = [];
  let rest = open.slice(0, 2 + rng.int(3));
  const phrase = (name: FindingName | undefined): Phrase =>
    absent(rng.pick(nouns[name as FindingName].one), name as FindingName);
  while (rest.length > 0) {
    const take = rest.length >= 2 && rng.chance(0.7) ? 2 : 1;
    const [one, two] = rest;
    if (take === 2) {
      out.push(
        fill(
          rng.pick([
            'No {} or {}.',
            'There is no {} or {}.',
            'No evidence of {} or {}.',
            'There is neither {} nor {}.',
          ]),
          phrase(one),
          phrase(two),
        ),
      );
    } else
      out.push(
        fill(rng.pick(['No {}.', 'There is no {}.', 'No evidence of {}.', 'There is no sign of {}.']), phrase(one)),
      );
    rest = rest.slice(take);
  }
  return out;
}

/** Writes the report of an image with these findings; it speaks of the anatomy that is shown, all of it by default. */
export function reportOf(
  plan: readonly PlannedFinding[],
  rng: Rng,
  shown: readonly AnatomyName[] = anatomyNames,
): Report {
  const groups = groupsOf(plan, rng);
  const findings = [
    ...groups.map((group) => describe(group, rng)),
    ...describeNormal(plan, rng, shown),
    ...describeAbsent(plan, rng),
  ];
  if (groups.length === 0) {
    return {
      findings,
      impression: [
        [
          {
            text: rng.pick(['No acute abnormality.', 'Normal chest.', 'No abnormality in the chest.']),
          },
        ],
      ],
    };
  }
  const phrases = groups.map((group) => nameGroup(group, rng).phrase);
  const joined: Segment[] = phrases.flatMap((phrase, i): Segment[] =>
    i === 0 ? [phrase] : [{ text: i === phrases.length - 1 ? ' and ' : ', ' }, phrase],
  );
  const opening = rng.pick(['The findings are ', 'In summary there is evidence of ', 'The image is in keeping with ']);
  return { findings, impression: [joinText([{ text: opening }, ...joined, { text: '.' }])] };
}

/** Both sections, headings included, as one run of segments. */
export function reportSegments({ findings, impression }: Report): Segment[] {
  const sentences = (section: readonly Sentence[]): Segment[] =>
    section.flatMap((sentence) => [{ text: ' ' }, ...sentence]);
  return joinText([{ text: 'Findings:' }, ...sentences(findings), { text: '\nImpression:' }, ...sentences(impression)]);
}

/** The report as plain text. */
export const reportText = (report: Report): string => textOf(reportSegments(report));
