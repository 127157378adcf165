import { toBase64 } from './internal/base64.ts';
import { quote } from './internal/json-text.ts';
import { circular, maxNesting, tooDeep } from './internal/nesting.ts';
import type { AttributeMap, AttributeValue } from './span-record.ts';

/**
 * An attribute's value as text: what a search compares, a page shows, and a Zipkin tag holds. Text as it is, numbers and
 * booleans as JavaScript writes them, bytes as base64, lists and maps as JSON without spaces. `undefined` for OTLP's empty
 * value, which equals no text and is no tag.
 */
export function attributeText(value: AttributeValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object') return Object.is(value, -0) ? '-0' : String(value);
  return value instanceof Uint8Array ? toBase64(value) : valueJson(value, []);
}

/** `above` are the lists and maps around the value. */
function valueJson(value: AttributeValue, above: AttributeValue[]): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : quote(String(value));
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return quote(toBase64(value));
  if (above.includes(value)) return quote(circular);
  if (above.length === maxNesting) return quote(tooDeep);
  above.push(value);
  const json = Array.isArray(value) ? listJson(value, above) : mapJson(value as AttributeMap, above);
  above.pop();
  return json;
}

function listJson(list: readonly AttributeValue[], above: AttributeValue[]): string {
  return `[${list.map((item) => valueJson(item, above)).join(',')}]`;
}

function mapJson(map: AttributeMap, above: AttributeValue[]): string {
  const fields = Object.entries(map).map(([key, item]) => `${quote(key)}:${valueJson(item, above)}`);
  return `{${fields.join(',')}}`;
}
