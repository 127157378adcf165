import type { SentTrace } from './retrying-client.ts';

/** Spans that were found: for each trace how often each of its spans. */
export type FoundSpans = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What speaks against "everything that was sent is there, exactly once, and nothing else". Empty when all is well. */
export interface SpanDifferences {
  /** Traces that lack a span. */
  readonly missing: readonly string[];
  /** Traces of which a span was found more often than it may be. */
  readonly doubled: readonly string[];
  /** Traces that nobody sent, or with spans that nobody sent. */
  readonly foreign: readonly string[];
}

/** Compares both ways. `mostCopies` says how often a span of the trace may have been found. */
export function compareSpans(
  sent: readonly SentTrace[],
  found: FoundSpans,
  mostCopies: (trace: SentTrace) => number,
): SpanDifferences {
  const known = new Map(sent.map((trace) => [trace.id, new Set(trace.spans)]));
  const nothing: ReadonlyMap<string, number> = new Map();
  const ids = (isWrong: (trace: SentTrace, spans: ReadonlyMap<string, number>) => boolean): string[] =>
    sent.filter((trace) => isWrong(trace, found.get(trace.id) ?? nothing)).map(({ id }) => id);
  return {
    missing: ids((trace, spans) => trace.spans.some((span) => !spans.has(span))),
    doubled: ids((trace, spans) => [...spans.values()].some((copies) => copies > mostCopies(trace))),
    foreign: [...found]
      .filter(([id, spans]) => [...spans.keys()].some((span) => known.get(id)?.has(span) !== true))
      .map(([id]) => id),
  };
}

/** Counts one more copy of a span. */
export function countSpan(found: Map<string, Map<string, number>>, trace: string, span: string): void {
  const spans = found.get(trace) ?? new Map<string, number>();
  found.set(trace, spans.set(span, (spans.get(span) ?? 0) + 1));
}
