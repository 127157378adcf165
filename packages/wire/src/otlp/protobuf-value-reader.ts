import { mapOf } from '../internal/map-of.ts';
import { maxNesting } from '../internal/nesting.ts';
import { withStringMethods } from '../internal/platform.ts';
import { readText } from '../internal/text-cache.ts';
import type { AttributeValue } from '../span-record.ts';
import { ProtobufReader } from './protobuf-reader.ts';

const twoTo32 = 0x1_0000_0000;
/** High word of the first instant that does not fit 2^53 µs: 2^53 × 1000 / 2^32. */
export const firstLateHighWord: number = 2_097_152_000;

/** Reads the values that records are made of. */
export class ProtobufValueReader extends ProtobufReader {
  readonly #view: DataView;
  /** The last instant read. */
  micros = 0;
  nanos = 0;

  constructor(bytes: Uint8Array) {
    super(withStringMethods(bytes));
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  text(end: number): string {
    const fieldEnd = this.fieldEnd(end);
    const start = this.position;
    this.position = fieldEnd;
    return readText(this.bytes, start, fieldEnd);
  }

  /** Unsigned. */
  uint32(end: number): number {
    this.varint(end);
    return this.low >>> 0;
  }

  /** Reads nanoseconds into `micros` and `nanos`, exactly; false when they do not fit. */
  instant(end: number): boolean {
    const start = this.fixed(8, end);
    const low = this.int32At(start) >>> 0;
    const high = this.int32At(start + 4) >>> 0;
    if (high >= firstLateHighWord) return false;
    const upper = Math.floor(high / 1000);
    const rest = (high - upper * 1000) * twoTo32 + low;
    const lower = Math.floor(rest / 1000);
    this.micros = upper * twoTo32 + lower;
    this.nanos = rest - lower * 1000;
    return true;
  }

  /** One `KeyValue`, appended to the list. Gives the key. */
  keyValue(end: number, into: AttributeValue[], depth: number): string {
    const fieldEnd = this.fieldEnd(end);
    let key = '';
    let value: AttributeValue = null;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) key = this.text(fieldEnd);
      else if (tag === 0x12) value = this.anyValue(fieldEnd, depth);
      else this.skip(tag, fieldEnd);
    }
    into.push(key, value);
    return key;
  }

  /** One `AnyValue`; of several values in it the last counts. */
  anyValue(end: number, depth: number): AttributeValue {
    if (depth > maxNesting) this.fail('values are nested too deeply');
    const fieldEnd = this.fieldEnd(end);
    let value: AttributeValue = null;
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      switch (tag) {
        case 0x0a:
          value = this.text(fieldEnd);
          break;
        case 0x10:
          this.varint(fieldEnd);
          value = (this.low | this.high) !== 0;
          break;
        case 0x18:
          value = this.#int64(fieldEnd);
          break;
        case 0x21:
          value = this.#view.getFloat64(this.fixed(8, fieldEnd), true);
          break;
        case 0x2a:
          value = this.#list(fieldEnd, depth);
          break;
        case 0x32:
          value = this.#map(fieldEnd, depth);
          break;
        case 0x3a:
          value = this.#blob(fieldEnd);
          break;
        default:
          this.skip(tag, fieldEnd);
      }
    }
    return value;
  }

  #int64(end: number): number | bigint {
    this.varint(end);
    const low = this.low >>> 0;
    if (this.high === 0) return low;
    const value = this.high * twoTo32 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(this.high) << 32n) | BigInt(low);
  }

  /** A copy, so that the value does not keep the whole body alive. */
  #blob(end: number): Uint8Array {
    const fieldEnd = this.fieldEnd(end);
    const blob = new Uint8Array(this.bytes.subarray(this.position, fieldEnd));
    this.position = fieldEnd;
    return blob;
  }

  #list(end: number, depth: number): AttributeValue[] {
    const fieldEnd = this.fieldEnd(end);
    const list: AttributeValue[] = [];
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) list.push(this.anyValue(fieldEnd, depth + 1));
      else this.skip(tag, fieldEnd);
    }
    return list;
  }

  #map(end: number, depth: number): AttributeValue {
    const fieldEnd = this.fieldEnd(end);
    const pairs: AttributeValue[] = [];
    while (this.position < fieldEnd) {
      const tag = this.tag(fieldEnd);
      if (tag === 0x0a) this.keyValue(fieldEnd, pairs, depth + 1);
      else this.skip(tag, fieldEnd);
    }
    return mapOf(pairs);
  }
}
