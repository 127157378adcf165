import { mayBeOwnKey } from '@spanwise/wire/internal/otlp-reader';
import type { AttributeMap, Attributes, AttributeValue } from '@spanwise/wire/span-record';

import type { TextArena } from './text-arena.ts';
import { finishHash, hashBytes, hashSeeds } from './text-hash.ts';

/**
 * Attributes as JSON text that `contains` can search: `["key", value,"key", value]`, with a space after the key's comma
 * and none anywhere else. JSON's own types stand for themselves; what JSON lacks is an object of one member:
 *
 * | written | means |
 * |---|---|
 * | `{"n":"123"}` | bigint |
 * | `{"d":"NaN"}`, `Infinity`, `-Infinity`, `-0` | a number that JSON cannot write |
 * | `{"b":"AQI="}` | bytes, base64 |
 * | `{"m":["k",1]}` | map |
 */

/** A key as it is written: `"key", `. One object for a key as long as the writer remembers it. */
export interface KeyText {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The unfinished hash, from which those of its pairs go on. */
  readonly state: number;
  readonly hash: number;
  /** Whether the pair may fill a field of the record: see `takeOwnAttributes`. */
  readonly mayBeOwn: boolean;
  /** For the sink: where it took the key last. */
  seenInBlock: number;
  seenInService: number;
}

/** Is told the filter's entries of what is written. */
export interface EntrySink {
  key(key: KeyText): void;
  /** Not called for values that are lists, maps or empty. */
  pair(hash: number): void;
}

export const noEntries: EntrySink = { key() {}, pair() {} };

const mostKeys = 4096;
/** Places to find a key by its bytes; two keys of one place take turns in it. */
const keyPlaces = 4096;
const zero = 0x30;
const prime = 0x01000193;
const quote = 0x22;
const backslash = 0x5c;

/** Writes attributes into an arena. Remembers the keys, which are few, so that each is escaped and hashed once. */
export class AttributeWriter {
  readonly #arena: TextArena;
  readonly #sink: EntrySink;
  readonly #keys = new Map<string, KeyText>();
  /** Made when the first key is learned: most writers learn none. */
  #places: (KeyText | undefined)[] = [];

  constructor(arena: TextArena, sink: EntrySink) {
    this.#arena = arena;
    this.#sink = sink;
  }

  write(attributes: Attributes): void {
    const arena = this.#arena;
    arena.byte(0x5b);
    for (let index = 0; index < attributes.length; index += 2) {
      if (index > 0) arena.byte(0x2c);
      this.pair(attributes[index] as string, attributes[index + 1] ?? null);
    }
    arena.byte(0x5d);
  }

  pair(key: string, value: AttributeValue): void {
    this.pairOf(this.#keys.get(key) ?? this.#newKey(key), value);
  }

  /** As `pair`, with a key that was looked up before. */
  pairOf(key: KeyText, value: AttributeValue): void {
    this.#sink.key(key);
    this.#arena.raw(key.bytes);
    if (typeof value === 'string') this.#textValue(value, key.state);
    else if (isNested(value)) writeNested(this.#arena, value);
    else if (
      typeof value === 'number' &&
      value >= 0 &&
      value < 2 ** 31 &&
      !Object.is(value, -0) &&
      (value | 0) === value
    )
      this.#integerValue(value, key.state);
    else this.#scalarValue(scalarJson(value), key.state);
  }

  /**
   * As `pair`, with key and text as UTF-8 in `bytes`: no string is made of them. False, with nothing written, when the
   * value has to be escaped or is not ASCII.
   */
  textPair(key: KeyText, bytes: Uint8Array, start: number, end: number): boolean {
    const arena = this.#arena;
    const keyBytes = key.bytes;
    arena.reserve(keyBytes.length + end - start + 2);
    const target = arena.bytes;
    let at = arena.length;
    for (let index = 0; index < keyBytes.length; index++) target[at++] = keyBytes[index] as number;
    let state = Math.imul(key.state ^ quote, prime);
    target[at++] = quote;
    for (let index = start; index < end; index++) {
      const code = bytes[index] as number;
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return false;
      target[at++] = code;
      state = Math.imul(state ^ code, prime);
    }
    target[at++] = quote;
    arena.length = at;
    this.#sink.key(key);
    this.#sink.pair(finishHash(Math.imul(state ^ quote, prime)));
    return true;
  }

  /** The key that stands in `bytes` as UTF-8, or undefined when it has not been met, or cannot be told by its bytes. */
  knownKey(bytes: Uint8Array, start: number, end: number): KeyText | undefined {
    const known = this.#places[placeOf(bytes, start, end)];
    return known !== undefined && standsAs(known, bytes, start, end) ? known : undefined;
  }

  /** The key `key`, which `knownKey` finds from now on if it is written as it stands in `bytes`, not escaped. */
  learnKey(key: string, bytes: Uint8Array, start: number, end: number): KeyText {
    const known = this.#keys.get(key) ?? this.#newKey(key);
    if (this.#places.length === 0) this.#places = Array.from({ length: keyPlaces }, () => undefined);
    // Escaped it may stand as another key does in its body.
    if (standsAs(known, bytes, start, end)) this.#places[placeOf(bytes, start, end)] = known;
    return known;
  }

  /** Written and hashed in one pass: it is the most frequent thing that the store does. */
  #textValue(value: string, keyState: number): void {
    const arena = this.#arena;
    arena.reserve(value.length + 2);
    const { bytes } = arena;
    const start = arena.length;
    let end = start;
    let state = Math.imul(keyState ^ quote, prime);
    bytes[end++] = quote;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash)
        return this.#escapedValue(value, keyState);
      bytes[end++] = code;
      state = Math.imul(state ^ code, prime);
    }
    bytes[end++] = quote;
    arena.length = end;
    this.#sink.pair(finishHash(Math.imul(state ^ quote, prime)));
  }

