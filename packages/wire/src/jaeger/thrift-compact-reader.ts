import { ThriftReader, ThriftType } from './thrift-reader.ts';
import type { MessageHead } from './thrift-reader.ts';

/** By the compact protocol's numbers. 1 and 2 are true and false: a field's value is in its type. */
const types: readonly number[] = [
  ThriftType.stop,
  ThriftType.bool,
  ThriftType.bool,
  ThriftType.byte,
  ThriftType.i16,
  ThriftType.i32,
  ThriftType.i64,
  ThriftType.double,
  ThriftType.string,
  ThriftType.list,
  ThriftType.set,
  ThriftType.map,
  ThriftType.struct,
  ThriftType.uuid,
];

/** Thrift's compact protocol: variable lengths, fields by their distance. */
export class ThriftCompactReader extends ThriftReader {
  /** Of the field whose header was just read; undefined when a boolean is a byte of its own. */
  #boolean: boolean | undefined;

  protected override get protocol(): string {
    return 'compact';
  }

  override messageHead(): MessageHead {
    const start = this.pass(2);
    const [protocol, versionAndType] = [this.bytes[start]!, this.bytes[start + 1]!];
    if (protocol !== 0x82) this.fail(`a message that begins with ${protocol}`);
    if ((versionAndType & 0x1f) !== 1) this.fail(`a message of version ${versionAndType & 0x1f}`);
    this.#varint();
    return { name: this.text(), type: versionAndType >>> 5 };
  }

  protected override nextField(): boolean {
    const header = this.bytes[this.pass(1)]!;
    const type = header & 15;
    if (type === 0) return false;
    const distance = header >>> 4;
    this.fieldId = distance === 0 ? this.i32() : this.fieldId + distance;
    this.type = this.#known(type);
    this.#boolean = this.type === ThriftType.bool ? type === 1 : undefined;
    return true;
  }

  override bool(): boolean {
    const value = this.#boolean ?? this.bytes[this.pass(1)] === 1;
    this.#boolean = undefined;
    return value;
  }

  override i32(): number {
    this.#varint();
    return (this.low >>> 1) ^ -(this.low & 1);
  }

  override i64(): void {
    this.#varint();
    const sign = -(this.low & 1);
    this.low = ((this.low >>> 1) | (this.high << 31)) ^ sign;
    this.high = (this.high >>> 1) ^ sign;
  }

  override double(): number {
    return this.view.getFloat64(this.pass(8), true);
  }

  override listSize(): number {
    const header = this.bytes[this.pass(1)]!;
    const size = header >>> 4 === 15 ? this.#size() : header >>> 4;
    // An empty list may have no type.
    this.type = size === 0 ? ThriftType.stop : this.#known(header & 15);
    return this.checked(size, 1, 'a list');
  }

  protected override length(): number {
    return this.checked(this.#size(), 1, 'a text');
  }

  protected override mapTypes(): { size: number; key: number; value: number } {
    const size = this.checked(this.#size(), 2, 'a map');
    if (size === 0) return { size, key: ThriftType.stop, value: ThriftType.stop };
    const pair = this.bytes[this.pass(1)]!;
    return { size, key: this.#known(pair >>> 4), value: this.#known(pair & 15) };
  }

  protected override skipI16(): void {
    this.#varint();
  }

  #known(type: number): number {
    return types[type] ?? this.fail(`type ${type}`);
  }

  /** Beyond 2^31 it is more than any body has left. */
  #size(): number {
    this.#varint();
    return this.high === 0 ? this.low >>> 0 : Number.POSITIVE_INFINITY;
  }

  /** Reads into `low` and `high`, not yet zigzag. */
  #varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.bytes[this.pass(1)]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    this.fail('a number has more than 64 bits');
  }
}
