/** Answers longer than this are not searched: no verdict needs as much. */
const maxLength = 200_000;
/** Models write little before and after the object they were asked for. */
const maxTries = 64;

/**
 * The last JSON object in a text, around which models like to write: undefined where there is none. Nothing but `JSON.parse`
 * reads it.
 */
export function lastJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const end = text.lastIndexOf('}') + 1;
  if (end === 0 || text.length > maxLength) return undefined;
  // The outermost object that ends there has the first brace from which the rest can be read.
  let from = text.indexOf('{');
  for (let tries = 0; from >= 0 && from < end && tries < maxTries; tries++) {
    try {
      const value: unknown = JSON.parse(text.slice(from, end));
      if (isObject(value)) return value;
    } catch {
      // Not from this brace.
    }
    from = text.indexOf('{', from + 1);
  }
  return undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
