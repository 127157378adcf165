import type { SegmentInfo } from '../segment/segment-info.ts';

/** What may be kept. */
export interface RetentionLimits {
  readonly ageMillis: number;
  readonly bytes: number;
}

/**
 * The segments to remove: those whose newest span is too old, then the oldest of the rest until the bytes fit.
 * `otherBytes` (the journal, merged roll-ups) count as well but cannot be removed here.
 */
export function expiredSegments(
  segments: readonly SegmentInfo[],
  { ageMillis, bytes }: RetentionLimits,
  { nowMicros, otherBytes }: { nowMicros: number; otherBytes: number },
): SegmentInfo[] {
  const oldestFirst = [...segments].sort((a, b) => newestOf(a) - newestOf(b) || a.number - b.number);
  let total = oldestFirst.reduce((sum, segment) => sum + segment.bytes, otherBytes);
  return oldestFirst.filter((segment) => {
    const expired = newestOf(segment) < nowMicros - ageMillis * 1000 || total > bytes;
    if (expired) total -= segment.bytes;
    return expired;
  });
}

/** A start in the future says that the sender's clock is wrong; it must not keep a segment for ever. */
function newestOf({ header }: SegmentInfo): number {
  return Math.min(header.maxStartMicros, header.writtenMicros);
}
