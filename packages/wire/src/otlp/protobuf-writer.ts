import { ByteWriter } from '../internal/byte-writer.ts';
import { writeUtf8 } from '../internal/platform.ts';

/** Up to here a loop over characters beats the call into native code (measured). */
const loopLimit = 28;
const twoTo32 = 0x1_0000_0000;

/** Protobuf's primitives on a growing buffer. Callers write tags themselves. */
export class ProtobufWriter extends ByteWriter {
  /**
   * The 2^32 nanoseconds (4.3 s) around the last instant: their high word, and when they begin. Instants within need one
   * multiplication and no BigInt.
   */
  #windowHigh = 0;
  #windowMicros = 0;
  #windowNanos = 0;

  /** A tag or any other single byte. */
  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.position++] = value;
  }

  /** An unsigned 32-bit varint. */
  varint(value: number): void {
    this.ensure(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.position++] = rest;
  }

  /** A 64-bit varint from its two words. */
  varint64(high: number, low: number): void {
    this.ensure(10);
    let upper = high >>> 0;
    let lower = low >>> 0;
    while (upper !== 0) {
      this.bytes[this.position++] = (lower & 127) | 128;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.varint(lower);
  }

  /** Two single bytes: a field that is a small number, or a tag above 15. */
  bytePair(first: number, second: number): void {
    this.ensure(2);
    const { bytes, position } = this;
    bytes[position] = first;
    bytes[position + 1] = second;
    this.position = position + 2;
  }

  fixed32(value: number): void {
    this.ensure(4);
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  /** A field of 16 bytes, a trace id. Here and below one check of room serves several stores: the checks were a sixth of encoding. */
  traceId(tag: number, word0: number, word1: number, word2: number, word3: number): void {
    this.ensure(18);
    const { bytes, view, position } = this;
    bytes[position] = tag;
    bytes[position + 1] = 16;
    view.setInt32(position + 2, word0);
    view.setInt32(position + 6, word1);
    view.setInt32(position + 10, word2);
    view.setInt32(position + 14, word3);
    this.position = position + 18;
  }

  /** A field of 8 bytes, a span id. */
  spanId(tag: number, word0: number, word1: number): void {
    this.ensure(10);
    const { bytes, view, position } = this;
    bytes[position] = tag;
    bytes[position + 1] = 8;
    view.setInt32(position + 2, word0);
    view.setInt32(position + 6, word1);
    this.position = position + 10;
  }

  /**
   * A whole `KeyValue` of a short ASCII text, most of all attributes: its lengths are known beforehand, so none is patched.
   * `key` is the encoded field. False, and nothing written, when the text is not like that.
   */
  shortTextAttribute(tag: number, key: Uint8Array, text: string): boolean {
    const { length } = text;
    const keyLength = key.length;
    if (length > loopLimit || keyLength + length > 127 - 4) return false;
    this.ensure(keyLength + length + 6);
    const { bytes, position } = this;
    let at = position + 2;
    for (let index = 0; index < keyLength; index++) bytes[at++] = key[index]!;
    bytes[at] = 0x12;
    bytes[at + 1] = length + 2;
    bytes[at + 2] = 0x0a;
    bytes[at + 3] = length;
    at += 4;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at++] = code;
    }
    bytes[position] = tag;
    bytes[position + 1] = keyLength + length + 4;
    this.position = at;
    return true;
  }

  double(value: number): void {
    this.ensure(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** A field of nanoseconds since the epoch as fixed64, exact; instants that OTLP cannot hold become 0. */
  time(tag: number, micros: number, nanos: number): void {
    this.ensure(9);
    this.bytes[this.position] = tag;
    let low = (micros - this.#windowMicros) * 1000 + nanos - this.#windowNanos;
    if (!(low >= 0 && low < twoTo32)) {
      const valid = micros >= 0 && micros <= Number.MAX_SAFE_INTEGER;
      this.#moveWindow(valid ? micros : 0, valid ? nanos : 0);
      low = ((valid ? micros : 0) - this.#windowMicros) * 1000 + (valid ? nanos : 0) - this.#windowNanos;
    }
    this.view.setUint32(this.position + 1, low, true);
    this.view.setUint32(this.position + 5, this.#windowHigh, true);
    this.position += 9;
  }

  /** Long division by parts: every intermediate stays below 2^53. */
  #moveWindow(micros: number, nanos: number): void {
    const lower = (micros % twoTo32) * 1000 + nanos;
    const high = Math.floor(micros / twoTo32) * 1000 + Math.floor(lower / twoTo32);
    const rest = (high % 1000) * twoTo32;
    this.#windowHigh = high;
    this.#windowMicros = Math.floor(high / 1000) * twoTo32 + Math.floor(rest / 1000);
    this.#windowNanos = rest % 1000;
  }

  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Bytes that are few: a loop is faster than `set`. */
  rawShort(bytes: Uint8Array): void {
    const { length } = bytes;
    this.ensure(length);
    for (let index = 0; index < length; index++) this.bytes[this.position + index] = bytes[index]!;
    this.position += length;
  }

  /** Length and UTF-8. */
  string(text: string): void {
    const { length } = text;
    // Not `>`, so that what is no string, and has no length, is refused there and does not make the position NaN.
    if (!(length <= loopLimit)) return this.#longString(text);
    this.ensure(length + 1);
    const { bytes } = this;
    const start = this.position + 1;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return this.#longString(text);
      bytes[start + index] = code;
    }
    bytes[start - 1] = length;
    this.position = start + length;
  }

  /** Guesses from the characters how many bytes the length takes, and moves the text when it was wrong. */
  #longString(text: string): void {
    this.ensure(text.length * 3 + 5);
    const guess = varintSize(text.length);
    const start = this.position + guess;
    const size = writeUtf8(this.bytes, text, start);
    const needed = varintSize(size);
    if (needed !== guess) this.bytes.copyWithin(this.position + needed, start, start + size);
    this.varint(size);
    this.position += size;
  }

  /** Begins a nested message whose length is not known; to be ended with the position that this returns. */
  beginMessage(): number {
    this.ensure(1);
    return ++this.position;
  }

  /** One byte was left for the length; a message that needs more is moved. */
  endMessage(start: number): void {
    const size = this.position - start;
    if (size < 128) {
      this.bytes[start - 1] = size;
      return;
    }
    const extra = varintSize(size) - 1;
    this.ensure(extra);
    this.bytes.copyWithin(start + extra, start, this.position);
    this.position = start - 1;
    this.varint(size);
    this.position += size;
  }

  /** As `beginMessage` for messages that are always large: `width` bytes are left for the length. */
  beginLargeMessage(width: number): number {
    this.ensure(width);
    return (this.position += width);
  }

  /** The length is padded to `width` bytes, which protobuf allows, so that nothing moves unless it is larger still. */
  endLargeMessage(start: number, width: number): void {
    let size = this.position - start;
    if (width < 5 && size >= 2 ** (7 * width)) {
      const extra = varintSize(size) - width;
      this.ensure(extra);
      this.bytes.copyWithin(start + extra, start, this.position);
      this.position = start - width;
      this.varint(size);
      this.position += size;
      return;
    }
    for (let index = start - width; index < start - 1; index++) {
      this.bytes[index] = (size & 127) | 128;
      size >>>= 7;
    }
    this.bytes[start - 1] = size;
  }
}

/** Bytes that a 32-bit varint takes. */
export function varintSize(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  return value < 268_435_456 ? 4 : 5;
}
