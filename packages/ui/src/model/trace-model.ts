import {
  buildTree,
  correctClockSkew,
  criticalPath,
  failed,
  mainRoot as findMainRoot,
  pathShares,
  selfTimes,
} from '@spanwise/analysis';
import type { CriticalPathSegment, PathShare, TraceTree, TraceWarning } from '@spanwise/analysis';
import { fromTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns } from '@spanwise/wire/query';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { likeGroups } from './like-groups.ts';
import type { LikeGroups } from './like-groups.ts';
import { assignHues } from './service-colours.ts';
import type { TraceDetails } from './trace-details.ts';

export interface TraceService {
  readonly name: string;
  readonly hue: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly selfNanos: number;
}

/**
 * Everything about a trace that does not depend on what is selected, folded or zoomed. Arrays are indexed by the
 * position of a span in `tree.spans`; times are nanoseconds since the trace's origin.
 */
export interface TraceModel {
  readonly traceId: string;
  readonly tree: TraceTree;
  /** The spans as they were sent: other than in `tree` where their clock was corrected. */
  readonly sent: readonly SpanRecord[];
  /** By how much the start of each span was moved: above 0 to later. */
  readonly movedNanos: Float64Array;
  readonly count: number;
  /** Where the trace ends; it starts at 0. */
  readonly totalNanos: number;
  readonly selfNanos: Float64Array;
  readonly services: readonly TraceService[];
  /** Position in `services`. */
  readonly serviceOf: Int32Array;
  /** 1 for a span that failed. */
  readonly error: Uint8Array;
  readonly errorCount: number;
  readonly maxDepth: number;
  /** Position of the root that names the trace: the earliest true root, else the first. */
  readonly mainRoot: number;
  /** Segments of the critical path of the main root, and their sum per span. */
  readonly critical: readonly CriticalPathSegment[];
  readonly criticalNanos: Float64Array;
  /** The critical path by service and operation, largest first. */
  readonly shares: readonly PathShare[];
  readonly criticalBySpan: ReadonlyMap<number, readonly CriticalPathSegment[]>;
  readonly warningsBySpan: ReadonlyMap<number, readonly TraceWarning[]>;
  /** Siblings that can be shown as one. */
  readonly alike: LikeGroups;
  /** The tags and logs of a large trace, of which `sent` has nothing yet: see `wholeSpan`. Absent when the spans are whole. */
  readonly details?: TraceDetails | undefined;
}

/** One pass per fact, none of them recursive: 100,000 spans take a fraction of a second. */
export function buildTraceModel(columns: TraceColumns): TraceModel {
  const tree = buildTree(fromTraceColumns(columns));
  return modelOf(columns.traceId, tree, tree.spans, new Float64Array(tree.spans.length));
}

/** The same trace on the clock of its roots; the model itself where all clocks agree. */
export function withClocksCorrected(model: TraceModel): TraceModel {
  const { tree, sent, movedNanos } = correctClockSkew(model.tree);
  if (movedNanos.every((nanos) => nanos === 0)) return model;
  return { ...modelOf(model.traceId, tree, sent, movedNanos), details: model.details };
}

/** The model of a tree, `sent` and `movedNanos` as in `TraceModel`. */
export function modelOf(
  traceId: string,
  tree: TraceTree,
  sent: readonly SpanRecord[],
  movedNanos: Float64Array,
): TraceModel {
  const selfNanos = selfTimes(tree);
  const mainRoot = findMainRoot(tree);
  const critical = criticalPath(tree);
  const error = Uint8Array.from(tree.spans, (span) => (failed(span) ? 1 : 0));
  return {
    traceId,
    tree,
    sent,
    movedNanos,
    count: tree.spans.length,
    totalNanos: Math.max(1, maximum(tree.endOffsetNanos)),
    selfNanos,
    ...groupServices(tree.spans, selfNanos, error),
    error,
    errorCount: error.reduce((sum, one) => sum + one, 0),
    maxDepth: tree.spans.length === 0 ? 0 : maximum(tree.depth) + 1,
    mainRoot,
    critical,
    criticalNanos: sumBySpan(critical, tree.spans.length),
    shares: pathShares(tree, critical),
    criticalBySpan: groupByIndex(critical),
    warningsBySpan: groupByIndex(tree.warnings),
    alike: likeGroups(tree),
  };
}

function groupServices(
  spans: readonly SpanRecord[],
  selfNanos: Float64Array,
  error: Uint8Array,
): { services: TraceService[]; serviceOf: Int32Array } {
  const positions = new Map<string, number>();
  const totals: { name: string; spanCount: number; errorCount: number; selfNanos: number }[] = [];
  const serviceOf = new Int32Array(spans.length);
  for (const [index, { resource }] of spans.entries()) {
    let position = positions.get(resource.serviceName);
    if (position === undefined) {
      position = totals.push({ name: resource.serviceName, spanCount: 0, errorCount: 0, selfNanos: 0 }) - 1;
      positions.set(resource.serviceName, position);
    }
    serviceOf[index] = position;
    const total = totals[position]!;
    total.spanCount++;
    total.errorCount += error[index]!;
    total.selfNanos += selfNanos[index]!;
  }
  const hues = assignHues(positions.keys());
  return { services: totals.map((total) => ({ ...total, hue: hues.get(total.name) ?? 0 })), serviceOf };
}

function sumBySpan(segments: readonly CriticalPathSegment[], count: number): Float64Array {
  const sums = new Float64Array(count);
  for (const { index, startOffsetNanos, endOffsetNanos } of segments) {
    sums[index] = sums[index]! + (endOffsetNanos - startOffsetNanos);
  }
  return sums;
}

function groupByIndex<T extends { readonly index: number }>(items: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(item.index);
    if (group === undefined) groups.set(item.index, [item]);
    else group.push(item);
  }
  return groups;
}

function maximum(values: Float64Array | Int32Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
