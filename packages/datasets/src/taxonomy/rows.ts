import type { Category, Code, Side, Target, TargetKind } from './target.js';

/** `'64033007 Kidney'`: value and meaning of a SNOMED CT code. */
export type CodeText = `${number} ${string}`;

interface StructureOptions {
  synonyms?: readonly string[];
  parents?: readonly string[];
  lies?: Side;
}

interface FindingOptions {
  kind?: TargetKind;
  category?: Category;
  sided?: boolean;
  synonyms?: readonly string[];
  parents?: readonly string[];
  region?: CodeText;
}

export function readCode(text: CodeText): Code {
  const gap = text.indexOf(' ');
  return { value: text.slice(0, gap), meaning: text.slice(gap + 1) };
}

const coded = (code: CodeText | undefined): { code?: Code } => (code === undefined ? {} : { code: readCode(code) });

/** A structure of which a body has one. */
export const structure = (name: string, code?: CodeText, options: StructureOptions = {}): Target => ({
  name,
  kind: 'mask',
  category: 'structure',
  sided: false,
  parents: [],
  synonyms: [],
  ...options,
  ...coded(code),
});

/**
 * A structure that both sides have one of, as three targets: both together, then left and right as parts of it.
 * Synonyms are pairs of singular and plural.
 */
export function paired(
  one: string,
  many: string,
  code?: CodeText,
  options: { synonyms?: readonly (readonly [string, string])[]; parents?: readonly string[] } = {},
): Target[] {
  const { synonyms = [], parents = [] } = options;
  const both: Target = {
    ...structure(many, code, { parents, synonyms: [one, ...synonyms.flat()] }),
    sides: { left: `left ${one}`, right: `right ${one}` },
  };
  const ofSide = (side: Side): Target => ({
    ...structure(`${side} ${one}`, code, {
      parents: [many],
      synonyms: synonyms.map(([singular]) => `${side} ${singular}`),
    }),
    side,
  });
  return [both, ofSide('left'), ofSide('right')];
}

/** An abnormality. */
export function finding(name: string, code?: CodeText, options: FindingOptions = {}): Target {
  const { region, ...rest } = options;
  return {
    name,
    kind: 'boxes',
    category: 'abnormality',
    sided: true,
    parents: [],
    synonyms: [],
    ...rest,
    ...coded(code),
    ...(region === undefined ? {} : { region: readCode(region) }),
  };
}
