import type { SpanRecord } from '@spanwise/wire/span-record';
import { absentParent, cutCycles, findParents, noParent } from './find-parents.ts';
import { findWarnings } from './find-warnings.ts';
import { indexIds } from './id-index.ts';
import { SharedHalves } from './shared-halves.ts';
import { sortByStart } from './sort-by-start.ts';
import { originOf, timesOf } from './span-times.ts';
import type { TraceTree } from './trace-tree.ts';
import { shapeOf } from './tree-shape.ts';

/**
 * Puts the spans of one trace together. Every span given is in the tree, whatever is wrong with it: see
 * `TraceWarningKind` for what is noted. Trace ids are not compared, so give it one trace; no spans make an empty tree.
 *
 * Takes O(n log n) for n spans, O(n) when they come sorted by start; no depth and no width overflows a stack. The array
 * given is left as it is.
 */
export function buildTree(spans: readonly SpanRecord[]): TraceTree {
  const sorted = sortByStart(spans);
  const ids = indexIds(sorted);
  const halves = new SharedHalves(sorted, ids);
  const parent = findParents(sorted, ids, halves);
  const orphans = takeOrphans(parent);
  const cycles = cutCycles(parent);
  const roots = rootsOf(parent);
  const shape = { parent, roots, originMicros: originOf(sorted), ...shapeOf(parent, roots) };
  const tree = { spans: sorted, ...shape, ...timesOf(sorted, shape) };
  return { ...tree, warnings: findWarnings(tree, { orphans, cycles, ids, halves }) };
}

function takeOrphans(parent: Int32Array): number[] {
  const orphans: number[] = [];
  for (let index = 0; index < parent.length; index++) {
    if (parent[index] !== absentParent) continue;
    orphans.push(index);
    parent[index] = noParent;
  }
  return orphans;
}

function rootsOf(parent: Int32Array): number[] {
  const roots: number[] = [];
  for (let index = 0; index < parent.length; index++) if (parent[index] === noParent) roots.push(index);
  return roots;
}
