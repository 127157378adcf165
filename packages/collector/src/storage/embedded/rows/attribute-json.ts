import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

import { hashBytes, hashSeeds } from './text-hash.ts';
import type { TextArena } from './text-arena.ts';

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

/** Is told of each pair as it is written; hashes are unfinished states. */
export interface PairSink {
  key(key: string, keyState: number): void;
  /** Not called for values that are lists, maps, bytes or empty. */
  pair(pairState: number): void;
}

export function writeAttributes(arena: TextArena, attributes: Attributes, sink: PairSink): void {
  arena.ascii('[');
  for (let index = 0; index < attributes.length; index += 2) {
    if (index > 0) arena.ascii(',');
    writePair(arena, attributes[index] as string, attributes[index + 1] ?? null, sink);
  }
  arena.ascii(']');
}

export function writePair(arena: TextArena, key: string, value: AttributeValue, sink: PairSink): void {
  const start = arena.length;
  arena.quoted(key);
  arena.ascii(', ');
  const keyState = hashBytes(hashSeeds.tag, arena.bytes, start, arena.length);
  sink.key(key, keyState);
  const valueStart = arena.length;
  writeValue(arena, value);
  if (isScalar(value)) sink.pair(hashBytes(keyState, arena.bytes, valueStart, arena.length));
}

function isScalar(value: AttributeValue): boolean {
  return typeof value !== 'object';
}

function writeValue(arena: TextArena, value: AttributeValue): void {
  if (typeof value === 'string') arena.quoted(value);
  else if (typeof value === 'number') arena.ascii(numberJson(value));
  else if (typeof value === 'boolean') arena.ascii(value ? 'true' : 'false');
  else if (typeof value === 'bigint') arena.ascii(`{"n":"${value}"}`);
  else if (value === null) arena.ascii('null');
  else writeNested(arena, value);
}

function numberJson(value: number): string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  return `{"d":"${Object.is(value, -0) ? '-0' : String(value)}"}`;
}

function writeNested(arena: TextArena, value: AttributeValue & object): void {
  if (value instanceof Uint8Array) {
    arena.ascii(`{"b":"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"}`);
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

/** What `JSON.parse` gives for a value written above. */
export type ValueJson =
  | string
  | number
  | boolean
  | null
  | ValueJson[]
  | { n?: string; d?: string; b?: string; m?: ValueJson[] };

/** Turns parsed attributes into values, in place. */
export function reviveAttributes(json: ValueJson[]): Attributes {
  for (let index = 1; index < json.length; index += 2) {
    const value = json[index] as ValueJson;
    if (typeof value === 'object' && value !== null) json[index] = reviveValue(value) as ValueJson;
  }
  return json as Attributes;
}

function reviveValue(value: ValueJson): AttributeValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reviveValue);
  if (value.n !== undefined) return BigInt(value.n);
  if (value.d !== undefined) return Number(value.d);
  if (value.b !== undefined) return new Uint8Array(Buffer.from(value.b, 'base64'));
  return reviveMap(value.m ?? []);
}

function reviveMap(pairs: ValueJson[]): AttributeValue {
  const entries: [string, AttributeValue][] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    entries.push([pairs[index] as string, reviveValue(pairs[index + 1] ?? null)]);
  }
  return Object.fromEntries(entries);
}
