import oracle from '../oracle/text.json' with { type: 'json' };

/** Values of NLTK and of plain Python, written by oracle/text.py. */
export { oracle };

export const candidates = oracle.pairs.map(({ candidate }) => candidate);
export const references = oracle.pairs.map((pair) => pair.references);
