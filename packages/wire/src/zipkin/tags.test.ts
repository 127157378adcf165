import { describe, expect, it } from 'vitest';

import type { Attributes, Resource, SpanRecord } from '../span-record.ts';
import { emptyResource, spanRecord } from '../span-record.ts';
import { tagsOf } from './tags.ts';

/** `count` attributes of which the last has the key of the first. */
function attributesOf(count: number): string[] {
  const pairs = Array.from({ length: count - 1 }, (_, at) => [`key ${at}`, `value ${at}`]);
  return [...pairs.flat(), 'key 0', 'again'];
}

/** The list, and how often its elements were looked at. */
function counted(attributes: Attributes): { attributes: Attributes; looks: () => number } {
  let looks = 0;
  const get = (target: Attributes, property: string | symbol): unknown => {
    if (typeof property === 'string' && /^\d+$/.test(property)) looks++;
    return Reflect.get(target, property);
  };
  return { attributes: new Proxy(attributes, { get }), looks: () => looks };
}

function resourceWith(attributes: Attributes): Resource {
  return { ...emptyResource, attributes };
}

function tagsOfSpan(parts: Partial<SpanRecord>): Record<string, string> {
  const span = spanRecord(parts);
  const tags = tagsOf(span, span.resource.attributes);
  const entries = Array.from({ length: tags.length / 2 }, (_, at) => [tags[at * 2]!, tags[at * 2 + 1]!] as const);
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

describe('tagsOf', () => {
  it.each([2, 16, 17, 500])('takes the first of the attributes with one key: %i attributes', (count) => {
    const tags = tagsOfSpan({ attributes: attributesOf(count) });
    expect(Object.keys(tags)).toHaveLength(count - 1);
    expect(tags['key 0']).toBe('value 0');
  });

  it.each([2, 16, 17, 500])('lets the record win over %i attributes, and the span over its resource', (count) => {
    const scope = { name: 'library', version: '', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
    const attributes = ['otel.scope.name', 'attribute', ...attributesOf(count)];
    const resource = resourceWith(['key 0', 'of the resource', 'host', 'h', 'otel.scope.name', 'of the resource']);
    const tags = tagsOfSpan({ attributes, scope, resource });
    expect(tags).toMatchObject({ 'otel.scope.name': 'library', 'key 0': 'value 0', host: 'h' });
    expect(Object.keys(tags)).toHaveLength(count - 1 + 2);
  });

  it.each([2, 16, 17, 500])('lets a resource say what the span left unsaid: %i attributes', (count) => {
    const resource = resourceWith(['error', 'of the resource', ...attributesOf(count)]);
    const tags = tagsOfSpan({ attributes: ['error', false], resource });
    expect(tags['error']).toBe('of the resource');
    expect(Object.keys(tags)).toHaveLength(count);
  });

  it('looks at each of many attributes a few times only', () => {
    const own = counted(attributesOf(2_000));
    const resources = counted(attributesOf(2_000));
    tagsOfSpan({ attributes: own.attributes, resource: resourceWith(resources.attributes) });
    expect(own.looks()).toBeLessThanOrEqual(2_000 * 4);
    expect(resources.looks()).toBeLessThanOrEqual(2_000 * 4);
  });
});
