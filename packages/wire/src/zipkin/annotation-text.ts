import { attributeText } from '../attribute-text.ts';
import type { AttributeValue, Attributes, SpanEvent } from '../span-record.ts';

/*
 * Zipkin's annotations are one string. An event without fields is its name; with fields `name key=value key2="a value"`,
 * as OpenTracing's bridges write logs; a log without event is its fields alone. An exception is `error` with
 * OpenTracing's field names.
 */

const exceptionFields: Readonly<Record<string, string>> = {
  'exception.type': 'error.kind',
  'exception.message': 'message',
  'exception.stacktrace': 'stack',
};
const exceptionAttributes = new Map(Object.entries(exceptionFields).map(([attribute, field]) => [field, attribute]));

/** The annotation for an event. */
export function annotationText(event: Pick<SpanEvent, 'name' | 'attributes'>): string {
  const { name, attributes } = event;
  if (name === 'exception') return fieldsBehind('error', attributes, (key) => exceptionFields[key] ?? key);
  if (name === 'log' && attributes.length > 0) return fieldsBehind('', attributes, (key) => key).slice(1);
  return attributes.length === 0 ? name : fieldsBehind(name, attributes, (key) => key);
}

function fieldsBehind(name: string, attributes: Attributes, rename: (key: string) => string): string {
  let text = name;
  for (let index = 0; index < attributes.length; index += 2) {
    const value = attributeText(attributes[index + 1]!) ?? 'null';
    text += ` ${bare(rename(attributes[index] as string))}=${bare(value)}`;
  }
  return text;
}

/** Quoted when a reader could not tell where it ends. */
function bare(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

const fieldPattern = /^ (?<key>[^\s"=]+|"(?:[^"\\]|\\.)*")=(?<value>[^\s"=]+|"(?:[^"\\]|\\.)*")/;

/**
 * The event that an annotation tells of. Fields are only taken out when writing the event again gives the same text;
 * any other annotation is an event of that name, so that nothing is changed by passing through.
 */
export function annotationEvent(text: string): Pick<SpanEvent, 'name' | 'attributes'> {
  const whole = { name: text, attributes: [] };
  if (!text.includes('=')) return whole;
  const named = /^[^\s"=]+(?= )/.exec(text)?.[0];
  const attributes = fieldsOf(named === undefined ? ` ${text}` : text.slice(named.length));
  if (attributes === undefined) return whole;
  const event = named === 'error' ? asException(attributes) : { name: named ?? 'log', attributes };
  return annotationText(event) === text ? event : whole;
}

function fieldsOf(text: string): string[] | undefined {
  const fields: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = fieldPattern.exec(rest);
    if (match === null) return undefined;
    const key = unquoted(match.groups!['key']!);
    const value = unquoted(match.groups!['value']!);
    if (key === undefined || value === undefined) return undefined;
    fields.push(key, value);
    rest = rest.slice(match[0].length);
  }
  return fields;
}

function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

function asException(fields: readonly string[]): Pick<SpanEvent, 'name' | 'attributes'> {
  const attributes: AttributeValue[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const attribute = exceptionAttributes.get(fields[index]!);
    if (attribute === undefined) return { name: 'error', attributes: [...fields] };
    attributes.push(attribute, fields[index + 1]!);
  }
  return { name: 'exception', attributes };
}
