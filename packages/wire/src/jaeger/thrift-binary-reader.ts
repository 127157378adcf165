import { ThriftReader } from './thrift-reader.ts';
import type { MessageHead } from './thrift-reader.ts';

/** Thrift's binary protocol: everything big-endian and of fixed size. */
export class ThriftBinaryReader extends ThriftReader {
  protected override get protocol(): string {
    return 'binary';
  }

  /** Strict messages begin with a version, the older ones with the length of their name. */
  override messageHead(): MessageHead {
    const first = this.i32();
    if (first >= 0) {
      this.position -= 4;
      const name = this.text();
      const type = this.bytes[this.pass(1)]!;
      this.i32();
      return { name, type };
    }
    if (first >>> 16 !== 0x8001) this.fail(`a message of version ${first >>> 16}`);
    const head = { name: this.text(), type: first & 0xff };
    this.i32();
    return head;
  }

  protected override nextField(): boolean {
    this.type = this.bytes[this.pass(1)]!;
    if (this.type === 0) return false;
    this.fieldId = this.view.getInt16(this.pass(2));
    return true;
  }

  override bool(): boolean {
    return this.bytes[this.pass(1)] !== 0;
  }

  override i32(): number {
    return this.view.getInt32(this.pass(4));
  }

  override i64(): void {
    const start = this.pass(8);
    this.high = this.view.getInt32(start);
    this.low = this.view.getInt32(start + 4);
  }

  override double(): number {
    return this.view.getFloat64(this.pass(8));
  }

  override listSize(): number {
    const type = this.bytes[this.pass(1)]!;
    const size = this.checked(this.i32(), 1, 'a list');
    this.type = type;
    return size;
  }

  protected override length(): number {
    return this.checked(this.i32(), 1, 'a text');
  }

  protected override mapTypes(): { size: number; key: number; value: number } {
    const start = this.pass(2);
    const size = this.checked(this.i32(), 2, 'a map');
    return { size, key: this.bytes[start]!, value: this.bytes[start + 1]! };
  }

  protected override skipI16(): void {
    this.pass(2);
  }
}
