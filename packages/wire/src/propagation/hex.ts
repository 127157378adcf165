import { allocateBytes, readAscii, writeUtf8 } from '../internal/platform.ts';

/*
 * Headers are written and read through one small buffer: hex pairs from a table, then one native call for the whole
 * string. That is about twice as fast as joining strings (measured). The buffer is only used within one call.
 */

/** The longest header that is read here is a `b3` of 68 characters. */
const capacity = 80;
/** Up to here a loop over characters beats the call into native code: 50 ns to 110 for a span id alone. */
const loopLimit = 28;
const scratch = allocateBytes(capacity);
const view = new DataView(scratch.buffer, scratch.byteOffset, capacity);

/** A byte's two ASCII digits, as `first << 8 | second`. */
const digitsOfByte = new Uint16Array(256);
/** The byte that two digits spell; -1 for anything but lower-case hex. For any two bytes, so that nothing is compared first. */
const byteOfDigits = new Int16Array(0x10000).fill(-1);
for (let byte = 0; byte < 256; byte++) {
  const text = byte.toString(16).padStart(2, '0');
  const digits = (text.charCodeAt(0) << 8) | text.charCodeAt(1);
  digitsOfByte[byte] = digits;
  byteOfDigits[digits] = byte;
}

/** Puts one byte as two hex digits at `offset`. */
export function putByte(offset: number, byte: number): void {
  view.setUint16(offset, digitsOfByte[byte & 255]!);
}

/** Puts one word as eight hex digits at `offset`. Two stores instead of eight halve the time of a header. */
export function putWord(offset: number, word: number): void {
  view.setInt32(offset, (digitsOfByte[word >>> 24]! << 16) | digitsOfByte[(word >>> 16) & 255]!);
  view.setInt32(offset + 4, (digitsOfByte[(word >>> 8) & 255]! << 16) | digitsOfByte[word & 255]!);
}

/** Puts one ASCII character at `offset`. */
export function putCharacter(offset: number, code: number): void {
  scratch[offset] = code;
}

/** What was put, up to `end`. */
export function textUpTo(end: number): string {
  return readAscii(scratch, 0, end);
}

/**
 * Takes a header in; false when it is longer than the buffer or holds anything but ASCII. (Cutting code units down to
 * bytes instead, as latin1 does, would let "ı" pass for "1".)
 */
export function load(header: string): boolean {
  const { length } = header;
  if (length > loopLimit) return length <= capacity - 4 && writeUtf8(scratch, header, 0) === length;
  for (let index = 0; index < length; index++) {
    const code = header.charCodeAt(index);
    if (code > 127) return false;
    scratch[index] = code;
  }
  return true;
}

/** The character at `offset` of what was loaded. */
export function characterAt(offset: number): number {
  return scratch[offset]!;
}

/** The byte that the two digits at `offset` spell, or -1. */
export function byteAt(offset: number): number {
  return byteOfDigits[view.getUint16(offset)]!;
}

/** Set by `wordAt`: negative once a digit was none. */
let seen = 0;

/** Forgets what `isBroken` knows. */
export function resetBroken(): void {
  seen = 0;
}

/** Whether a word read since `resetBroken` was no lower-case hex. */
export function isBroken(): boolean {
  return seen < 0;
}

/** The word that eight digits at `offset` spell, as a signed integer. */
export function wordAt(offset: number): number {
  // Not by `byteAt`: six words of four calls each are more than V8 inlines.
  const byte0 = byteOfDigits[view.getUint16(offset)]!;
  const byte1 = byteOfDigits[view.getUint16(offset + 2)]!;
  const byte2 = byteOfDigits[view.getUint16(offset + 4)]!;
  const byte3 = byteOfDigits[view.getUint16(offset + 6)]!;
  seen |= byte0 | byte1 | byte2 | byte3;
  return (byte0 << 24) | (byte1 << 16) | (byte2 << 8) | byte3;
}
