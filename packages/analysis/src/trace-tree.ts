import type { SpanRecord } from '@spanwise/wire/span-record';

/**
 * The spans of one trace as a forest, in columns: every array is indexed by the position of a span in `spans`, so a
 * million spans cost a few flat arrays and no object per node. Made by `buildTree`; treat it as immutable.
 *
 * Offsets are nanoseconds since `originMicros`. They are exact while the trace spans less than 104 days (2^53 ns).
 */
export interface TraceTree {
  /** Sorted by start; spans without a known start first, equal starts in the order they were given. */
  readonly spans: readonly SpanRecord[];
  /** Position of the parent, -1 for a root. */
  readonly parent: Int32Array;
  /** 0 for a root. */
  readonly depth: Int32Array;
  /** Positions in pre-order: a root, its first child, that child's children…; siblings by start. */
  readonly order: Int32Array;
  /** Spans in the subtree, the span itself included. The subtree of `order[k]` is `order[k … k + subtreeSize - 1]`. */
  readonly subtreeSize: Int32Array;
  /** Positions of the roots by start: spans without a parent, with an absent one, or where a cycle was cut. */
  readonly roots: readonly number[];
  /** Whole microseconds since the Unix epoch: the earliest known start, 0 when no span has one. */
  readonly originMicros: number;
  /** The parent's start (a root: 0) where the start is unknown. */
  readonly startOffsetNanos: Float64Array;
  /**
   * Never before the start: a negative duration counts as zero. A span without a duration reaches to the end of the
   * last child that it waits for, so that what is known to have happened inside it lies inside it.
   */
  readonly endOffsetNanos: Float64Array;
  /**
   * 1 where the parent did not wait for this span: it ends after its parent, and is a consumer under a producer or
   * refers to its parent by `follows_from`. Such a span takes no part in its parent's self time and critical path.
   */
  readonly detached: Uint8Array;
  /** What is odd about the trace, by kind and then position. `buildTree` drops and moves nothing because of it. */
  readonly warnings: readonly TraceWarning[];
}

/**
 * - `orphan`: the parent is not among the spans; shown as a root.
 * - `cycle`: its ancestors lead back to itself; cut here and shown as a root.
 * - `duplicate-id`: an earlier span of the trace (`relatedIndex`) has the same id and is not the other half of a
 *   shared one. Children hang on the earlier one.
 * - `unknown-start`: no start was sent; shown at its parent's start.
 * - `unfinished`: no duration was sent, or the record was reported before the end.
 * - `negative-duration`: `nanos` is the duration sent; shown as zero.
 * - `clock-skew`: starts before its parent (`relatedIndex`), or a server starts after its client ended; by `nanos`.
 *   Up to 1 ms is none: threads and processes of one host differ by some tenths of it.
 * - `outside-parent`: starts after its parent (`relatedIndex`) has ended, or ends after it, by `nanos` after its end; and
 *   nothing says that it may, nor that clocks differ. What lies outside counts for nothing in the parent. Up to 1 ms
 *   within a service and 50 ms between two it is none; consumers, their children, spans that follow from their parents,
 *   and the server of a call whose client did not fail may.
 * - `clock-corrected`: was moved by `nanos` (above 0 to later) to fit its parent (`relatedIndex`). Only
 *   `correctClockSkew` moves spans; `buildTree` never does.
 */
export type TraceWarningKind =
  | 'orphan'
  | 'cycle'
  | 'duplicate-id'
  | 'unknown-start'
  | 'unfinished'
  | 'negative-duration'
  | 'clock-skew'
  | 'outside-parent'
  | 'clock-corrected';

/** One oddity of one span. `describeWarning` has the sentence for people. */
export interface TraceWarning {
  readonly kind: TraceWarningKind;
  /** Position of the span in `TraceTree.spans`. */
  readonly index: number;
  /** Position of the other span concerned, -1 when there is none. */
  readonly relatedIndex: number;
  /** What was measured, 0 when nothing was. */
  readonly nanos: number;
}
