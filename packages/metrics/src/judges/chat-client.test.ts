import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createChatClient } from '../index.js';

const key = 'sk-secret-123';
let close: () => Promise<void> = async () => {};
afterEach(() => close());

/** A server on this machine that answers each request by its number. */
async function serve(
  answer: (count: number, response: ServerResponse, request: IncomingMessage, body: string) => void,
): Promise<{ url: string; count: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(count++, response, request, body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  // A server on a port has an address of this kind.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`, count: () => count };
}

const say = (response: ServerResponse, text: unknown): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: text } }] }));
};
const messages = [{ role: 'user', content: 'Is it the patient of bed 7?' }] as const;

/** The error of a call, whole: message, causes and all. */
async function errorOf(call: Promise<unknown>): Promise<{ code: unknown; text: string }> {
  try {
    await call;
  } catch (error) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    return { code, text: `${String(error)} ${(error as Error).stack ?? ''} ${String(cause)}` };
  }
  throw new Error('no error');
}

describe('createChatClient', () => {
  it('asks as the protocol says, and gives the text', async () => {
    let seen: unknown;
    const { url } = await serve((_, response, { headers, url: path, method }, body) => {
      seen = { path, method, authorization: headers.authorization, body: JSON.parse(body) as unknown };
      say(response, 'Yes.');
    });
    const complete = createChatClient({ url, model: 'small', key });
    expect(await complete(messages, { temperature: 0, maxTokens: 5 })).toBe('Yes.');
    expect(seen).toEqual({
      path: '/v1/chat/completions',
      method: 'POST',
      authorization: `Bearer ${key}`,
      body: { model: 'small', messages, temperature: 0, max_tokens: 5, stream: false },
    });
  });

  it('asks again when the server is busy, broken or gone, and then succeeds', async () => {
    const { url, count } = await serve((i, response) => {
      if (i === 0) response.writeHead(429, { 'retry-after': '0' }).end('busy');
      else if (i === 1) response.writeHead(503).end();
      else if (i === 2) response.destroy();
      else if (i === 3) response.end('<html>');
      else say(response, 'At last.');
    });
    const complete = createChatClient({ url, model: 'small', backoffMs: 1 });
    expect(await complete(messages, {})).toBe('At last.');
    expect(count()).toBe(5);
  });

  it('gives up after so many attempts, and shows neither key nor question', async () => {
    const { url, count } = await serve((_, response) => response.writeHead(500).end(`${key} ${messages[0].content}`));
    const complete = createChatClient({ url, model: 'small', key, backoffMs: 1, maxAttempts: 2 });
    const { code, text } = await errorOf(complete(messages, {}));
    expect(code).toBe('unsupported');
    expect(text).toContain('within 2 attempts, found status 500');
    expect(text).not.toContain(key);
    expect(text).not.toContain('patient');
    expect(count()).toBe(2);
  });

  it('does not ask again where it is refused', async () => {
    const { url, count } = await serve((_, response) => response.writeHead(401).end(key));
    const { code, text } = await errorOf(createChatClient({ url, model: 'small', key })(messages, {}));
    expect(code).toBe('unsupported');
    expect(text).toContain('found status 401');
    expect(text).not.toContain(key);
    expect(count()).toBe(1);
  });

  it('takes the key to no other server', async () => {
    const { url, count } = await serve((i, response) => {
      if (i === 0) response.writeHead(307, { location: '/elsewhere' }).end();
      else say(response, 'Come in.');
    });
    const { text } = await errorOf(createChatClient({ url, model: 'small', key, maxAttempts: 1 })(messages, {}));
    expect(text).toContain('a redirection');
    expect(count()).toBe(1);
  });

  it('waits no longer than it is told', async () => {
    const { url } = await serve(() => {});
    const { text } = await errorOf(
      createChatClient({ url, model: 'small', timeoutMs: 30, maxAttempts: 1 })(messages, {}),
    );
    expect(text).toContain('no answer within 30 ms');
  });

  it('stops at once when it is aborted, in a request and in a pause', async () => {
    const abort = new AbortController();
    const { url } = await serve(() => abort.abort());
    const complete = createChatClient({ url, model: 'small' });
    expect((await errorOf(complete(messages, { signal: abort.signal }))).code).toBe('interrupted');
    await close();
    const pausing = new AbortController();
    const busy = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '3600' }).end();
      setTimeout(() => pausing.abort(), 20);
    });
    const call = createChatClient({ url: busy.url, model: 'small' })(messages, { signal: pausing.signal });
    expect((await errorOf(call)).code).toBe('interrupted');
    expect(busy.count()).toBe(1);
  });

  it('gives no words for null, and refuses an answer of another form', async () => {
    const answers = [null, 7];
    const { url } = await serve((i, response) => (i < 2 ? say(response, answers[i]) : response.end('{"choices": []}')));
    const complete = createChatClient({ url, model: 'small' });
    expect(await complete(messages, {})).toBe('');
    for (const found of ['number', 'undefined'])
      expect((await errorOf(complete(messages, {}))).text).toContain(`as text, found ${found}`);
  });

  it('refuses addresses and keys that are none, without showing them', () => {
    for (const url of ['', 'localhost', 'file:///etc/passwd', 'ftp://x/', `https://user:${key}@host/v1`]) {
      const create = () => createChatClient({ url, model: 'x' });
      expect(create).toThrow('createChatClient: expected an');
      expect(create).not.toThrow(key);
    }
    expect(() => createChatClient({ url: 'http://h/', model: 'x', key: `${key}\n` })).toThrow(
      'expected a key of plain',
    );
    expect(() => createChatClient({ url: 'http://h/', model: 'x', maxAttempts: 0 })).toThrow('expected maxAttempts');
    expect(() => createChatClient({ url: 'http://h/', model: 'x', timeoutMs: -1 })).toThrow('expected timeoutMs');
  });
});
