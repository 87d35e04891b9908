import { VividMedError } from '@vividmed/core';

const literal = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);

function globPart(part: string): string {
  if (part === '**') return '.*';
  if (part === '*') return '[^.]*';
  if (/^\{.*\}$/.test(part)) return `(?:${part.slice(1, -1).split(',').map(literal).join('|')})`;
  return literal(part);
}

/**
 * `*` stands for a part of one name of a path, `**` for any number of names, `{q,v}` for one of these texts; the whole
 * path must match.
 */
function globPattern(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .split(/(\*\*|\*|\{[^{}]*\})/)
      .map(globPart)
      .join('')}$`,
  );
}

/** Whether a parameter's whole path matches one of the globs. */
export const matchGlobs = (path: string, globs: readonly string[]): boolean =>
  globs.some((glob) => globPattern(glob).test(path));

/**
 * Splits paths into those that match one of the globs and the rest, both in the order given.
 *
 * @throws {VividMedError} `config` for a glob that matches nothing: a misspelt name would freeze a part unnoticed.
 */
export function partition(
  paths: readonly string[],
  globs: readonly string[],
  where = 'partition',
): { trainable: string[]; frozen: string[] } {
  const patterns = globs.map((glob) => ({ glob, pattern: globPattern(glob) }));
  const idle = patterns.filter(({ pattern }) => !paths.some((path) => pattern.test(path))).map(({ glob }) => glob);
  if (idle.length > 0) {
    const tops = [...new Set(paths.map((path) => path.split('.')[0]))].join(', ');
    throw new VividMedError(
      'config',
      `${where}: expected every glob to match a path, found none for ${idle.join(', ')}.`,
      {
        hint: `Paths start with ${tops}; "**" spans dots, "*" does not.`,
      },
    );
  }
  const trainable = paths.filter((path) => patterns.some(({ pattern }) => pattern.test(path)));
  const chosen = new Set(trainable);
  return { trainable, frozen: paths.filter((path) => !chosen.has(path)) };
}
