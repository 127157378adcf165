import type { SpanRecord } from '@spanwise/wire/span-record';
import type { IdIndex } from './id-index.ts';
import type { SharedHalves } from './shared-halves.ts';

/** Beside positions in the answer of `findParents`. */
export const noParent = -1;
/** The span names a parent that is not among the spans. */
export const absentParent = -2;

/** For each span the position of its parent, `noParent` or `absentParent`. Cycles are still in it. */
export function findParents(spans: readonly SpanRecord[], ids: IdIndex, halves: SharedHalves): Int32Array {
  return Int32Array.from(spans, (span, index) => {
    const client = halves.clientOf(index);
    if (client !== -1) return client;
    if ((span.parentId0 | span.parentId1) === 0) return span.shared ? absentParent : noParent;
    const first = ids.find(span.parentId0, span.parentId1);
    return first === -1 ? absentParent : halves.parentFor(first, span.resource.serviceName);
  });
}

/**
 * Cuts each cycle at its first span by making that a root, and returns the positions cut. Every span is passed at most
 * twice: a walk up ends at a root or at a span that an earlier walk has passed.
 */
export function cutCycles(parent: Int32Array): number[] {
  const cuts: number[] = [];
  /** Number of the walk that passed here, 0 when none did. */
  const passed = new Int32Array(parent.length);
  for (let from = 0; from < parent.length; from++) {
    const walk = from + 1;
    let index = from;
    while (index >= 0 && passed[index] === 0) {
      passed[index] = walk;
      index = parent[index]!;
    }
    if (index >= 0 && passed[index] === walk) cuts.push(cutAtEarliest(parent, index));
  }
  return cuts;
}

function cutAtEarliest(parent: Int32Array, member: number): number {
  let earliest = member;
  for (let index = parent[member]!; index !== member; index = parent[index]!) earliest = Math.min(earliest, index);
  parent[earliest] = noParent;
  return earliest;
}
