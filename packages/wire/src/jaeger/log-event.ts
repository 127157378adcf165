import type { AttributeValue, SpanEvent } from '../span-record.ts';
import { noAttributes } from '../span-record.ts';

/** OpenTracing's fields of an error, and what OTLP's event `exception` has for them. */
const exceptionAttributes: ReadonlyMap<AttributeValue, string> = new Map<AttributeValue, string>([
  ['error.kind', 'exception.type'],
  ['message', 'exception.message'],
  ['stack', 'exception.stacktrace'],
]);

/**
 * The fields of a log as an event: `event` is its name, `log` without one. An event `error` that says what the error was
 * (`error.kind`, `message`, `stack`, or `error.object`, which clients send as text) is OTLP's `exception`.
 */
export function logEvent(fields: readonly AttributeValue[]): Pick<SpanEvent, 'name' | 'attributes'> {
  const attributes: AttributeValue[] = [];
  let name = 'log';
  for (let index = 0; index < fields.length; index += 2) {
    const value = fields[index + 1]!;
    if (fields[index] === 'event' && typeof value === 'string' && value !== '') name = value;
    else attributes.push(fields[index]!, value);
  }
  if (name === 'error') return exceptionOf(attributes) ?? { name, attributes };
  return { name, attributes: attributes.length === 0 ? noAttributes : attributes };
}

function exceptionOf(fields: readonly AttributeValue[]): Pick<SpanEvent, 'name' | 'attributes'> | undefined {
  const keys = fields.filter((_, index) => index % 2 === 0);
  const saysMessage = keys.includes('message');
  const isObject = (key: AttributeValue): boolean => key === 'error.object' && !saysMessage;
  if (!keys.some((key) => exceptionAttributes.has(key) || isObject(key))) return undefined;
  const attributes = fields.map((field, index) => {
    if (index % 2 === 1) return field;
    return isObject(field) ? 'exception.message' : (exceptionAttributes.get(field) ?? field);
  });
  return { name: 'exception', attributes };
}
