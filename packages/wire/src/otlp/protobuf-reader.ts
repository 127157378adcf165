import { WireFormatError } from '../wire-format-error.ts';

/** Groups are long deprecated; unknown ones are skipped down to this depth. */
const maxGroupDepth = 64;

/**
 * Walks over protobuf's encoding. Every method checks what it reads against the end of the message that it is in, so
 * that a field can never reach beyond; `decodeOtlpProtobuf` and `scanOtlpProtobuf` agree because both use this.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  position = 0;
  /** The last varint's words, unsigned 32-bit as signed integers. */
  low = 0;
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next field's tag: number × 8 + wire type. */
  tag(end: number): number {
    const first = this.bytes[this.position]!;
    if (first < 128) {
      if (first < 8) this.fail('field number 0');
      this.position++;
      return first;
    }
    this.varint(end);
    if (this.high !== 0) this.fail('a field number beyond 2^29');
    if (this.low >>> 0 < 8) this.fail('field number 0');
    return this.low >>> 0;
  }

  /** Reads a varint into `low` and `high`. */
  varint(end: number): void {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= end) this.fail('a number is cut off');
      const byte = bytes[this.position++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        if (shift === 63 && byte > 1) break;
        this.low = low;
        this.high = high;
        return;
      }
    }
    this.fail('a number has more than 64 bits');
  }

  /** Reads a length and returns where the field that it belongs to ends; `position` is its start. */
  fieldEnd(end: number): number {
    const first = this.bytes[this.position]!;
    let length = first;
    if (first < 128 && this.position < end) this.position++;
    else {
      this.varint(end);
      length = this.high === 0 ? this.low >>> 0 : Number.POSITIVE_INFINITY;
    }
    if (length > end - this.position) {
      this.fail(`a field claims ${length} bytes where ${end - this.position} are left`);
    }
    return this.position + length;
  }

  /** Passes `size` bytes and returns where they began. */
  fixed(size: number, end: number): number {
    const start = this.position;
    if (size > end - start) this.fail('a number is cut off');
    this.position = start + size;
    return start;
  }

  /** A little-endian 32-bit integer, signed. */
  int32At(offset: number): number {
    const { bytes } = this;
    return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
  }

  /** A big-endian 32-bit integer, signed, as ids are kept. */
  idWordAt(offset: number): number {
    const { bytes } = this;
    return (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
  }

  /** Passes a field that nobody knows, or that has another wire type than it should. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case 0:
        return this.varint(end);
      case 1:
        this.fixed(8, end);
        return;
      case 2:
        this.position = this.fieldEnd(end);
        return;
      case 3:
        return this.#skipGroup(tag >>> 3, end);
      case 5:
        this.fixed(4, end);
        return;
      default:
        this.fail((tag & 7) === 4 ? 'a group ends that did not begin' : `wire type ${tag & 7}`);
    }
  }

  #skipGroup(field: number, end: number): void {
    const open = [field];
    while (open.length > 0) {
      if (this.position >= end) this.fail('a group is cut off');
      const tag = this.tag(end);
      if ((tag & 7) === 3) {
        if (open.length === maxGroupDepth) this.fail('groups are nested too deeply');
        open.push(tag >>> 3);
      } else if ((tag & 7) === 4) {
        if (open.pop() !== tag >>> 3) this.fail('a group ends with another number than it began');
      } else this.skip(tag, end);
    }
  }

  fail(what: string): never {
    throw new WireFormatError(`not an OTLP protobuf body: ${what}, at byte ${this.position} of ${this.bytes.length}`);
  }
}
