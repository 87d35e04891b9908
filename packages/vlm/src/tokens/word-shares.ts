/** The share of each token of a vocabulary in each text, rows of [texts, vocabSize]; a text without tokens gives zeros. */
export function wordShares(texts: readonly (readonly number[])[], vocabSize: number): Float32Array {
  const shares = new Float32Array(texts.length * vocabSize);
  texts.forEach((ids, k) => {
    for (const id of ids) shares[k * vocabSize + id]! += 1 / ids.length;
  });
  return shares;
}
