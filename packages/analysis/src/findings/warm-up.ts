import { numberTag } from './tag-of.ts';
import type { TraceEvidence } from './trace-evidence.ts';

/** True for a span of a process that still loads and compiles the code of its first requests, as far as it or its local root tells. */
export function isNewProcess({ tree, entry, limits }: TraceEvidence, index: number): boolean {
  const [span, root] = [tree.spans[index]!, tree.spans[entry[index]!]!];
  const atWork = numberTag(span, 'atWorkMillis') ?? numberTag(root, 'atWorkMillis');
  return atWork !== undefined && atWork < limits.warmUpMs;
}

/** What the process of a span is blamed for from `millis` on, from more on while it is new. */
export function leastMillis(trace: TraceEvidence, index: number, millis: number): number {
  return isNewProcess(trace, index) ? Math.max(millis, trace.limits.warmUpLeastMs) : millis;
}
