const listed = 20;

/** The first lines of a list, and how many more there are. */
export function shortList(lines: readonly string[]): string {
  const more = lines.length > listed ? `\n  and ${lines.length - listed} more` : '';
  return `${lines.slice(0, listed).join('\n  ')}${more}`;
}
