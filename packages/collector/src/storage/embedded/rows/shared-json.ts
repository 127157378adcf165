import type { InstrumentationScope, Resource } from '@spanwise/wire/span-record';

import type { ValueJson } from './attribute-reader.ts';
import { reviveAttributes } from './attribute-reader.ts';
import type { EntrySink } from './attribute-writer.ts';
import { AttributeWriter, noEntries } from './attribute-writer.ts';
import { TextArena } from './text-arena.ts';

/** What many rows share is kept once per segment and named by number. */
type SharedJson = [string, string, string, number, ValueJson[]];

export function resourceJson(resource: Resource, entries: EntrySink): string {
  const { serviceName, schemaUrl, droppedAttributesCount } = resource;
  return sharedJson([serviceName, '', schemaUrl, droppedAttributesCount], resource, entries);
}

export function scopeJson(scope: InstrumentationScope): string {
  const { name, version, schemaUrl, droppedAttributesCount } = scope;
  return sharedJson([name, version, schemaUrl, droppedAttributesCount], scope, noEntries);
}

function sharedJson(
  head: readonly unknown[],
  { attributes }: Pick<Resource, 'attributes'>,
  entries: EntrySink,
): string {
  const arena = new TextArena(256);
  new AttributeWriter(arena, entries).write(attributes);
  return `${JSON.stringify(head).slice(0, -1)},${arena.bytes.toString('utf8', 0, arena.length)}]`;
}

export function readResource(json: string): Resource {
  const [serviceName, , schemaUrl, droppedAttributesCount, attributes] = JSON.parse(json) as SharedJson;
  return { serviceName, schemaUrl, droppedAttributesCount, attributes: reviveAttributes(attributes) };
}

export function readScope(json: string): InstrumentationScope {
  const [name, version, schemaUrl, droppedAttributesCount, attributes] = JSON.parse(json) as SharedJson;
  return { name, version, schemaUrl, droppedAttributesCount, attributes: reviveAttributes(attributes) };
}
