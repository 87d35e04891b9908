import { check } from '@vividmed/core';
import type { Study } from '../study.js';
import { ancestorsOf, targetOf } from '../taxonomy/table.js';
import type { Side } from '../taxonomy/target.js';
import { boxOfMask } from '../volume.js';
import type { Truth } from './sample.js';

/** Whether there is a place to show. A target can be known to be in an image, and nobody has said where. */
export const isLocated = ({ mask, boxes }: Truth): boolean => mask !== undefined || boxes.length > 0;

/** What a study knows of its targets. */
export interface Knowledge {
  /** Names of the targets that are shown, or known to be there, in a fixed order. */
  present: readonly string[];
  /**
   * Names of targets that are not there. A target whose part or kind is shown is left out: an image with a nodule has a lung
   * lesion, whatever its labels say.
   */
  absent: readonly string[];
  /** `undefined` where the study does not tell. */
  truthOf(target: string, side?: Side): Truth | undefined;
}

function locate(study: Study, target: string): Truth | undefined {
  const { kind } = targetOf(target);
  const found = study.masks[target];
  const box = found && boxOfMask(found, study.volume.shape);
  const boxes = study.boxes[target] ?? [];
  if (box === undefined && boxes.length === 0) return undefined;
  return {
    kind,
    present: true,
    ...(found && box ? { mask: found } : {}),
    // The mask of a structure is one instance; that of an abnormality may be several.
    boxes: boxes.length > 0 ? [...boxes] : box && kind === 'mask' ? [box] : [],
  };
}

/** The instances of an abnormality on one side, where the side of every one is known. */
function onSide(study: Study, target: string, side: Side, truth: Truth): Truth | undefined {
  if (!truth.present) return truth;
  const sides = study.boxSides?.[target];
  if (truth.boxes.length === 0 || sides?.length !== truth.boxes.length || sides.includes(undefined)) return undefined;
  const boxes = truth.boxes.filter((_, i) => sides[i] === side);
  if (boxes.length === 0) return { kind: truth.kind, present: false, boxes: [] };
  return boxes.length === truth.boxes.length ? truth : { kind: truth.kind, present: true, boxes };
}

function read(study: Study): Knowledge {
  const truths = new Map<string, Truth>();
  const named = new Set([...Object.keys(study.masks), ...Object.keys(study.boxes), ...study.present]);
  const present = [...named].sort().filter((target) => {
    const { kind } = targetOf(target);
    const listed: Truth | undefined = study.present.includes(target) ? { kind, present: true, boxes: [] } : undefined;
    const truth = locate(study, target) ?? listed;
    if (truth) truths.set(target, truth);
    return truth !== undefined;
  });
  for (const target of study.absent)
    check(
      !truths.has(target),
      'data',
      () => `conversationOf: expected each target present or absent, found "${target}" as both.`,
    );
  const implied = new Set(present.flatMap(ancestorsOf));
  const absent = [...new Set(study.absent)].sort().filter((target) => !implied.has(target));
  for (const target of absent) truths.set(target, { kind: targetOf(target).kind, present: false, boxes: [] });
  return {
    present,
    absent,
    truthOf(target, side) {
      const truth = truths.get(target);
      return truth && side ? onSide(study, target, side, truth) : truth;
    },
  };
}

/** Read before: a study is asked about in every epoch. */
const known = new WeakMap<Study, Knowledge>();

/** @throws {VividMedError} `data` for a target that is not in the taxonomy, or both present and absent. */
export function knowledgeOf(study: Study): Knowledge {
  const knowledge = known.get(study) ?? read(study);
  known.set(study, knowledge);
  return knowledge;
}
