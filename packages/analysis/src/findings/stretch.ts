/** A piece of time, in nanoseconds since `TraceTree.originMicros`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The same time without overlaps, in order. Empty stretches are left out. */
export function union(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.filter(({ start, end }) => start < end).sort((left, right) => left.start - right.start);
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of sorted) {
    const last = joined.at(-1);
    if (last === undefined || last.end < start) joined.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return joined;
}

/** How long they take together; what overlaps counts once. */
export function unionNanos(stretches: readonly Stretch[]): number {
  return sumNanos(union(stretches));
}

/** How long they take one after the other. */
export function sumNanos(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** What of `whole` is in none of `parts`, which are in order and do not overlap. Takes O(log n) beside what it returns. */
export function without(whole: Stretch, parts: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let cursor = whole.start;
  for (let at = firstEndingAfter(parts, whole.start); at < parts.length && parts[at]!.start < whole.end; at++) {
    if (parts[at]!.start > cursor) left.push({ start: cursor, end: parts[at]!.start });
    cursor = Math.max(cursor, parts[at]!.end);
  }
  if (cursor < whole.end) left.push({ start: cursor, end: whole.end });
  return left;
}

/** The first of the ordered stretches that ends after `moment`; their number when none does. */
export function firstEndingAfter(parts: readonly Stretch[], moment: number): number {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.end > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}
