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
  /** For the sink: where it has taken the key before. */
  seenAt: number;
}

/** Is told the filter's entries of what is written. */
export interface EntrySink {
  key(key: KeyText): void;
  /** Not called for values that are lists, maps or empty. */
  pair(hash: number): void;
}

export const noEntries: EntrySink = { key() {}, pair() {} };

const mostKeys = 4096;
const prime = 0x01000193;
const quote = 0x22;
const backslash = 0x5c;

/** Writes attributes into an arena. Remembers the keys, which are few, so that each is escaped and hashed once. */
export class AttributeWriter {
  readonly #arena: TextArena;
  readonly #sink: EntrySink;
  readonly #keys = new Map<string, KeyText>();

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
    const known = this.#keys.get(key) ?? this.#newKey(key);
    this.#sink.key(known);
    this.#arena.raw(known.bytes);
    if (typeof value === 'string') this.#textValue(value, known.state);
    else if (isNested(value)) writeNested(this.#arena, value);
    else this.#scalarValue(scalarJson(value), known.state);
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

  #scalarValue(json: string, keyState: number): void {
    const start = this.#arena.length;
    this.#arena.ascii(json);
    this.#sink.pair(finishHash(hashBytes(keyState, this.#arena.bytes, start, this.#arena.length)));
  }

  #newKey(key: string): KeyText {
    const bytes = Buffer.from(`${JSON.stringify(key)}, `);
    const state = hashBytes(hashSeeds.tag, bytes, 0, bytes.length);
    const known = { key, bytes, state, hash: finishHash(state), seenAt: -1 };
    if (this.#keys.size < mostKeys) this.#keys.set(key, known);
    return known;
  }
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
