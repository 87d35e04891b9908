import { VividMedError } from '@vividmed/core';

/** A class or function that a pickle names. It is never looked up and never run. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** An object that a pickle would have made by a call: kept as data, never made. */
export class PickleCall {
  constructor(
    readonly name: string,
    readonly args: readonly unknown[],
  ) {}
}

export interface Unpickled {
  /** Dictionaries are maps, lists and tuples are arrays, integers beyond 2^53 are bigints. */
  value: unknown;
  /** Where the next thing begins. */
  end: number;
}

/** Thrown inside alone: the bytes end before the pickle does. */
class CutOff extends Error {}

const fail = (message: string): never => {
  throw new VividMedError('checkpoint', `pickle: ${message}`, {
    hint: 'Write the tensors again as safetensors, or as a plain state dict.',
  });
};

/** Marks the stack where the parts of a list, tuple or dictionary begin. */
const mark = Symbol('mark');

class Machine {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly persistent: (id: unknown) => unknown,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  run(): Unpickled {
    while (true) {
      const op = this.u8();
      if (op === 0x2e) return { value: this.pop(), end: this.at }; // STOP
      this.step(op);
    }
  }

  private step(op: number): void {
    const { stack, memo } = this;
    switch (op) {
      case 0x80: // PROTO
        return void this.u8();
      case 0x95: // FRAME
        return void this.take(8);
      case 0x28: // MARK
        return void stack.push(mark);
      case 0x30: // POP
        return void this.pop();
      case 0x31: // POP_MARK
        return void this.popMark();
      case 0x32: // DUP
        return void stack.push(this.top());
      case 0x4e: // NONE
        return void stack.push(null);
      case 0x88: // NEWTRUE
        return void stack.push(true);
      case 0x89: // NEWFALSE
        return void stack.push(false);
      case 0x4b: // BININT1
        return void stack.push(this.u8());
      case 0x4d: // BININT2
        return void stack.push(this.view.getUint16(this.take(2), true));
      case 0x4a: // BININT
        return void stack.push(this.view.getInt32(this.take(4), true));
      case 0x8a: // LONG1
        return void stack.push(this.long(this.u8()));
      case 0x47: // BINFLOAT
        return void stack.push(this.view.getFloat64(this.take(8)));
      case 0x8c: // SHORT_BINUNICODE
        return void stack.push(this.text(this.u8()));
      case 0x58: // BINUNICODE
        return void stack.push(this.text(this.u32()));
      case 0x55: // SHORT_BINSTRING, text of Python 2
        return void stack.push(this.text(this.u8()));
      case 0x54: // BINSTRING
        return void stack.push(this.text(this.u32()));
      case 0x43: // SHORT_BINBYTES
        return void stack.push(this.raw(this.u8()));
      case 0x42: // BINBYTES
        return void stack.push(this.raw(this.u32()));
      case 0x63: // GLOBAL
        return void stack.push(new PickleGlobal(`${this.line()}.${this.line()}`));
      case 0x93: {
        // STACK_GLOBAL
        const name = this.pop();
        return void stack.push(new PickleGlobal(`${String(this.pop())}.${String(name)}`));
      }
      case 0x52: // REDUCE
      case 0x81: {
        // NEWOBJ
        const args = this.pop();
        return void stack.push(this.call(this.pop(), args));
      }
      case 0x62: // BUILD sets attributes, of which none holds tensors of a state dict.
        return void this.pop();
      case 0x7d: // EMPTY_DICT
        return void stack.push(new Map());
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
      case 0x8f: // EMPTY_SET
        return void stack.push([]);
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return void stack.push(this.popMark());
      case 0x64: {
        // DICT
        const items = this.popMark();
        stack.push(new Map());
        return this.setItems(items);
      }
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return void stack.push(this.popMany(op - 0x84));
      case 0x61: // APPEND
        return this.append(this.popMany(1));
      case 0x65: // APPENDS
      case 0x90: // ADDITEMS
        return this.append(this.popMark());
      case 0x73: // SETITEM
        return this.setItems(this.popMany(2));
      case 0x75: // SETITEMS
        return this.setItems(this.popMark());
      case 0x71: // BINPUT
        return void memo.set(this.u8(), this.top());
      case 0x72: // LONG_BINPUT
        return void memo.set(this.u32(), this.top());
      case 0x94: // MEMOIZE
        return void memo.set(memo.size, this.top());
      case 0x68: // BINGET
        return this.recall(this.u8());
      case 0x6a: // LONG_BINGET
        return this.recall(this.u32());
      case 0x51: // BINPERSID
        return void stack.push(this.persistent(this.pop()));
      default:
        fail(`expected an operation of protocols 2 to 4, found 0x${op.toString(16)}.`);
    }
  }

  /** The place of `count` bytes, which are then behind. */
  private take(count: number): number {
    const start = this.at;
    if (start + count > this.bytes.length) throw new CutOff();
    this.at += count;
    return start;
  }

  private u8(): number {
    return this.view.getUint8(this.take(1));
  }

  private u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  private raw(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  private text(count: number): string {
    return new TextDecoder().decode(this.raw(count));
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new CutOff();
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  /** A little-endian integer in two's complement. */
  private long(count: number): number | bigint {
    let value = 0n;
    const bytes = this.raw(count);
    bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
    const signed = BigInt.asIntN(8 * count, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  private top(): unknown {
    if (this.stack.length === 0) fail('expected a value on the stack, found none.');
    return this.stack.at(-1);
  }

  private pop(): unknown {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): unknown[] {
    if (this.stack.length < count) fail(`expected ${count} values on the stack, found ${this.stack.length}.`);
    return this.stack.splice(this.stack.length - count);
  }

  private popMark(): unknown[] {
    const start = this.stack.lastIndexOf(mark);
    if (start < 0) fail('expected a mark on the stack, found none.');
    const values = this.stack.splice(start);
    values.shift();
    return values;
  }

  private recall(index: number): void {
    if (!this.memo.has(index)) fail('expected a remembered value, found none.');
    this.stack.push(this.memo.get(index));
  }

  private call(target: unknown, args: unknown): unknown {
    if (!(target instanceof PickleGlobal) || !Array.isArray(args)) {
      return fail('expected a call of a name with a tuple, found something else.');
    }
    // State dicts are ordered dictionaries; torch gives them their items afterwards.
    return target.name === 'collections.OrderedDict' ? new Map() : new PickleCall(target.name, args as unknown[]);
  }

  private append(values: unknown[]): void {
    const target = this.top();
    if (Array.isArray(target)) for (const value of values) target.push(value);
  }

  private setItems(items: unknown[]): void {
    const target = this.top();
    if (target instanceof Map) for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i], items[i + 1]);
  }
}

/**
 * Reads one pickle of protocol 2 to 4 as data: names of classes and calls are kept as `PickleGlobal` and `PickleCall`, so
 * nothing that a file says is run (Python's pickletools describes the format).
 *
 * @param persistent what stands for an object that is stored elsewhere, by its id.
 * @returns undefined for bytes that end before the pickle does.
 * @throws {VividMedError} `checkpoint` for operations that state dicts do not have.
 */
export function unpickle(
  bytes: Uint8Array,
  start: number,
  persistent: (id: unknown) => unknown,
): Unpickled | undefined {
  try {
    return new Machine(bytes, start, persistent).run();
  } catch (error) {
    if (error instanceof CutOff) return undefined;
    throw error;
  }
}
