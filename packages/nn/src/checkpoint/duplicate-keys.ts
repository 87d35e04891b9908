/**
 * The first key that an object of a JSON text has twice, at any depth. `JSON.parse` keeps the last one silently, so two
 * readers of one file may see different tensors.
 *
 * @param text JSON that `JSON.parse` accepts.
 */
export function duplicateKey(text: string): string | undefined {
  // One set for each open object, undefined for each open list.
  const open: (Set<string> | undefined)[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (key !== undefined) {
      const keys = open.at(-1)!;
      const name = JSON.parse(key) as string;
      if (keys.has(name)) return name;
      keys.add(name);
    } else if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
  }
  return undefined;
}
