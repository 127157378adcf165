import { failed } from '@spanwise/analysis';
import { heatMapColumn } from '@spanwise/wire/query';
import type { OverviewQuery, TraceFacet, TracesOverviewAnswer } from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';

import { traceNanos } from '../matching/trace-conditions.ts';
import type { SearchExtent } from '../span-store.ts';
import { FacetCounts } from './facet-counts.ts';
import { heatMapBucket } from './heat-map-bucket.ts';
import { TagFacets } from './tag-facets.ts';

/** A trace that a search found, as far as it is counted. */
export interface CountedTrace {
  /** All of it, by start. */
  readonly spans: readonly SpanRecord[];
  /** Those that match. */
  readonly matched: readonly SpanRecord[];
  readonly newestMicros: number;
}

const defaultColumns = 60;

/** Counts the traces of a search by time, duration and what is in them, one after the other. Keeps none of them. */
export class TraceOverview {
  readonly #query: OverviewQuery;
  readonly #columns: number;
  /** Traces and failed ones, by column and bucket. */
  readonly #cells = new Map<string, { column: number; bucket: number; count: number; errors: number }>();
  readonly #services = new FacetCounts();
  readonly #operations = new FacetCounts();
  readonly #failures = new FacetCounts();
  readonly #tags: TagFacets;
  #traces = 0;

  constructor(query: OverviewQuery) {
    this.#query = query;
    this.#columns = query.columns ?? defaultColumns;
    this.#tags = new TagFacets(query.facetKeys ?? []);
  }

  add({ spans, matched, newestMicros }: CountedTrace): void {
    const bucket = heatMapBucket(traceNanos(spans));
    const hasFailed = spans.some(failed);
    this.#traces++;
    this.#addToCell(heatMapColumn(newestMicros, { ...this.#query, columns: this.#columns }), bucket, hasFailed);
    this.#services.add(new Set(matched.map(({ resource }) => resource.serviceName)));
    this.#operations.add(new Set(matched.map(({ name }) => name)));
    // What `error` finds, and what `!trace.error` does: they need not add up to all.
    if (matched.some(failed)) this.#failures.add(['true']);
    else if (!hasFailed) this.#failures.add(['false']);
    this.#tags.add(matched, { bucket, hasFailed });
  }

  answer({ complete, searchedBackToMicros }: SearchExtent): TracesOverviewAnswer {
    const { startMicros, endMicros } = this.#query;
    const cells = [...this.#cells.values()].sort((a, b) => a.column - b.column || a.bucket - b.bucket);
    return {
      traceCount: this.#traces,
      complete,
      searchedBackToMicros,
      startMicros,
      endMicros,
      columns: this.#columns,
      cells: {
        columns: cells.map(({ column }) => column),
        buckets: cells.map(({ bucket }) => bucket),
        counts: cells.map(({ count }) => count),
        errors: cells.map(({ errors }) => errors),
      },
      facets: this.#facets(),
    };
  }

  #facets(): TraceFacet[] {
    return [
      { field: 'service', ...this.#services.top() },
      { field: 'operation', ...this.#operations.top() },
      { field: 'trace.error', ...this.#failures.top() },
      ...this.#tags.told().map(({ key, counts }) => ({ field: 'tag' as const, key, ...counts.top() })),
    ];
  }

  #addToCell(column: number, bucket: number, hasFailed: boolean): void {
    const key = `${column}:${bucket}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, (cell = { column, bucket, count: 0, errors: 0 }));
    cell.count++;
    if (hasFailed) cell.errors++;
  }
}