  #escapedValue(value: string, keyState: number): void {
    const start = this.#arena.length;
    this.#arena.quoted(value);
    this.#sink.pair(finishHash(hashBytes(keyState, this.#arena.bytes, start, this.#arena.length)));
  }

  #integerValue(value: number, keyState: number): void {
    const arena = this.#arena;
    arena.reserve(10);
    const { bytes } = arena;
    let digits = 1;
    for (let above = 10; above <= value; above *= 10) digits++;
    const end = arena.length + digits;
    let rest = value;
    for (let at = end - 1; at >= arena.length; at--) {
      const quotient = (rest / 10) | 0;
      bytes[at] = zero + rest - quotient * 10;
      rest = quotient;
    }
    const state = hashBytes(keyState, bytes, arena.length, end);
    arena.length = end;
    this.#sink.pair(finishHash(state));
  }

  #scalarValue(json: string, keyState: number): void {
    const start = this.#arena.length;
    this.#arena.ascii(json);
    this.#sink.pair(finishHash(hashBytes(keyState, this.#arena.bytes, start, this.#arena.length)));
  }

  #newKey(key: string): KeyText {
    const bytes = Buffer.from(`${JSON.stringify(key)}, `);
    const state = hashBytes(hashSeeds.tag, bytes, 0, bytes.length);
    const known = {
      key,
      bytes,
      state,
      hash: finishHash(state),
      mayBeOwn: mayBeOwnKey(key),
      seenInBlock: -1,
      seenInService: -1,
    };
    if (this.#keys.size < mostKeys) this.#keys.set(key, known);
    return known;
  }
}

/** What `"key", ` has beyond the key. */
const keyFrameBytes = 4;

/** Whether the key is written, between its quotes, exactly as it stands in `bytes`. */
function standsAs(key: KeyText, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.bytes.length !== end - start + keyFrameBytes) return false;
  for (let index = start, at = 1; index < end; index++, at++) if (bytes[index] !== key.bytes[at]) return false;
  return true;
}

/** Length and five bytes tell most keys of one program apart. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  const middle = (start + end) >> 1;
  let hash = end - start;
  hash = Math.imul(hash, 31) + (bytes[start] as number);
  hash = Math.imul(hash, 31) + (bytes[middle] as number);
  hash = Math.imul(hash, 31) + (bytes[(start + middle) >> 1] as number);
  hash = Math.imul(hash, 31) + (bytes[(middle + end) >> 1] as number);
  hash = Math.imul(hash, 31) + (bytes[end - 1] as number);
  return (hash ^ (hash >>> 10)) & (keyPlaces - 1);
}

function isNested(value: AttributeValue): value is readonly AttributeValue[] | AttributeMap | null {
  return typeof value === 'object' && !(value instanceof Uint8Array);
}

function scalarJson(value: number | boolean | bigint | Uint8Array): string {
  if (value instanceof Uint8Array) {
    return `{"b":"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"}`;
  }
  if (typeof value === 'bigint') return `{"n":"${value}"}`;
  return typeof value === 'number' ? numberJson(value) : String(value);
}

function numberJson(value: number): string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  return `{"d":"${Object.is(value, -0) ? '-0' : String(value)}"}`;
}

function writeValue(arena: TextArena, value: AttributeValue): void {
  if (typeof value === 'string') arena.quoted(value);
  else if (isNested(value)) writeNested(arena, value);
  else arena.ascii(scalarJson(value));
}

function writeNested(arena: TextArena, value: readonly AttributeValue[] | AttributeMap | null): void {
  if (value === null) {
    arena.ascii('null');
  } else if (Array.isArray(value)) {
    writeList(arena, value as readonly AttributeValue[]);
  } else {
    arena.ascii('{"m":');
    writeList(arena, Object.entries(value).flat());
    arena.ascii('}');
  }
}

function writeList(arena: TextArena, values: readonly AttributeValue[]): void {
  arena.ascii('[');
  for (let index = 0; index < values.length; index++) {
    if (index > 0) arena.ascii(',');
    writeValue(arena, values[index] ?? null);
  }
  arena.ascii(']');
}
