import type { Attributes, AttributeValue } from '@spanwise/wire/span-record';

/** What `JSON.parse` gives for a value that `AttributeWriter` wrote. */
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
  return json;
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
