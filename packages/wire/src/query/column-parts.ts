import { parseSpanId, parseTraceId, spanIdHex, traceIdHex } from '../ids.ts';
import type { InstrumentationScope, Resource, SpanLink } from '../span-record.ts';
import { fromJsonValues, toJsonValues } from './json-value.ts';
import type { JsonValue } from './json-value.ts';

/** A `Resource` in `TraceColumns.resources`: who recorded the spans that give its index. */
export interface ColumnResource {
  readonly serviceName: string;
  readonly attributes: readonly JsonValue[];
  /** 0 when absent. */
  readonly droppedAttributesCount?: number | undefined;
  readonly schemaUrl?: string | undefined;
}

/** An `InstrumentationScope` in `TraceColumns.scopes`. Empty name and version when unknown. */
export interface ColumnScope {
  readonly name: string;
  readonly version: string;
  readonly attributes?: readonly JsonValue[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
  readonly schemaUrl?: string | undefined;
}

/** A `SpanLink` in `SpanDetails`: a reference to a span that is not the parent. */
export interface ColumnLink {
  /** 32 hex digits, also for a 64-bit id. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string | undefined;
  readonly flags?: number | undefined;
  readonly attributes: readonly JsonValue[];
  readonly droppedAttributesCount?: number | undefined;
}

/** Values numbered as they come; equal ones once, found by identity first and by content else. */
export class Dictionary<Value> {
  readonly values: Value[] = [];
  readonly #indexes = new Map<unknown, number>();
  readonly #indexesByContent = new Map<string, number>();

  indexOf(key: unknown, valueOf: () => Value): number {
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.#indexOfContent(valueOf());
      this.#indexes.set(key, index);
    }
    return index;
  }

  #indexOfContent(value: Value): number {
    const content = JSON.stringify(value);
    let index = this.#indexesByContent.get(content);
    if (index === undefined) {
      index = this.values.push(value) - 1;
      this.#indexesByContent.set(content, index);
    }
    return index;
  }
}

export function columnResource(resource: Resource): ColumnResource {
  return {
    serviceName: resource.serviceName,
    attributes: toJsonValues(resource.attributes),
    ...nonEmpty({ droppedAttributesCount: resource.droppedAttributesCount, schemaUrl: resource.schemaUrl }),
  };
}

export function columnScope(scope: InstrumentationScope): ColumnScope {
  return {
    name: scope.name,
    version: scope.version,
    ...nonEmpty({
      attributes: toJsonValues(scope.attributes),
      droppedAttributesCount: scope.droppedAttributesCount,
      schemaUrl: scope.schemaUrl,
    }),
  };
}

/** The way back from `ColumnResource`. */
export function resourceFrom(resource: ColumnResource): Resource {
  return {
    serviceName: resource.serviceName,
    attributes: fromJsonValues(resource.attributes),
    droppedAttributesCount: resource.droppedAttributesCount ?? 0,
    schemaUrl: resource.schemaUrl ?? '',
  };
}

/** The way back from `ColumnScope`. */
export function scopeFrom(scope: ColumnScope): InstrumentationScope {
  return {
    name: scope.name,
    version: scope.version,
    attributes: fromJsonValues(scope.attributes ?? []),
    droppedAttributesCount: scope.droppedAttributesCount ?? 0,
    schemaUrl: scope.schemaUrl ?? '',
  };
}

export function columnLink(link: SpanLink): ColumnLink {
  return {
    traceId: traceIdHex(link),
    spanId: spanIdHex(link),
    attributes: toJsonValues(link.attributes),
    ...nonEmpty({
      traceState: link.traceState,
      flags: link.flags,
      droppedAttributesCount: link.droppedAttributesCount,
    }),
  };
}

/** The way back from `ColumnLink`. */
export function linkFrom(link: ColumnLink): SpanLink {
  const traceId = parseTraceId(link.traceId) ?? noTraceId;
  const spanId = parseSpanId(link.spanId) ?? noSpanId;
  return {
    traceId0: traceId[0],
    traceId1: traceId[1],
    traceId2: traceId[2],
    traceId3: traceId[3],
    spanId0: spanId[0],
    spanId1: spanId[1],
    traceState: link.traceState ?? '',
    flags: link.flags ?? 0,
    attributes: fromJsonValues(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount ?? 0,
  };
}

/** Without what is undefined, zero, or empty. */
export function nonEmpty<Fields extends object>(fields: Fields): Partial<Fields> {
  const kept: Partial<Fields> = {};
  for (const key of Object.keys(fields) as (keyof Fields)[]) {
    const value = fields[key];
    if (value === undefined || value === 0 || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    kept[key] = value;
  }
  return kept;
}

const noTraceId = [0, 0, 0, 0] as const;
const noSpanId = [0, 0] as const;
