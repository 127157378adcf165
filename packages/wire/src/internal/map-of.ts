import type { AttributeMap, AttributeValue } from '../span-record.ts';

/** An object with the pairs as own properties, `__proto__` included; of a repeated key the last counts. */
export function mapOf(pairs: readonly AttributeValue[]): AttributeMap {
  const map: Record<string, AttributeValue> = {};
  for (let index = 0; index < pairs.length; index += 2) {
    const key = pairs[index] as string;
    const value = pairs[index + 1]!;
    if (key === '__proto__') {
      Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
    } else map[key] = value;
  }
  return map;
}
