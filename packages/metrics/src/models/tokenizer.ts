import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { check, VividMedError } from '@vividmed/core';

/** Cuts text into the tokens of one encoder. */
export interface SubwordTokenizer {
  /** Ids of the pieces of a text, without special tokens. */
  pieces(text: string): number[];
  /** Ids of the special tokens around a text: [CLS] and [SEP], or <s> and </s>. */
  readonly start: number;
  readonly end: number;
}

/** Files of a tokenizer by their names on the Hugging Face hub. */
export interface TokenizerFiles {
  'tokenizer.json'?: string;
  'tokenizer_config.json'?: string;
  'vocab.txt'?: string;
  'vocab.json'?: string;
  'merges.txt'?: string;
}

export interface TokenizerOptions {
  /**
   * Whether byte-level BPE puts a space before a text, so that its first word is cut as the others are. As the files say by
   * default, and false where they do not.
   */
  prefixSpace?: boolean;
}

/** The parts of `tokenizer.json` that are read here. */
interface TokenizerJson {
  added_tokens: unknown[];
  normalizer: unknown;
  pre_tokenizer: unknown;
  post_processor: unknown;
  decoder: unknown;
  model: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseRecord(files: TokenizerFiles, name: 'tokenizer.json' | 'tokenizer_config.json' | 'vocab.json') {
  let value: unknown;
  try {
    value = JSON.parse(files[name] ?? '');
  } catch {
    value = undefined;
  }
  check(isRecord(value), 'data', `${name}: expected an object in JSON, found something else.`);
  return value;
}

/** Ids of the tokens of a vocabulary that are read whole out of text, as Hugging Face's tokenizers do. */
const specialTokens = (vocab: ReadonlyMap<string, number>, names: readonly string[]): unknown[] =>
  names.flatMap((content) => {
    const id = vocab.get(content);
    // The mask of RoBERTa takes the space before it along.
    const lstrip = content === '<mask>';
    return id === undefined
      ? []
      : [{ id, content, lstrip, rstrip: false, single_word: false, normalized: false, special: true }];
  });

function idsAround(vocab: ReadonlyMap<string, number>, file: string, start: string, end: string) {
  const [startId, endId] = [vocab.get(start), vocab.get(end)];
  check(startId !== undefined && endId !== undefined, 'data', `${file}: expected ${start} and ${end}, found not both.`);
  return { cls: [start, startId], sep: [end, endId] };
}

/** WordPiece with BERT's basic tokenization (Devlin et al. 2019; google-research/bert tokenization.py). */
function wordPiece(vocabText: string, config: Record<string, unknown>): TokenizerJson {
  const lines = vocabText.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const vocab = new Map(lines.map((token, id) => [token, id]));
  check(vocab.has('[UNK]'), 'data', `vocab.txt: expected [UNK] among ${lines.length} tokens, found none.`);
  return {
    added_tokens: specialTokens(vocab, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config['tokenize_chinese_chars'] ?? true,
      strip_accents: config['strip_accents'] ?? null,
      lowercase: config['do_lower_case'] ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', ...idsAround(vocab, 'vocab.txt', '[CLS]', '[SEP]') },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
  };
}

/** Byte-level BPE as RoBERTa has it (Radford et al. 2019; Liu et al. 2019). */
function byteLevelBpe(vocabJson: Record<string, unknown>, mergesText: string): TokenizerJson {
  const vocab = new Map(
    Object.entries(vocabJson).map(([token, id]) => {
      check(Number.isInteger(id), 'data', 'vocab.json: expected a whole number for every token, found another value.');
      return [token, id as number];
    }),
  );
  const merges = mergesText
    .split(/\r?\n/)
    .filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')));
  const bad = merges.findIndex((line) => line.split(' ').length !== 2);
  check(bad < 0, 'data', `merges.txt: expected two pieces in every line, found another number in line ${bad + 1}.`);
  return {
    added_tokens: specialTokens(vocab, ['<s>', '<pad>', '</s>', '<unk>', '<mask>']),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      ...idsAround(vocab, 'vocab.json', '<s>', '</s>'),
      trim_offsets: true,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', unk_token: '<unk>', vocab: Object.fromEntries(vocab), merges },
  };
}

/** The definition with its byte-level part told whether to put a space first. */
function withPrefixSpace(json: TokenizerJson, prefixSpace: boolean): TokenizerJson {
  const change = (part: unknown): unknown => {
    if (!isRecord(part)) return part;
    if (part['type'] === 'ByteLevel') return { ...part, add_prefix_space: prefixSpace };
    const parts = part['pretokenizers'];
    return Array.isArray(parts) ? { ...part, pretokenizers: parts.map(change) } : part;
  };
  return { ...json, pre_tokenizer: change(json.pre_tokenizer) };
}

function definition(files: TokenizerFiles, config: Record<string, unknown>): TokenizerJson {
  if (files['tokenizer.json'] !== undefined) {
    // What it lacks, the library says.
    return parseRecord(files, 'tokenizer.json') as unknown as TokenizerJson;
  }
  if (files['vocab.txt'] !== undefined) return wordPiece(files['vocab.txt'], config);
  if (files['vocab.json'] !== undefined && files['merges.txt'] !== undefined)
    return byteLevelBpe(parseRecord(files, 'vocab.json'), files['merges.txt']);
  throw new VividMedError(
    'data',
    'tokenizer: expected tokenizer.json, vocab.txt, or vocab.json and merges.txt, found none of them.',
  );
}

/**
 * The tokenizer of an encoder from its files: `tokenizer.json`, else `vocab.txt` (WordPiece), else `vocab.json` with
 * `merges.txt` (byte-level BPE). The cutting is that of Hugging Face's own library.
 *
 * @throws {VividMedError} `data` for files that are missing or do not define a tokenizer.
 */
export function createTokenizer(files: TokenizerFiles, { prefixSpace }: TokenizerOptions = {}): SubwordTokenizer {
  const config = files['tokenizer_config.json'] === undefined ? {} : parseRecord(files, 'tokenizer_config.json');
  const space = prefixSpace ?? (config['add_prefix_space'] === true ? true : undefined);
  const json = definition(files, config);
  let tokenizer: Tokenizer;
  let around: number[];
  try {
    tokenizer = new Tokenizer(space === undefined ? json : withPrefixSpace(json, space), config);
    around = tokenizer.encode('').ids;
  } catch (cause) {
    throw new VividMedError(
      'data',
      'tokenizer: expected the definition of a tokenizer, found one that does not hold.',
      {
        cause,
      },
    );
  }
  const [start, end] = around;
  check(
    around.length === 2 && start !== undefined && end !== undefined,
    'data',
    `tokenizer: expected one special token before a text and one after it, found ${around.length} in all.`,
  );
  return { pieces: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids, start, end };
}

/** A vocabulary of 250,000 tokens has some 10 MB as JSON. */
const maxFileBytes = 100_000_000;

/** Reads the files of a tokenizer in a folder. @throws {VividMedError} `data` as `createTokenizer`. */
export async function openTokenizer(folder: string, options?: TokenizerOptions): Promise<SubwordTokenizer> {
  const names = ['tokenizer.json', 'tokenizer_config.json', 'vocab.txt', 'vocab.json', 'merges.txt'] as const;
  const files: TokenizerFiles = {};
  for (const name of names) {
    const path = join(folder, name);
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) continue;
    check(size <= maxFileBytes, 'data', `${name}: expected at most ${maxFileBytes} bytes, found ${size}.`);
    files[name] = await readFile(path, 'utf8');
  }
  return createTokenizer(files, options);
}

/** A text as a row of tokens, cut at `maxTokens` with the special ones. */
export function tokenRow(tokenizer: SubwordTokenizer, text: string, maxTokens: number): number[] {
  return [tokenizer.start, ...tokenizer.pieces(text).slice(0, maxTokens - 2), tokenizer.end];
}
