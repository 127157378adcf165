import { toBase64 } from '../internal/base64.ts';
import { quote } from '../internal/json-text.ts';
import { circular, maxNesting, tooDeep } from '../internal/nesting.ts';
import type { AttributeValue, Attributes } from '../span-record.ts';

/** A list of `KeyValue` from a flat list of keys and values. */
export function attributesJson(attributes: Attributes): string {
  let json = '[';
  for (let index = 0; index < attributes.length; index += 2) {
    if (index > 0) json += ',';
    json += keyValueJson(attributes[index] as string, attributes[index + 1]!, []);
  }
  return `${json}]`;
}

function keyValueJson(key: string, value: AttributeValue, above: AttributeValue[]): string {
  return `{"key":${quote(key)},"value":${valueJson(value, above)}}`;
}

/** An `AnyValue`. `above` are the lists and maps around it, outermost first. */
function valueJson(value: AttributeValue, above: AttributeValue[]): string {
  if (typeof value === 'string') return `{"stringValue":${quote(value)}}`;
  if (typeof value === 'number') return numberJson(value);
  if (typeof value === 'boolean') return `{"boolValue":${value}}`;
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) === value ? `{"intValue":"${value}"}` : `{"stringValue":"${value}"}`;
  }
  return value === null || value === undefined ? '{}' : objectJson(value, above);
}

/** protobuf's JSON mapping has names for what JSON's numbers cannot hold. */
function numberJson(value: number): string {
  if (Object.is(value, -0)) return '{"doubleValue":-0}';
  if (Number.isSafeInteger(value)) return `{"intValue":"${value}"}`;
  return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`;
}

function objectJson(
  value: Exclude<AttributeValue, string | number | boolean | bigint | null>,
  above: AttributeValue[],
): string {
  if (value instanceof Uint8Array) return `{"bytesValue":"${toBase64(value)}"}`;
  if (above.includes(value)) return valueJson(circular, above);
  const isList = Array.isArray(value);
  if (above.length === maxNesting - 1 && (isList ? value.length > 0 : Object.keys(value).length > 0)) {
    return valueJson(tooDeep, above);
  }
  above.push(value);
  const items = isList
    ? (value as readonly AttributeValue[]).map((item) => valueJson(item, above))
    : Object.entries(value as Readonly<Record<string, AttributeValue>>).map(([key, item]) =>
        keyValueJson(key, item, above),
      );
  above.pop();
  return `{"${isList ? 'arrayValue' : 'kvlistValue'}":{"values":[${items.join(',')}]}}`;
}
