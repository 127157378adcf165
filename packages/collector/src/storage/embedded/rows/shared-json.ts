import type { InstrumentationScope, Resource } from '@spanwise/wire/span-record';

import type { PairSink, ValueJson } from './attribute-json.ts';
import { reviveAttributes, writeAttributes } from './attribute-json.ts';
import { TextArena } from './text-arena.ts';

/** What many rows share is kept once per segment and named by number. */
type SharedJson = [string, string, string, number, ValueJson[]];

export function resourceJson(resource: Resource, pairs: PairSink): string {
  return sharedJson([resource.serviceName, '', resource.schemaUrl, resource.droppedAttributesCount], resource, pairs);
}

export function scopeJson(scope: InstrumentationScope): string {
  return sharedJson([scope.name, scope.version, scope.schemaUrl, scope.droppedAttributesCount], scope, {
    key() {},
    pair() {},
  });
}

function sharedJson(head: readonly unknown[], { attributes }: Pick<Resource, 'attributes'>, pairs: PairSink): string {
  const arena = new TextArena(256);
  writeAttributes(arena, attributes, pairs);
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
