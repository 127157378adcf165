import type { AttributeValue, SpanEvent } from '@spanwise/wire';

import { cut, textOf, toAttributeValue } from './attribute-value.ts';
import { isError } from './internal/is-error.ts';
import { propertyOf } from './internal/property-of.ts';
import type { ValueLimit } from './internal/value-limit.ts';
import type { SpanLimits } from './limits.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An OpenTracing log as an event. Field `event` is its name, `log` without one. An `error` event that says what the
 * error was (`error.object`, or `error.kind`, `message`, `stack`) becomes OTLP's `exception` event with
 * `exception.type`, `.message` and `.stacktrace`.
 */
export function logEvent(
  given: unknown,
  timeMicros: number,
  timeNanos: number,
  limits: SpanLimits,
  values: ValueLimit,
  names: ValueLimit,
): SpanEvent {
  const fields = fieldsOf(given);
  const name = fields['event'];
  if (name === 'error' && describesError(fields)) return exceptionEvent(fields, timeMicros, timeNanos, limits, values);
  const attributes: AttributeValue[] = [];
  let droppedAttributesCount = 0;
  for (const key in fields) {
    if (key !== 'event' && !addField(attributes, key, fields[key], limits, values)) droppedAttributesCount += 1;
  }
  return { timeMicros, timeNanos, name: eventName(name, names), attributes, droppedAttributesCount };
}

/** Callers without types log strings, errors and nothing. */
function fieldsOf(given: unknown): Fields {
  if (isError(given)) return { event: 'error', 'error.object': given };
  if (typeof given === 'object' && given !== null) return given as Fields;
  return given === undefined || given === null ? {} : { message: given };
}

function eventName(name: unknown, names: ValueLimit): string {
  if (typeof name === 'string') return cut(name, names);
  if (name === undefined || name === null) return 'log';
  const text = toAttributeValue(name, names);
  return typeof text === 'string' ? text : cut(textOf(name), names);
}

const errorKeys: ReadonlySet<string> = new Set(['event', 'error.object', 'error.kind', 'message', 'stack']);

function describesError(fields: Fields): boolean {
  return ['error.object', 'error.kind', 'message', 'stack'].some(
    (key) => fields[key] !== undefined && fields[key] !== null,
  );
}

function exceptionEvent(
  fields: Fields,
  timeMicros: number,
  timeNanos: number,
  limits: SpanLimits,
  values: ValueLimit,
): SpanEvent {
  const error = fields['error.object'];
  const attributes: AttributeValue[] = [];
  push(attributes, 'exception.type', fields['error.kind'] ?? propertyOf(error, 'name'), values);
  push(attributes, 'exception.message', fields['message'] ?? messageOf(error), values);
  push(attributes, 'exception.stacktrace', fields['stack'] ?? propertyOf(error, 'stack'), values);
  let droppedAttributesCount = 0;
  for (const key in fields) {
    if (!errorKeys.has(key) && !addField(attributes, key, fields[key], limits, values)) droppedAttributesCount += 1;
  }
  return { timeMicros, timeNanos, name: 'exception', attributes, droppedAttributesCount };
}

function messageOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  return propertyOf(error, 'message') ?? error;
}

function push(attributes: AttributeValue[], key: string, value: unknown, values: ValueLimit): void {
  const attribute = toAttributeValue(value, values);
  if (attribute !== undefined)
    attributes.push(key, typeof attribute === 'string' ? attribute : cut(textOf(value), values));
}

/** False when the limit leaves the field out. */
function addField(
  attributes: AttributeValue[],
  key: string,
  given: unknown,
  limits: SpanLimits,
  values: ValueLimit,
): boolean {
  const value = toAttributeValue(given, values);
  if (value === undefined) return true;
  if (attributes.length >= limits.maxLogFields * 2) return false;
  attributes.push(key, value);
  return true;
}
