import type { SpanRecord } from '@spanwise/wire/span-record';

/**
 * Makes traces of records in order of arrival: one record for each key, spans by start. Records with a 64-bit trace id
 * belong to every trace whose low half is the same; alone they are a trace of their own.
 */
export function assembleTraces(records: readonly SpanRecord[]): SpanRecord[][] {
  const byLow = groupBy(records, (span) => `${span.traceId2}:${span.traceId3}`);
  return [...byLow.values()].flatMap(splitByHighHalf).map(assembleTrace);
}

/** The records of one trace, deduplicated and sorted. */
export function assembleTrace(records: readonly SpanRecord[]): SpanRecord[] {
  return distinctRecords(records).sort(compareSpans);
}

/** Of records in order of arrival, of any traces, the one that counts for each key. */
export function distinctRecords(records: readonly SpanRecord[]): SpanRecord[] {
  const best = new Map<string, SpanRecord>();
  for (const record of records) {
    const key = spanKey(record);
    const known = best.get(key);
    if (known === undefined || replaces(record, known)) best.set(key, record);
  }
  return [...best.values()];
}

/** Whether `span` is part of the trace asked for: 64-bit ids meet 128-bit ids whose low half is equal. */
export function belongsTo(span: SpanRecord, id: readonly [number, number, number, number]): boolean {
  if (span.traceId2 !== id[2] || span.traceId3 !== id[3]) return false;
  return (
    (span.traceId0 === id[0] && span.traceId1 === id[1]) ||
    (id[0] | id[1]) === 0 ||
    (span.traceId0 | span.traceId1) === 0
  );
}

/** True when `later` takes the place of `earlier`: a finished record of an unfinished one, then the longer one. */
export function replaces(
  later: Pick<SpanRecord, 'unfinished' | 'durationNanos'>,
  earlier: Pick<SpanRecord, 'unfinished' | 'durationNanos'>,
): boolean {
  if (later.unfinished !== earlier.unfinished) return earlier.unfinished;
  return (later.durationNanos ?? Number.NEGATIVE_INFINITY) > (earlier.durationNanos ?? Number.NEGATIVE_INFINITY);
}

function spanKey(span: SpanRecord): string {
  return [
    span.traceId0,
    span.traceId1,
    span.traceId2,
    span.traceId3,
    span.spanId0,
    span.spanId1,
    span.kind,
    span.shared,
    span.startMicros,
    span.startNanos,
  ].join();
}

function splitByHighHalf(records: readonly SpanRecord[]): (readonly SpanRecord[])[] {
  const short = records.filter((span) => (span.traceId0 | span.traceId1) === 0);
  const long = groupBy(
    records.filter((span) => (span.traceId0 | span.traceId1) !== 0),
    (span) => `${span.traceId0}:${span.traceId1}`,
  );
  if (long.size === 0) return [short];
  return [...long.values()].map((spans) => (short.length === 0 ? spans : [...spans, ...short]));
}

/** A total order over spans with different keys, so that every store answers in the same one. */
export function compareSpans(a: SpanRecord, b: SpanRecord): number {
  return (
    a.startMicros - b.startMicros ||
    a.startNanos - b.startNanos ||
    (a.spanId0 >>> 0) - (b.spanId0 >>> 0) ||
    (a.spanId1 >>> 0) - (b.spanId1 >>> 0) ||
    a.kind - b.kind ||
    Number(a.shared) - Number(b.shared) ||
    (a.traceId0 >>> 0) - (b.traceId0 >>> 0) ||
    (a.traceId1 >>> 0) - (b.traceId1 >>> 0)
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
