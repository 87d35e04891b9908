const commands = ['compare', 'judgements'] as const;

interface Arguments {
  command: (typeof commands)[number] | undefined;
  /** Files or folders that stand behind the command. */
  names: string[];
  /** Flags, which are the same for every command. */
  rest: string[];
}

/** Takes apart a command line: the command, what it is about, and flags; `--predictions FILE` becomes an assignment. */
export function splitArguments(argv: readonly string[]): Arguments {
  const command = commands.find((name) => name === argv[0]);
  const words = command ? argv.slice(1) : [...argv];
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const numNames = command ? (firstFlag < 0 ? words.length : firstFlag) : 0;
  const rest = words.slice(numNames);
  const at = rest.indexOf('--predictions');
  const file = rest[at + 1];
  if (at >= 0 && file !== undefined) rest.splice(at, 2, '--set', `predictions=${JSON.stringify(file)}`);
  return { command, names: words.slice(0, numNames), rest };
}
