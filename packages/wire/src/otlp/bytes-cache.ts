const places = 256;
const mostBytes = 4096;

/**
 * Remembers what was made of some bytes. Of fixed size: a newcomer takes the place of what was there. For messages that
 * come again and again unchanged, as the resource of a process does.
 */
export class BytesCache<T> {
  readonly #entries: ({ readonly bytes: Uint8Array; readonly value: T } | undefined)[] = Array.from(
    { length: places },
    () => undefined,
  );

  /** What was kept for these bytes, or what `make` makes of them, which is kept if they are not too many. */
  get(bytes: Uint8Array, start: number, end: number, make: () => T): T {
    const place = placeOf(bytes, start, end);
    const entry = this.#entries[place];
    if (entry !== undefined && isSame(entry.bytes, bytes, start, end)) return entry.value;
    const value = make();
    if (end - start <= mostBytes) this.#entries[place] = { bytes: bytes.slice(start, end), value };
    return value;
  }
}

function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ bytes[index]!, 0x0100_0193);
  return (hash ^ (hash >>> 15)) & (places - 1);
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}
