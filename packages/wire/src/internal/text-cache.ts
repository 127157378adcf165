import { readAscii, readUtf8 } from './platform.ts';

/*
 * Keys, names and many values repeat from span to span. Short ones are looked up by their bytes, which is faster than
 * making a string and lets all spans share one. The table is of fixed size; a newcomer takes the place of what was there.
 */

const maxLength = 40;
const slots = 4096;
const table: string[] = Array.from({ length: slots }, () => '');

/** Reads UTF-8 in `bytes` (from `withStringMethods`), broken sequences as U+FFFD. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > maxLength) return readUtf8(bytes, start, end);
  if (length === 0) return '';
  let hash = length;
  let seen = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index]!;
    seen |= byte;
    hash = Math.imul(hash ^ byte, 0x0100_0193);
  }
  if (seen > 127) return readUtf8(bytes, start, end);
  const slot = (hash ^ (hash >>> 15)) & (slots - 1);
  const known = table[slot]!;
  if (isSame(known, bytes, start, length)) return known;
  return (table[slot] = readAscii(bytes, start, end));
}

function isSame(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) {
    if (text.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
