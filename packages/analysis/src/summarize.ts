import { SpanStatus } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { traceIdHex } from '@spanwise/wire';
import type { TraceSummary } from '@spanwise/wire/query';
import { buildTree } from './build-tree.ts';
import { isWholeRoot, mainRoot } from './main-root.ts';
import { selfTimes } from './self-times.ts';
import type { TraceTree } from './trace-tree.ts';

/** What a list of traces says about one, except which of its spans a search matched. */
export type TraceFacts = Omit<TraceSummary, 'matchedSpanIds'>;

/**
 * Sums up the spans of one trace. Give it the tree when you have it. No spans give empty strings and zeros.
 * Services come by number of spans, then by name.
 */
export function summarize(spans: readonly SpanRecord[], tree: TraceTree = buildTree(spans)): TraceFacts {
  const main = mainRoot(tree);
  const root = tree.spans[main];
  return {
    traceId: root === undefined ? '' : traceIdHex(root),
    rootService: root?.resource.serviceName ?? '',
    rootName: root?.name ?? '',
    rootMissing: main !== -1 && !isWholeRoot(tree, main),
    ...extentOf(tree),
    spanCount: tree.spans.length,
    errorCount: tree.spans.filter(failed).length,
    services: servicesOf(tree),
  };
}

/** True when the span ended in an error. */
export function failed(span: SpanRecord): boolean {
  return span.status === SpanStatus.error;
}

function extentOf(tree: TraceTree): Pick<TraceFacts, 'startMicros' | 'durationMicros'> {
  if (tree.spans.length === 0) return { startMicros: 0, durationMicros: 0 };
  const start = tree.startOffsetNanos.reduce((least, offset) => Math.min(least, offset), Infinity);
  const end = tree.endOffsetNanos.reduce((most, offset) => Math.max(most, offset), 0);
  return { startMicros: tree.originMicros, durationMicros: (end - start) / 1000 };
}

type ServiceFacts = TraceFacts['services'][number];

function servicesOf(tree: TraceTree): ServiceFacts[] {
  const byName = new Map<string, { spanCount: number; errorCount: number; selfNanos: number }>();
  const selfNanos = selfTimes(tree);
  tree.spans.forEach((span, index) => {
    const name = span.resource.serviceName;
    let sums = byName.get(name);
    if (sums === undefined) byName.set(name, (sums = { spanCount: 0, errorCount: 0, selfNanos: 0 }));
    sums.spanCount++;
    if (failed(span)) sums.errorCount++;
    sums.selfNanos += selfNanos[index]!;
  });
  return Array.from(byName, ([name, { selfNanos, ...counts }]) => ({
    name,
    ...counts,
    selfMicros: selfNanos / 1000,
  })).sort((left, right) => right.spanCount - left.spanCount || (left.name < right.name ? -1 : 1));
}
