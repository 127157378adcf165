import { formatDuration } from '../format-duration.ts';
import type { TraceTree } from '../trace-tree.ts';
import { describeFinding } from './describe-finding.ts';
import { findFindings } from './find-findings.ts';
import type { Finding } from './finding.ts';

/**
 * The first findings of a trace as lines for a terminal, to stand above `textWaterfall`: the sentence, and what could be saved. None for a
 * healthy trace. Give it the findings when you have them.
 */
export function findingLines(
  tree: TraceTree,
  count: number = 3,
  findings: readonly Finding[] = findFindings(tree),
): string[] {
  return findings.slice(0, count).map((finding) => {
    const savable = finding.savableMs === 0 ? '' : `: ${formatDuration(finding.savableMs * 1e6)} could be saved`;
    return `! ${describeFinding(finding, tree)}${savable}`;
  });
}
