import { buildSequence, type PromptState, type Segment, type Sequence, type Tokenizer } from '../src/index.js';

/** Words are ids; the special tokens follow them. */
export const numberTokenizer: Tokenizer = {
  special: {
    pad: 0,
    bos: 1,
    eos: 2,
    unk: 3,
    sys: 16,
    usr: 17,
    grd: 18,
    ngrd: 19,
    beginPhrase: 20,
    endPhrase: 21,
    beginNegative: 22,
    endNegative: 23,
  },
  vocabSize: 24,
  encode: (text) => (text.match(/\d+/g) ?? []).map(Number),
  decode: (ids) => ids.filter((id) => id > 3 && id < 16).join(' '),
};

const conversations: { numImageTokens: number; question: string; answer: Segment[] }[] = [
  { numImageTokens: 3, question: '4 5', answer: [{ text: '6' }, { phrase: '7 8' }, { text: '9' }] },
  {
    numImageTokens: 3,
    question: '4',
    answer: [{ phrase: '10' }, { text: '6' }, { phrase: '11 12', negative: true }, { text: '9 13' }, { phrase: '7' }],
  },
  {
    numImageTokens: 2,
    question: '5 14',
    answer: [{ phrase: '15', negative: true }, { text: '6 9' }, { phrase: '12 4' }],
  },
  { numImageTokens: 3, question: '4', answer: [{ text: '13 6' }] },
];

/** The conversations of the golden files `language` and `vividmed`. */
export const buildConversations = (promptState: PromptState = 'close'): Sequence[] =>
  conversations.map(({ numImageTokens, question, answer }) =>
    buildSequence({
      turns: [{ question, answer }],
      grounded: true,
      numImageTokens,
      tokenizer: numberTokenizer,
      promptState,
    }),
  );
