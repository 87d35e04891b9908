/** One page: numbers by tag, in the type that the tag has, and its strips. */
export interface TiffPage {
  tags: Readonly<Record<number, readonly number[] | string>>;
  segments: readonly Uint8Array[];
}

const RATIONAL = new Set([282, 283]);

/** A TIFF file, little endian, of pages whose tags may be wrong. Strips are placed unless their tags are given. */
export function writeTiff(pages: readonly TiffPage[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0x49, 0x49, 42, 0, 0, 0, 0, 0];
  const put = (at: number, value: number, size: number): void => {
    for (let b = 0; b < size; b++) bytes[at + b] = Math.floor(value / 256 ** b) % 256;
  };
  let link = 4;
  for (const { tags, segments } of pages) {
    const offsets = segments.map((segment) => {
      bytes.push(...segment);
      return bytes.length - segment.length;
    });
    const all = Object.entries({ 273: offsets, 279: segments.map(({ length }) => length), ...tags });
    const values = all.map(([, value]) => {
      const numbers = typeof value === 'string' ? [...Buffer.from(`${value}\0`)] : value;
      const size = typeof value === 'string' ? 1 : 4;
      const start = bytes.length;
      numbers.forEach((number, i) => put(start + i * size, number, size));
      return { start, size, count: numbers.length };
    });
    put(link, bytes.length, 4);
    const directory = bytes.length;
    put(directory, all.length, 2);
    all.forEach(([tag], i) => {
      const { start, size, count } = values[i]!;
      const at = directory + 2 + 12 * i;
      const isRational = RATIONAL.has(Number(tag));
      const units = isRational ? count / 2 : count;
      put(at, Number(tag), 2);
      put(at + 2, isRational ? 5 : size === 1 ? 2 : 4, 2);
      put(at + 4, units, 4);
      const isInline = units * (isRational ? 8 : size) <= 4;
      for (let b = 0; b < 4; b++) bytes[at + 8 + b] = isInline ? (bytes[start + b] ?? 0) : 0;
      if (!isInline) put(at + 8, start, 4);
    });
    link = directory + 2 + 12 * all.length;
    put(link, 0, 4);
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}
