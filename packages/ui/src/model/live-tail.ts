import type { TraceSummary } from '@spanwise/wire/query';

/** A list that grows at its head: what is shown, and what has come since and waits. */
export interface LiveTail {
  readonly shown: readonly TraceSummary[];
  /** Newest first, as `shown`. */
  readonly waiting: readonly TraceSummary[];
}

/** More are not kept: the oldest leave. */
export const mostLive = 500;

/** How far back new traces are looked for: a span comes when it ends, which may be long after it started. */
export const tailMicros = 120_000_000;

/**
 * Takes what a search found just now. Traces that are known are renewed where they stand, the others wait. Of those that
 * are older than all that is shown there may be many that the list had no room for: they are left out.
 */
export function arrived(tail: LiveTail, found: readonly TraceSummary[]): LiveTail {
  const byId = new Map(found.map((trace) => [trace.traceId, trace]));
  const renewed = (traces: readonly TraceSummary[]): TraceSummary[] =>
    traces.map((trace) => {
      const next = byId.get(trace.traceId);
      byId.delete(trace.traceId);
      return next === undefined || isSame(next, trace) ? trace : next;
    });
  const shown = renewed(tail.shown);
  const waiting = renewed(tail.waiting);
  const oldest = shown.reduce((least, { startMicros }) => Math.min(least, startMicros), Infinity);
  const fresh = [...byId.values()].filter(({ startMicros }) => shown.length === 0 || startMicros >= oldest);
  return { shown, waiting: [...fresh, ...waiting].slice(0, mostLive) };
}

function isSame(one: TraceSummary, other: TraceSummary): boolean {
  return (
    one.spanCount === other.spanCount &&
    one.errorCount === other.errorCount &&
    one.durationMicros === other.durationMicros &&
    one.rootName === other.rootName
  );
}

/** What waits, at the head. */
export function withWaiting({ shown, waiting }: LiveTail): LiveTail {
  return { shown: [...waiting, ...shown].slice(0, mostLive), waiting: [] };
}
