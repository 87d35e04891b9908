/**
 * The tokens with a meaning of their own. The eight grounding and turn tokens follow the base vocabulary in this order, as in
 * the published checkpoint (ids 32000 to 32007 there). The image brackets have no ids: they are two learned vectors of the
 * adapter, and their positions hold `pad`.
 */
export interface SpecialTokens {
  pad: number;
  bos: number;
  eos: number;
  unk: number;
  /** `<sys>`: starts an answer. */
  sys: number;
  /** `<usr>`: starts a question. */
  usr: number;
  /** `<grd>`: phrases are to be grounded (paper 3.2.1). */
  grd: number;
  /** `<ngrd>`: they are not. */
  ngrd: number;
  /** `<p>`: opens a phrase. */
  beginPhrase: number;
  /** `</p>`: closes it. */
  endPhrase: number;
  /** `<np>` and `</np>`: a phrase that is not in the image; only in training text, the model sees `<p>` and `</p>`. */
  beginNegative: number;
  endNegative: number;
}

/** Text to ids and back. Special tokens are never read out of text: nobody can open a phrase by writing `<p>`. */
export interface Tokenizer {
  /**
   * Ids of a piece of text, no special tokens added. `continued` says that the text follows other text or a special token, so
   * that its first letters do not begin a word unless a space stands before them.
   */
  encode(text: string, continued?: boolean): number[];
  /** Text of ids; special tokens other than `<unk>` are left out. */
  decode(ids: readonly number[]): string;
  readonly special: Readonly<SpecialTokens>;
  /** Number of ids, special ones included: rows of the embedding. */
  readonly vocabSize: number;
}

/** Names of the added tokens in the order of their ids. */
export const addedTokenNames = ['<sys>', '<usr>', '<grd>', '<ngrd>', '<p>', '</p>', '<np>', '</np>'] as const;

/** Ids of the special tokens for a base vocabulary of this size. */
export function specialTokens(baseSize: number, unk: number): SpecialTokens {
  return {
    pad: 0,
    bos: 1,
    eos: 2,
    unk,
    sys: baseSize,
    usr: baseSize + 1,
    grd: baseSize + 2,
    ngrd: baseSize + 3,
    beginPhrase: baseSize + 4,
    endPhrase: baseSize + 5,
    beginNegative: baseSize + 6,
    endNegative: baseSize + 7,
  };
}
