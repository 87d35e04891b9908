import { isTarget, targetOf } from './table.js';
import type { Side } from './target.js';
import { findTargets } from './lookup.js';

export const otherSide: Readonly<Record<Side, Side>> = { left: 'right', right: 'left' };

/**
 * The target that a mirrored image shows in the place of this one: `left kidney` for `right kidney`, `brain` for itself.
 * `undefined` where there is none: a mirrored liver lies on the left, where no patient has it, and no lung has a left middle lobe.
 */
export function mirroredTarget(name: string): string | undefined {
  const { side, lies } = targetOf(name);
  if (lies !== undefined) return undefined;
  if (side === undefined) return name;
  const twin = name.replace(side, otherSide[side]);
  return isTarget(twin) ? twin : undefined;
}

/** Words that hold a side without saying left or right. */
const hiddenSide = /\b(?:lingula\w*|dextro\w*|levo\w*|laevo\w*|situs|[lr][ulm]l|middle lobe)\b/i;

/**
 * A text about the mirrored image: left and right change places. `undefined` where that would not be true, because the text names
 * a structure that lies on one side, or hides a side in another word.
 */
export function mirroredText(text: string): string | undefined {
  if (hiddenSide.test(text)) return undefined;
  if (findTargets(text).some(({ target }) => mirroredTarget(target.name) === undefined)) return undefined;
  return text.replaceAll(/(left|right)(?=\b|wards?\b)/gi, (word) => {
    const twin = otherSide[word.toLowerCase() as Side];
    if (word === word.toUpperCase()) return twin.toUpperCase();
    return word[0] === word[0]?.toUpperCase() ? twin[0]!.toUpperCase() + twin.slice(1) : twin;
  });
}
