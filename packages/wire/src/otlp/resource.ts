import type { AttributeValue, Attributes, InstrumentationScope, Resource } from '../span-record.ts';
import { noAttributes } from '../span-record.ts';

/**
 * A resource or scope while its fields are read: they may come in any order, after the spans too, and the spans refer to
 * the object from the start.
 */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

export function draftResource(): Draft<Resource> {
  return { serviceName: '', attributes: noAttributes, droppedAttributesCount: 0, schemaUrl: '' };
}

export function draftScope(): Draft<InstrumentationScope> {
  return { name: '', version: '', attributes: noAttributes, droppedAttributesCount: 0, schemaUrl: '' };
}

/** Sets service name and attributes; `service.name` leaves the list, unless it is no string. */
export function fillResource(resource: Draft<Resource>, attributes: readonly AttributeValue[]): void {
  const rest: AttributeValue[] = [];
  for (let index = 0; index < attributes.length; index += 2) {
    const key = attributes[index] as string;
    const value = attributes[index + 1]!;
    if (key === 'service.name' && typeof value === 'string') resource.serviceName = value;
    else rest.push(key, value);
  }
  resource.attributes = listOf(rest);
}

/** The shared empty list for an empty one. */
export function listOf(attributes: readonly AttributeValue[]): Attributes {
  return attributes.length === 0 ? noAttributes : attributes;
}
