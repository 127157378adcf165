import type { TraceSummary } from '@spanwise/wire/query';
import { sortTraces } from './trace-order.ts';

/** A list that grows as traces come: what is shown, and what has come since and waits. */
export interface LiveTail {
  /** Newest first. */
  readonly shown: readonly TraceSummary[];
  /** Newest first. */
  readonly waiting: readonly TraceSummary[];
  /** When it was last asked for: what came until then was looked for. */
  readonly askedMicros: number;
  /** Traces came that are not in it: more at once than are asked for, while nobody asked, or more than can wait. */
  readonly hasGap: boolean;
}

/** What a search for the latest traces found. */
export interface TailAnswer {
  /** `mostAtOnce` at most. */
  readonly traces: readonly TraceSummary[];
  readonly askedMicros: number;
  /** How far back it looked. */
  readonly searchedBackToMicros: number;
}

/** More are not kept: the oldest leave. */
export const mostLive = 500;

/** So many of the latest are asked for at once. */
export const mostAtOnce = 100;

/** How far back new traces are looked for: a span comes when it ends, which may be long after it started. */
export const tailMicros = 120_000_000;

/** The list as a search found it. */
export function beginTail(found: readonly TraceSummary[], askedMicros: number): LiveTail {
  return { shown: found, waiting: [], askedMicros, hasGap: false };
}

/**
 * Takes what a search found just now. Traces that are known are renewed where they stand, the others wait. Of those that
 * are older than all that is shown there may be many that the list had no room for: they are left out.
 */
export function arrived(tail: LiveTail, { traces: found, askedMicros, searchedBackToMicros }: TailAnswer): LiveTail {
  const byId = new Map(found.map((trace) => [trace.traceId, trace]));
  const renewed = (traces: readonly TraceSummary[]): TraceSummary[] =>
    traces.map((trace) => {
      const next = byId.get(trace.traceId);
      byId.delete(trace.traceId);
      return next === undefined || isSame(next, trace) ? trace : next;
    });
  const shown = renewed(tail.shown);
  const known = renewed(tail.waiting);
  const oldest = shown.reduce((least, { startMicros }) => Math.min(least, startMicros), Infinity);
  const fresh = [...byId.values()].filter(({ startMicros }) => shown.length === 0 || startMicros >= oldest);
  const waiting = sortTraces([...fresh, ...known], 'newest');
  // As many as are asked for, and none of them known: those between them and the known ones were not told.
  const wasCut = found.length >= mostAtOnce && byId.size === found.length;
  const hasSlept = searchedBackToMicros > tail.askedMicros;
  return {
    shown,
    waiting: waiting.slice(0, mostLive),
    askedMicros: Math.max(askedMicros, tail.askedMicros),
    hasGap: tail.hasGap || wasCut || hasSlept || waiting.length > mostLive,
  };
}

function isSame(one: TraceSummary, other: TraceSummary): boolean {
  return (
    one.spanCount === other.spanCount &&
    one.errorCount === other.errorCount &&
    one.durationMicros === other.durationMicros &&
    one.rootName === other.rootName
  );
}

/** What waits, where it belongs: a trace that came late is not the newest. */
export function withWaiting(tail: LiveTail): LiveTail {
  const { shown, waiting } = tail;
  if (waiting.length === 0) return tail;
  return { ...tail, shown: sortTraces([...waiting, ...shown], 'newest').slice(0, mostLive), waiting: [] };
}
