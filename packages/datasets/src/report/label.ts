import { findingNames, type FindingName, phantomTargetOf } from '../taxonomy/phantom.js';

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const mentions = Object.fromEntries(
  findingNames.map((name) => {
    const names = [name, ...phantomTargetOf(name).synonyms].sort((a, b) => b.length - a.length).map(escape);
    const extra =
      name === 'cardiomegaly'
        ? ['(?:heart|cardiac silhouette) (?:size )?is (?:mildly |moderately |markedly )?enlarged']
        : [];
    return [name, new RegExp(String.raw`\b(?:${[...extra, ...names].join('|')})\b`, 'g')];
  }),
) as Record<FindingName, RegExp>;

const before = /\b(?:no|without|neither|nor|free of|negative for|absence of|not)\b/;
const after =
  /^[^,;]*?\b(?:is|are|was|were) (?:not (?:seen|identified|present|evident|demonstrated)|absent|excluded|ruled out)\b/;
const scopeEnd = /;|\bbut\b|\bhowever\b|\balthough\b|\bexcept\b/g;

/**
 * Which findings a report states. A mention counts unless it is negated in its own clause; an uncertain mention ("may be",
 * "cannot be excluded") counts, as in the labels of the published training data; what is not mentioned is absent.
 */
export function labelReport(text: string): Record<FindingName, boolean> {
  const labels = Object.fromEntries(findingNames.map((name) => [name, false])) as Record<FindingName, boolean>;
  for (const sentence of text.toLowerCase().split(/[.\n:!?]+/)) {
    for (const clause of sentence.split(scopeEnd)) {
      for (const name of findingNames) {
        for (const match of clause.matchAll(mentions[name])) {
          const rest = clause.slice(match.index + match[0].length);
          if (!before.test(clause.slice(0, match.index)) && !after.test(rest)) labels[name] = true;
        }
      }
    }
  }
  return labels;
}
