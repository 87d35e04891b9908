export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export interface CompleteOptions {
  signal?: AbortSignal;
  /** 0 is the likeliest text. */
  temperature?: number;
  /** Longest answer, in tokens of the model. */
  maxTokens?: number;
}

/** A language model: messages in, the text of its answer out. */
export type Complete = (messages: readonly ChatMessage[], options: CompleteOptions) => Promise<string>;
