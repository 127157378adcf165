import { SpanKind } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import type { IdIndex } from './id-index.ts';
import type { SharedHalves } from './shared-halves.ts';
import { outlastsClient } from './late-servers.ts';
import { clockGrainNanos, startIsKnown } from './span-times.ts';
import type { TraceTree, TraceWarning, TraceWarningKind } from './trace-tree.ts';

type Tree = Omit<TraceTree, 'warnings'>;

interface Findings {
  readonly orphans: readonly number[];
  readonly cycles: readonly number[];
  readonly ids: IdIndex;
  readonly halves: SharedHalves;
}

/**
 * How much later than its parent a child may end. Timers are coarse within a process. Between two services clocks differ by some
 * milliseconds, and a server notes its end after the answer has left: up to 25 ms later in the shop on a busy machine.
 */
const lateNanos = { sameService: 1e6, otherService: 50e6 };

/** Looks at each span once per kind of warning. */
export function findWarnings(tree: Tree, { orphans, cycles, ids, halves }: Findings): TraceWarning[] {
  const warnings: TraceWarning[] = [];
  const add = (kind: TraceWarningKind, index: number, relatedIndex = -1, nanos = 0): void => {
    warnings.push({ kind, index, relatedIndex, nanos });
  };
  for (const index of orphans) add('orphan', index);
  for (const index of cycles) add('cycle', index);
  tree.spans.forEach((_, index) => {
    const first = ids.first[index]!;
    if (first !== index && !halves.isHalf(index)) add('duplicate-id', index, first);
  });
  tree.spans.forEach((span, index) => {
    if (!startIsKnown(span)) add('unknown-start', index);
  });
  tree.spans.forEach((span, index) => {
    if (span.durationNanos === undefined || span.unfinished) add('unfinished', index);
  });
  tree.spans.forEach(({ durationNanos }, index) => {
    if (durationNanos !== undefined && durationNanos < 0) add('negative-duration', index, -1, durationNanos);
  });
  tree.spans.forEach((_, index) => {
    const skew = skewNanos(tree, index);
    if (skew > clockGrainNanos) add('clock-skew', index, tree.parent[index], skew);
  });
  tree.spans.forEach((_, index) => {
    const outside = outsideNanos(tree, index);
    if (outside > 0 && skewNanos(tree, index) <= clockGrainNanos) {
      add('outside-parent', index, tree.parent[index], outside);
    }
  });
  return warnings;
}

/** How far the span lies where no span could lie if all clocks agreed. */
function skewNanos(tree: Tree, index: number): number {
  const above = tree.parent[index]!;
  const span = tree.spans[index]!;
  const parent = tree.spans[above];
  if (parent === undefined || !startIsKnown(span) || !startIsKnown(parent)) return 0;
  const start = tree.startOffsetNanos[index]!;
  const early = tree.startOffsetNanos[above]! - start;
  const called = parent.kind === SpanKind.client && span.kind === SpanKind.server && parent.durationNanos !== undefined;
  return called ? Math.max(early, start - tree.endOffsetNanos[above]!) : early;
}

/** By how much the span ends after its parent, 0 where that is no wonder. */
function outsideNanos(tree: Tree, index: number): number {
  const [span, above] = [tree.spans[index]!, tree.spans[tree.parent[index]!]];
  if (
    above === undefined ||
    mayOutlive(tree, index) ||
    outlastsClient(tree, index) ||
    !hasEnded(span) ||
    !hasEnded(above)
  )
    return 0;
  const late = tree.endOffsetNanos[index]! - tree.endOffsetNanos[tree.parent[index]!]!;
  const same = span.resource.serviceName === above.resource.serviceName;
  return late > (same ? lateNanos.sameService : lateNanos.otherService) ? late : 0;
}

/** What a message starts, and what a listener for messages starts: its span may end when it has returned. */
function mayOutlive({ spans, parent, detached }: Tree, index: number): boolean {
  const { consumer } = SpanKind;
  return detached[index] === 1 || spans[index]!.kind === consumer || spans[parent[index]!]!.kind === consumer;
}

/** False where the end is not the one that was sent. */
function hasEnded(span: SpanRecord): boolean {
  return span.durationNanos !== undefined && span.durationNanos >= 0 && !span.unfinished && startIsKnown(span);
}
