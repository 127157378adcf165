import { SpanKind, SpanStatus, attributeOf } from '@spanwise/wire/span-record';
import type { SpanRecord } from '@spanwise/wire/span-record';
import { groupByParent } from './children.ts';
import type { Children } from './children.ts';
import type { TraceTree } from './trace-tree.ts';

type Calls = Pick<TraceTree, 'spans' | 'parent' | 'startOffsetNanos' | 'endOffsetNanos' | 'detached'>;

/**
 * True for the server of a call that goes on when its client's span has ended, and that somebody may still wait for: a client's span may end with
 * the headers of the answer, as `fetch` has it, and the body comes afterwards. A call that failed or was given up waits for nobody, and
 * a server that would fit into its client has another clock.
 */
export function outlastsClient(tree: Calls, index: number): boolean {
  const above = tree.parent[index]!;
  if (above < 0 || tree.spans[index]!.kind !== SpanKind.server || !isAnswered(tree.spans[above]!)) return false;
  const { startOffsetNanos: starts, endOffsetNanos: ends } = tree;
  const [start, end, clientEnd] = [starts[index]!, ends[index]!, ends[above]!];
  return start < clientEnd && end > clientEnd && end - start > clientEnd - starts[above]! && tree.detached[index] === 0;
}

function isAnswered({ kind, status, durationNanos, unfinished, attributes }: SpanRecord): boolean {
  if (kind !== SpanKind.client || status === SpanStatus.error || durationNanos === undefined || unfinished)
    return false;
  const aborted = attributeOf(attributes, 'http.aborted');
  // Zipkin sends all tags as text.
  return aborted !== true && aborted !== 'true';
}

/** Servers that outlast their client, by the span that called: the client's parent. `undefined` when there are none. */
export function lateServers(tree: Calls): Children | undefined {
  let callers: Int32Array | undefined;
  for (let index = 0; index < tree.spans.length; index++) {
    if (!outlastsClient(tree, index) || tree.detached[tree.parent[index]!] === 1) continue;
    callers ??= new Int32Array(tree.spans.length).fill(-1);
    callers[index] = tree.parent[tree.parent[index]!]!;
  }
  return callers && groupByParent(callers);
}
