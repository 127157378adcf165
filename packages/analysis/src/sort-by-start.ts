import type { SpanRecord } from '@spanwise/wire/span-record';
import { compareStarts, startIsKnown } from './span-times.ts';

/**
 * Spans by start, unknown starts first, equal starts in the order given; the same array when it is sorted already.
 *
 * A comparing sort of a million records spends seconds in cache misses. Where it fits into 53 bits, which it does for a
 * million spans within two hours, the microsecond and the position are sorted as one number instead.
 */
export function sortByStart(spans: readonly SpanRecord[]): readonly SpanRecord[] {
  if (isSorted(spans)) return spans;
  const known = spans.filter(startIsKnown);
  const earliest = known.reduce((least, { startMicros }) => Math.min(least, startMicros), Infinity);
  const latest = known.reduce((most, { startMicros }) => Math.max(most, startMicros), 0);
  if ((latest - earliest + 2) * spans.length > Number.MAX_SAFE_INTEGER) return [...spans].sort(compareStarts);
  const sorted = sortPacked(spans, earliest);
  sortWithinMicros(sorted);
  return sorted;
}

function isSorted(spans: readonly SpanRecord[]): boolean {
  for (let index = 1; index < spans.length; index++) {
    if (compareStarts(spans[index - 1]!, spans[index]!) > 0) return false;
  }
  return true;
}

function sortPacked(spans: readonly SpanRecord[], earliest: number): SpanRecord[] {
  const count = spans.length;
  const keys = Float64Array.from(spans, (span, index) => {
    const rank = startIsKnown(span) ? span.startMicros - earliest + 1 : 0;
    return rank * count + index;
  });
  return Array.from(keys.sort(), (key) => spans[key % count]!);
}

/** Puts the spans of each microsecond in the order of their nanoseconds. */
function sortWithinMicros(spans: SpanRecord[]): void {
  for (let from = 0, to = 0; from < spans.length; from = to) {
    const { startMicros } = spans[from]!;
    for (to = from + 1; to < spans.length && spans[to]!.startMicros === startMicros; to++);
    if (to - from > 1)
      spans
        .slice(from, to)
        .sort(compareStarts)
        .forEach((span, at) => (spans[from + at] = span));
  }
}
