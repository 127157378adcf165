import { storedKey } from './span-key.ts';
import type { TraceModel } from './trace-model.ts';

/** Reporters send within seconds; a process that was cut off sends when it can, and people reload for that. */
const settledMillis = 15_000;
/** As long as something is known to be missing, a trace is waited for this long. */
const patienceMillis = 120_000;
/** Larger ones are drawn anew only when somebody asks. */
const mostSpans = 20_000;

/**
 * True while spans of the trace may still arrive: its newest span ended a moment ago; or lately, and one is unfinished
 * or names a parent that is not here. Where its clock and ours differ by more than the patience, nothing is known.
 */
export function mayGrow(model: TraceModel, nowMillis: number): boolean {
  if (model.count === 0 || model.count > mostSpans) return false;
  const age = nowMillis - (model.tree.originMicros / 1000 + model.totalNanos / 1e6);
  return age > -patienceMillis && age < (isPartial(model) ? patienceMillis : settledMillis);
}

function isPartial({ tree }: TraceModel): boolean {
  return tree.warnings.some(({ kind }) => kind === 'orphan' || kind === 'unfinished');
}

/**
 * Which of two answers is shown: the one that is, when the spans are the same, so that nothing is drawn or read again. A later one
 * takes over what is known of its spans.
 */
export function laterModel(before: TraceModel, now: TraceModel): TraceModel {
  // Its details are here meanwhile.
  if (before.details !== undefined && now.details === undefined) return now;
  if (sameSpans(before, now)) return before;
  now.details?.adopt(before.details?.records() ?? before.sent);
  before.details?.rest();
  return now;
}

/**
 * True when both are the same spans. The store replaces a span only by one that is finished or longer, so what else is
 * in a span need not be compared.
 */
export function sameSpans(left: TraceModel, right: TraceModel): boolean {
  if (left.count !== right.count) return false;
  return left.tree.spans.every((span, index) => {
    const other = right.tree.spans[index]!;
    return (
      span.durationNanos === other.durationNanos &&
      span.unfinished === other.unfinished &&
      storedKey(span) === storedKey(other)
    );
  });
}
