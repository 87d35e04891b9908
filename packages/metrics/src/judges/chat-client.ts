import { check, VividMedError } from '@vividmed/core';
import type { Complete } from './complete.js';
import { wait } from './wait.js';

export interface ChatClientOptions {
  /** Address of the server up to and without `/chat/completions`: `http://127.0.0.1:8000/v1`. */
  url: string;
  model: string;
  /** Sent as bearer token, and shown nowhere. */
  key?: string;
  /** How long one request may take. */
  timeoutMs?: number;
  /** How often a request is made that the server refuses for now (429, 5xx), or that does not reach it. */
  maxAttempts?: number;
  /** Pause before the second attempt; it doubles each time, up to 60 s. `Retry-After` in seconds goes before it. */
  backoffMs?: number;
}

const maxPauseMs = 60_000;
const name = 'createChatClient';

/** What a request came to: a text, or why to ask again. */
type Outcome = { text: string } | { reason: string; pauseMs?: number };

// Any key of an object may be asked for.
const field = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;

/** The text in the JSON of a chat completion; none where the model refused or only thought, which servers write as null. */
function textOf(body: unknown): string {
  const text = field(field(field(field(body, 'choices'), 0), 'message'), 'content');
  if (text === null) return '';
  check(
    typeof text === 'string',
    'data',
    `${name}: expected choices[0].message.content as text, found ${typeof text}.`,
  );
  return text;
}

/**
 * A language model behind a server that speaks OpenAI's chat completions (vLLM, llama.cpp, Ollama, OpenAI and others). Errors
 * name the host and the status, never the key, the question or the answer. Redirections are not followed: the key goes to no
 * other server.
 *
 * @throws {VividMedError} at once `config` for an address that is no http address or has a user name in it; from the calls
 *   `unsupported` for a refusal, a server that stays silent or broken, `data` for an answer without text, `interrupted` when
 *   the signal is aborted.
 */
export function createChatClient(options: ChatClientOptions): Complete {
  const { url, model, key, timeoutMs = 120_000, maxAttempts = 5, backoffMs = 500 } = options;
  check(
    URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
    'config',
    `${name}: expected an http or https address, found another text.`,
  );
  const endpoint = new URL(url);
  check(
    endpoint.username === '' && endpoint.password === '',
    'config',
    `${name}: expected an address without a user name and password, found one with them.`,
    'Give the key as `key`.',
  );
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, '')}/chat/completions`;
  for (const [option, value] of Object.entries({ maxAttempts, timeoutMs }))
    check(
      Number.isSafeInteger(value) && value > 0,
      'config',
      `${name}: expected ${option} as a whole number above 0, found ${value}.`,
    );
  check(
    key === undefined || /^[\x21-\x7e]+$/.test(key),
    'config',
    `${name}: expected a key of plain letters, digits and signs, found others in it.`,
  );
  const where = `${name}: ${endpoint.host}`;

  const request = async (body: string, signal: AbortSignal | undefined): Promise<Outcome> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await fetch(endpoint, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      if (response.ok) return { text: textOf(await response.json()) };
      await response.body?.cancel();
    } catch (error) {
      if (VividMedError.isInstance(error)) throw error;
      if (error instanceof SyntaxError) return { reason: 'an answer that is no JSON' };
      return { reason: timeout.aborted ? `no answer within ${timeoutMs} ms` : 'no connection, or a redirection' };
    }
    const reason = `status ${response.status}`;
    check(
      response.status === 429 || response.status >= 500,
      'unsupported',
      `${where}: expected an answer, found ${reason}.`,
      'Check the address, the name of the model and the key.',
    );
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { reason, ...(seconds >= 0 && { pauseMs: seconds * 1000 }) };
  };

  return async (messages, { signal, temperature, maxTokens }) => {
    const body = JSON.stringify({ model, messages, temperature, max_tokens: maxTokens, stream: false });
    const stopIfAborted = (): void => {
      // The reason is the caller's own.
      if (signal?.aborted)
        throw new VividMedError('interrupted', `${where}: expected an answer, found an abort.`, {
          cause: signal.reason,
        });
    };
    let reason = '';
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      stopIfAborted();
      const outcome = await request(body, signal);
      if ('text' in outcome) return outcome.text;
      reason = outcome.reason;
      const pauseMs = outcome.pauseMs ?? backoffMs * 2 ** attempt;
      if (attempt + 1 < maxAttempts) await wait(Math.min(pauseMs, maxPauseMs), signal);
    }
    stopIfAborted();
    throw new VividMedError(
      'unsupported',
      `${where}: expected an answer within ${maxAttempts} attempts, found ${reason} at the last.`,
    );
  };
}
