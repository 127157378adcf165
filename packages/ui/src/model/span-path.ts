import { criticalPath } from '@spanwise/analysis';
import type { TraceModel } from './trace-model.ts';

/** What a span adds to the critical path that counts for it. */
export interface SpanPath {
  /** Position of the span whose end that path explains: the main root, or one for which nobody above waits. */
  readonly top: number;
  /** Nanoseconds in which this span, and none of its children, held up the end of `top`. */
  readonly nanos: number;
  /** Part of the whole path, 0–1, as in `TraceModel.shares`. */
  readonly share: number;
}

/**
 * The critical path of the trace is that of its main root. A consumer that goes on after its producer, a span that outlives what it
 * follows from, and another root have a path of their own. Takes time for that one path: meant for the span that is looked at.
 */
export function spanPath(model: TraceModel, index: number): SpanPath {
  const top = topOf(model, index);
  const path = top === model.mainRoot ? model.critical : criticalPath(model.tree, top);
  let [nanos, total] = [0, 0];
  for (const segment of path) {
    const length = segment.endOffsetNanos - segment.startOffsetNanos;
    total += length;
    if (segment.index === index) nanos += length;
  }
  return { top, nanos, share: total === 0 ? 0 : nanos / total };
}

function topOf({ tree: { parent, detached } }: TraceModel, index: number): number {
  let top = index;
  while (detached[top] !== 1 && parent[top]! !== -1) top = parent[top]!;
  return top;
}
