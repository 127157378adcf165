export { buildTree } from './build-tree.ts';
export type { TraceTree, TraceWarning, TraceWarningKind } from './trace-tree.ts';
export { correctClockSkew, movedSpan } from './clock-skew.ts';
export type { ClockCorrection } from './clock-skew.ts';
export { describeWarning } from './describe-warning.ts';
export { mainRoot } from './main-root.ts';
export { selfTimes } from './self-times.ts';
export { criticalPath } from './critical-path.ts';
export type { CriticalPathSegment } from './critical-path.ts';
export { pathShares } from './path-shares.ts';
export type { PathShare } from './path-shares.ts';
export { failed, summarize } from './summarize.ts';
export type { TraceFacts } from './summarize.ts';
export { formatDuration } from './format-duration.ts';
export { displayWidth } from './display-width.ts';
export { printable } from './printable.ts';
export { textWaterfall } from './text-waterfall.ts';
export type { TextWaterfallOptions } from './text-waterfall.ts';
export { findFindings, findFindingsInSteps, evidenceIds, subjectId } from './findings/find-findings.ts';
export type {
  CallsFacts,
  Finding,
  FindingFacts,
  FindingKind,
  FindingOf,
  OperationFacts,
  SavableHow,
  Severity,
} from './findings/finding.ts';
export { defaultThresholds } from './findings/finding-thresholds.ts';
export type { FindingThresholds } from './findings/finding-thresholds.ts';
export { describeFinding, describeSaving } from './findings/describe-finding.ts';
export { findingLines } from './findings/finding-lines.ts';
export { parseTraceQuery } from './query/parse-trace-query.ts';
export type { ParsedQuery, QueryProblem, QueryProblemKind } from './query/parse-trace-query.ts';
export { describeQueryProblem } from './query/describe-query-problem.ts';
export { formatQueryValue, formatTagKey, formatTraceQuery } from './query/format-trace-query.ts';
export { fieldOperators, parseQueryNumber, spanKinds, spanStatuses } from './query/query-fields.ts';
export { queryPlace } from './query/query-place.ts';
export type { QueryPlace } from './query/query-place.ts';
export { parseDuration } from './parse-duration.ts';
