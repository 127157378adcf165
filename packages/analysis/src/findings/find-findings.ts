import { spanIdHex } from '@spanwise/wire';
import type { TraceTree } from '../trace-tree.ts';
import { detectors } from './detectors.ts';
import { thresholdsWith } from './finding-thresholds.ts';
import type { FindingThresholds } from './finding-thresholds.ts';
import type { Finding, FindingKind, Severity } from './finding.ts';
import { TraceEvidence } from './trace-evidence.ts';
import type { Draft } from './trace-evidence.ts';

/** Parts of the root's duration from where on a saving is `high` and `medium`. */
const highShare = 0.3;
const mediumShare = 0.05;

/**
 * What is wrong with a trace, the finding that could save most first; what saves the same, by severity, kind and start. A healthy trace
 * has none. `thresholds` replaces some of `defaultThresholds`.
 *
 * Looks at one trace alone: it knows nothing of how long an operation usually takes, so a statement that is slow by itself is no
 * finding; the critical path shows it. Takes O(n log n) for n spans and throws for no trace.
 *
 * Throws a RangeError when a threshold is negative or no number.
 */
export function findFindings(tree: TraceTree, thresholds: Partial<FindingThresholds> = {}): readonly Finding[] {
  const steps = findFindingsInSteps(tree, thresholds);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * `findFindings` in pieces, for a thread that draws as well: each `next` runs one detector, and the last one returns the
 * findings. 100,000 spans take some tenths of a second in all, and no piece more than a part of that.
 */
export function* findFindingsInSteps(
  tree: TraceTree,
  thresholds: Partial<FindingThresholds> = {},
): Generator<undefined, readonly Finding[], void> {
  const trace = new TraceEvidence(tree, thresholdsWith(thresholds));
  const findings: Finding[] = [];
  for (const detect of detectors) {
    yield undefined;
    for (const draft of detect(trace)) findings.push(findingOf(trace, draft));
  }
  return findings.sort(mostSavableFirst);
}

/** The span ids of a finding's evidence in hexadecimal, in the order of `Finding.evidence`. */
export function evidenceIds(tree: TraceTree, finding: Finding): string[] {
  return finding.evidence.map((index) => spanIdHex(tree.spans[index]!));
}

/** The span id of what a finding is about, in hexadecimal. */
export function subjectId(tree: TraceTree, { subject }: Finding): string {
  return spanIdHex(tree.spans[subject]!);
}

function findingOf(trace: TraceEvidence, { savableNanos, pathNanos, ...draft }: Draft): Finding {
  const whole = trace.nanos(draft.root);
  // What waited beside the root may have waited for longer than the root took.
  const savable = draft.savableHow === 'wait-beside-path' ? savableNanos : Math.min(savableNanos, whole);
  const share = whole > 0 ? Math.min(1, pathNanos / whole) : 0;
  const severity = severityOf(whole > 0 ? savable / whole : 0, draft);
  return { ...draft, savableMs: savable / 1e6, share, severity };
}

function severityOf(savableShare: number, { kind, facts }: Pick<Draft, 'kind' | 'facts'>): Severity {
  const failedRoot = kind === 'error-origin' && (facts as { reachedRoot: boolean }).reachedRoot;
  if (savableShare >= highShare || failedRoot) return 'high';
  return savableShare >= mediumShare ? 'medium' : 'low';
}

const severities: readonly Severity[] = ['high', 'medium', 'low'];

function mostSavableFirst(left: Finding, right: Finding): number {
  return (
    right.savableMs - left.savableMs ||
    severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
    compareKinds(left.kind, right.kind) ||
    left.evidence[0]! - right.evidence[0]!
  );
}

function compareKinds(left: FindingKind, right: FindingKind): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
