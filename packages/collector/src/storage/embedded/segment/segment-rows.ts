import type { DuckDBValue } from '@duckdb/node-api';
import type { InstrumentationScope, Resource, SpanRecord } from '@spanwise/wire/span-record';

import type { Catalogue } from '../hot/catalogue.ts';
import { decodeRow } from '../rows/decode-row.ts';
import { readResource, readScope } from '../rows/shared-json.ts';
import { segmentColumns } from './segment-schema.ts';

/** The columns as queries select them. */
export const selectedColumns: string = segmentColumns.map(([name]) => name).join(', ');

/** Makes records of rows of one segment; its resources and scopes are read once and shared. */
export class RowDecoder {
  readonly #catalogue: Catalogue;
  readonly #resources: Resource[] = [];
  readonly #scopes: InstrumentationScope[] = [];
  readonly #numbers = new Float64Array(15);

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** `row` as `selectedColumns` gives it. */
  decode(row: readonly DuckDBValue[]): SpanRecord {
    const [traceHigh, traceLow, spanId, parentId, startMicros, duration, nameId, resourceId, scopeId] = row;
    const [, flags, startNanos, kind, status, bits, tags, rest] = row.slice(9);
    const numbers = this.#numbers;
    for (const [index, id] of [traceHigh, traceLow, spanId, parentId].entries()) {
      numbers[index * 2] = Number((id as bigint) >> 32n) | 0;
      numbers[index * 2 + 1] = Number((id as bigint) & 0xffffffffn) | 0;
    }
    numbers[8] = Number(startMicros);
    numbers[9] = startNanos as number;
    numbers[10] = duration === null ? Number.NaN : Number(duration);
    numbers[11] = flags as number;
    numbers[12] = kind as number;
    numbers[13] = status as number;
    numbers[14] = bits as number;
    return decodeRow(numbers, this.#catalogue.names[nameId as number] as string, {
      tags: tags as string,
      rest: rest as string,
      resource: this.#resource(resourceId as number),
      scope: this.#scope(scopeId as number),
    });
  }

  #resource(id: number): Resource {
    return (this.#resources[id] ??= readResource(this.#catalogue.resources[id] as string));
  }

  #scope(id: number): InstrumentationScope {
    return (this.#scopes[id] ??= readScope(this.#catalogue.scopes[id] as string));
  }
}
