import { VividMedError } from '@vividmed/core';

const WHERE = 'readJpeg12';

export const damaged = (what: string): VividMedError =>
  new VividMedError('data', `${WHERE}: expected a sequential JPEG image, found ${what}.`, {
    hint: 'The image is damaged or cut short.',
  });

/** Bits of entropy-coded data, most significant first (ITU-T T.81 F.2.2.5): a zero byte after FF is none of them. */
export class BitReader {
  #at: number;
  #bits = 0;
  #count = 0;

  constructor(
    private readonly bytes: Uint8Array,
    from: number,
  ) {
    this.#at = from;
  }

  /** @throws {VividMedError} data, where a marker or the end comes first. */
  bit(): number {
    if (this.#count === 0) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw damaged('its end within a scan');
      if (byte === 0xff && this.bytes[this.#at++] !== 0) throw damaged('a marker within a block');
      this.#bits = byte;
      this.#count = 8;
    }
    return (this.#bits >> --this.#count) & 1;
  }

  /** An unsigned number of so many bits. */
  receive(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = 2 * value + this.bit();
    return value;
  }

  /** A number of a magnitude category (F.2.2.1): those that begin with 0 are negative. */
  receiveExtended(category: number): number {
    if (category === 0) return 0;
    const value = this.receive(category);
    return value < 2 ** (category - 1) ? value - 2 ** category + 1 : value;
  }

  /** Goes to what follows a restart marker (E.2.4). */
  restart(): void {
    this.#count = 0;
    while (this.bytes[this.#at] === 0xff && this.bytes[this.#at + 1] === 0xff) this.#at++;
    const code = this.bytes[this.#at + 1];
    if (this.bytes[this.#at] !== 0xff || code === undefined || code < 0xd0 || code > 0xd7)
      throw damaged('no restart marker where one is due');
    this.#at += 2;
  }
}
