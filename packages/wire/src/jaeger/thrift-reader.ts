import { withStringMethods } from '../internal/platform.ts';
import { maxNesting } from '../internal/nesting.ts';
import { readText } from '../internal/text-cache.ts';
import { WireFormatError } from '../wire-format-error.ts';

/** Types of Thrift's fields and elements: the binary protocol's numbers, whatever the protocol. */
export const ThriftType = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  /** Text and bytes. */
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
} as const;

/** What a method's message begins with. */
export interface MessageHead {
  readonly name: string;
  /** 1 for a call, 4 for one that nobody answers. */
  readonly type: number;
}

/**
 * Walks over Thrift's encoding (apache/thrift, doc/specs), one subclass for each protocol. Lengths are checked against the
 * bytes that are left before anything is made of them, and every element takes a byte at least, so that no body can ask
 * for more work than it is long.
 */
export abstract class ThriftReader {
  readonly bytes: Uint8Array;
  protected readonly view: DataView;
  position = 0;
  /** Of the field that `nextField` found, and of the elements of the list that `listSize` opened. */
  type = 0;
  /** The last 64-bit integer's words. */
  high = 0;
  low = 0;
  /** Of the struct that is being read. */
  protected fieldId = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = withStringMethods(bytes);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How the protocol is called in errors. */
  protected abstract readonly protocol: string;

  abstract messageHead(): MessageHead;
  /** Goes to the next field of a struct; false at its end. */
  protected abstract nextField(): boolean;
  abstract bool(): boolean;
  abstract i32(): number;
  /** Reads into `high` and `low`. */
  abstract i64(): void;
  abstract double(): number;
  /** The checked length of a text or of bytes. */
  protected abstract length(): number;
  /** The checked size of a list or set, its type in `type`. */
  abstract listSize(): number;
  /** The checked size of a map and the types in it. */
  protected abstract mapTypes(): { readonly size: number; readonly key: number; readonly value: number };

  /** Reads a struct. `field` is called for each field, and answers whether it read it; others are passed over. */
  struct(field: (id: number, type: number) => boolean): void {
    const outer = this.fieldId;
    this.fieldId = 0;
    while (this.nextField()) {
      const { type } = this;
      const id = this.fieldId;
      if (!field(id, type)) this.skip(type, 1);
      this.fieldId = id;
    }
    this.fieldId = outer;
  }

  text(): string {
    const start = this.#passLength();
    return readText(this.bytes, start, this.position);
  }

  /** A copy. */
  binary(): Uint8Array {
    const start = this.#passLength();
    return new Uint8Array(this.bytes.subarray(start, this.position));
  }

  /** A 64-bit integer, a bigint where a number would not be exact. */
  integer(): number | bigint {
    this.i64();
    const number = this.high * 0x1_0000_0000 + (this.low >>> 0);
    if (Number.isSafeInteger(number)) return number;
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  /** Passes what nobody asked for. */
  skip(type: number, depth: number): void {
    if (depth > maxNesting) this.fail('values are nested too deeply');
    switch (type) {
      case ThriftType.bool:
        this.bool();
        return;
      case ThriftType.byte:
        this.pass(1);
        return;
      case ThriftType.double:
        this.double();
        return;
      case ThriftType.i16:
        return this.skipI16();
      case ThriftType.i32:
        this.i32();
        return;
      case ThriftType.i64:
        return this.i64();
      case ThriftType.string:
        this.#passLength();
        return;
      case ThriftType.struct:
        return this.#skipStruct(depth);
      case ThriftType.map:
        return this.#skipMap(depth);
      case ThriftType.set:
      case ThriftType.list:
        return this.#skipList(depth);
      case ThriftType.uuid:
        this.pass(16);
        return;
      default:
        this.fail(`type ${type}`);
    }
  }

  protected abstract skipI16(): void;

  /** Passes so many bytes and returns where they began. */
  protected pass(size: number): number {
    const start = this.position;
    if (size > this.bytes.length - start) this.fail('a value is cut off');
    this.position = start + size;
    return start;
  }

  /** What a body claims to hold, when as many bytes as that are left; each element has `least` bytes. */
  protected checked(size: number, least: number, what: string): number {
    const left = this.bytes.length - this.position;
    if (size < 0 || size * least > left) this.fail(`${what} claims a size of ${size} where ${left} bytes are left`);
    return size;
  }

  fail(what: string): never {
    throw new WireFormatError(
      `not a Jaeger body in Thrift's ${this.protocol} protocol: ${what}, at byte ${this.position} of ${this.bytes.length}`,
    );
  }

  #passLength(): number {
    return this.pass(this.length());
  }

  #skipStruct(depth: number): void {
    const outer = this.fieldId;
    this.fieldId = 0;
    while (this.nextField()) {
      const id = this.fieldId;
      this.skip(this.type, depth + 1);
      this.fieldId = id;
    }
    this.fieldId = outer;
  }

  #skipList(depth: number): void {
    const size = this.listSize();
    const { type } = this;
    for (let index = 0; index < size; index++) this.skip(type, depth + 1);
  }

  #skipMap(depth: number): void {
    const { size, key, value } = this.mapTypes();
    for (let index = 0; index < size; index++) {
      this.skip(key, depth + 1);
      this.skip(value, depth + 1);
    }
  }
}
