import { gzipSync } from 'node:zlib';
import { zipSync, type Zippable } from 'fflate';

/** Files of an archive by their paths. */
export type Packed = Readonly<Record<string, Uint8Array | string>>;

export const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;

/** A zip, deflated unless `level` is 0. */
export const zipOf = (files: Packed, level: 0 | 6 = 6): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, bytesOf(content)])) as Zippable, {
    level,
  });

interface TarOptions {
  /** How names of more than 100 bytes are kept. */
  longNames?: 'gnu' | 'pax';
}

/** A tar as POSIX has it, written here so that its reader is not tested by itself. */
export function tarOf(files: Packed, { longNames = 'pax' }: TarOptions = {}): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, content] of Object.entries(files)) {
    const bytes = bytesOf(content);
    if (name.length > 100 && longNames === 'gnu') blocks.push(...tarEntry('././@LongLink', bytesOf(`${name}\0`), 'L'));
    if (name.length > 100 && longNames === 'pax')
      blocks.push(...tarEntry('PaxHeaders/a', bytesOf(paxRecord('path', name)), 'x'));
    blocks.push(...tarEntry(name.slice(0, 100), bytes, '0'));
  }
  return join([...blocks, new Uint8Array(1024)]);
}

export const tarGzOf = (files: Packed): Uint8Array => gzipSync(tarOf(files));

/** A record says its own length, digits included. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length++;
  return `${length}${rest}`;
}

/** Header and bytes of one entry, in blocks of 512 bytes. */
export function tarEntry(name: string, bytes: Uint8Array, kind: string): Uint8Array[] {
  const head = new Uint8Array(512);
  const put = (at: number, text: string): void => head.set(bytesOf(text), at);
  put(0, name);
  put(100, '0000644\0');
  put(124, `${bytes.length.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, ' '.repeat(8));
  put(156, kind);
  put(257, 'ustar\x0000');
  const sum = head.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  const content = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
  content.set(bytes);
  return [head, content];
}

export const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
