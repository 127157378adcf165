import type { CriticalPathSegment } from './critical-path.ts';
import { formatDuration } from './format-duration.ts';
import { pathShares } from './path-shares.ts';
import type { PathShare } from './path-shares.ts';
import { printable } from './printable.ts';
import type { TraceTree } from './trace-tree.ts';

const namedAtMost = 4;

/**
 * The critical path in one sentence of fragments, largest first: `critical path 124 ms: 62 % orders SELECT item × 41,
 * 20 % gateway GET /checkout, 18 % 7 others`.
 */
export function describePath(tree: TraceTree, path: readonly CriticalPathSegment[]): string {
  const shares = pathShares(tree, path);
  const nanos = shares.reduce((sum, { nanos }) => sum + nanos, 0);
  const named = shares.length === namedAtMost + 1 ? namedAtMost + 1 : namedAtMost;
  const parts = shares.slice(0, named).map(describeShare);
  const others = shares.slice(named);
  if (others.length > 0) parts.push(`${percent(sumShares(others))} ${others.length} others`);
  return `critical path ${formatDuration(nanos)}${parts.length > 0 ? ': ' : ''}${parts.join(', ')}`;
}

function describeShare({ share, serviceName, spanName, spanCount }: PathShare): string {
  const label = printable(`${serviceName} ${spanName}`.trim());
  return `${percent(share)} ${label}${spanCount > 1 ? ` × ${spanCount}` : ''}`;
}

function sumShares(shares: readonly PathShare[]): number {
  return shares.reduce((sum, { share }) => sum + share, 0);
}

function percent(share: number): string {
  return share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`;
}
