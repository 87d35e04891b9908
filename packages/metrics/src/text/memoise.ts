/** Remembers the results of the last arguments, at most `capacity` of them; then it begins anew. */
export function memoise<Value>(compute: (word: string) => Value, capacity = 20_000): (word: string) => Value {
  const known = new Map<string, Value>();
  return (word) => {
    const found = known.get(word);
    if (found !== undefined) return found;
    if (known.size >= capacity) known.clear();
    const value = compute(word);
    known.set(word, value);
    return value;
  };
}
