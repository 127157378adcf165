import { SpanKind } from '@spanwise/wire/span-record';
import { hasRetryableCode, mayBeRetried, timedOut } from './span-failures.ts';
import { unionNanos } from './stretch.ts';
import type { Stretch } from './stretch.ts';
import { numberTag } from './tag-of.ts';
import type { Draft, DraftOf, TraceEvidence } from './trace-evidence.ts';

/** The attempts of one call. */
interface Run {
  /** In their order; one span alone when it says itself how often it was sent. */
  readonly spans: readonly number[];
  readonly attempts: number;
  readonly root: number;
}

/**
 * Like siblings, one after the other, of which all but the last failed in a way for which one tries again; and spans that say
 * themselves how often they were sent again. Where no code says that trying again may help, only calls that are known to ask for
 * the same: items of a loop fail one after the other as well. What is alike counts as one finding, wherever below a root it was tried.
 */
export function detectRetries(trace: TraceEvidence): Draft[] {
  const byLikeness = new Map<number, Run[]>();
  const isRetry = ({ attempts }: Run): boolean => attempts >= Math.max(2, trace.limits.retryAttempts);
  const tried = [...siblingRuns(trace)].filter(isRetry);
  const isTold = new Set(tried.flatMap(({ spans }) => spans));
  for (const run of [...tried, ...resentSpans(trace, isTold).filter(isRetry)]) {
    const key = trace.pair(run.root, trace.calls.likeness(run.spans[0]!));
    const runs = byLikeness.get(key);
    if (runs === undefined) byLikeness.set(key, [run]);
    else runs.push(run);
  }
  return [...byLikeness.values()].flatMap((runs) => {
    const { root } = runs[0]!;
    const isWorth = trace.isWorth(unionNanos(runs.map((run) => triedIn(trace, run))), root);
    return isWorth ? [draftOf(trace, runs)] : [];
  });
}

function* siblingRuns(trace: TraceEvidence): Generator<Run> {
  for (const group of trace.likeSiblings) {
    if (mayBeItems(trace, group)) continue;
    let spans: number[] = [];
    for (const index of group) {
      const last = spans.at(-1);
      if (last !== undefined && !isNextAttempt(trace, last, index)) {
        yield runOf(trace, spans);
        spans = [];
      }
      spans.push(index);
    }
    yield runOf(trace, spans);
  }
}

/**
 * True where nothing says what each asked for, and one before the last did not fail: a loop goes on to its next item after a failure as
 * it does after a success.
 */
function mayBeItems({ calls, tree }: TraceEvidence, group: readonly number[]): boolean {
  if (tree.spans[group[0]!]!.kind === SpanKind.consumer) return false;
  const hidden = group.every((index) => calls.at(index)?.target.exact === undefined);
  return hidden && group.slice(0, -1).some((index) => !mayBeRetried(tree.spans[index]!));
}

function runOf(trace: TraceEvidence, spans: readonly number[]): Run {
  return { spans, attempts: spans.length, root: trace.top[trace.tree.parent[spans[0]!]!]! };
}

function isNextAttempt(trace: TraceEvidence, earlier: number, later: number): boolean {
  const failed = trace.tree.spans[earlier]!;
  if (!mayBeRetried(failed)) return false;
  if (trace.stretch(later).start < trace.stretch(earlier).end) return false;
  // Siblings below one producer: its message came again.
  if (failed.kind === SpanKind.consumer) return true;
  const [before, after] = [trace.calls.at(earlier), trace.calls.at(later)];
  // Of a URL all values are known: another one is the next item of a loop that goes on after a failure.
  if (hasRetryableCode(failed)) return before?.protocol !== 'http' || before.target.exact === after?.target.exact;
  return before?.target.exact !== undefined && before.target.exact === after?.target.exact;
}

function resentSpans(trace: TraceEvidence, isTold: ReadonlySet<number>): Run[] {
  return [...trace.tree.spans.entries()].flatMap(([index, span]) => {
    if (span.kind !== SpanKind.client || isTold.has(index)) return [];
    const resends = Math.floor(numberTag(span, 'resends') ?? 0);
    return resends > 0 ? [{ spans: [index], attempts: 1 + resends, root: trace.top[index]! }] : [];
  });
}

function draftOf(trace: TraceEvidence, runs: readonly Run[]): DraftOf<'retry'> {
  const { spans } = trace.tree;
  const evidence = runs.flatMap((run) => run.spans).sort((left, right) => left - right);
  const lost = runs.flatMap((run) => lostTo(trace, run));
  const savableNanos = unionNanos(lost);
  trace.claim(evidence);
  trace.explain(lost);
  return {
    kind: 'retry',
    root: runs[0]!.root,
    subject: evidence[0]!,
    evidence,
    savableNanos,
    savableHow: 'until-last-attempt',
    pathNanos: savableNanos,
    facts: {
      serviceName: trace.service(evidence[0]!),
      spanName: trace.name(evidence[0]!),
      attempts: runs.reduce((sum, { attempts }) => sum + attempts, 0),
      calls: runs.length,
      timedOut: evidence.filter((index) => timedOut(spans[index]!)).length,
      givenUp: runs.filter((run) => mayBeRetried(spans[run.spans.at(-1)!]!)).length,
    },
  };
}

/** From the first attempt to the last one, whether or not somebody waited; all of a span that says itself how often it was sent. */
function triedIn(trace: TraceEvidence, { spans }: Run): Stretch {
  const first = trace.stretch(spans[0]!);
  return spans.length === 1 ? first : { start: first.start, end: trace.stretch(spans.at(-1)!).start };
}

/** What of the path went to attempts before the last one, and to the pauses between them. */
function lostTo({ path, tree, top }: TraceEvidence, { spans, root }: Run): Stretch[] {
  return spans.slice(0, -1).flatMap((index, at) => {
    if (top[index] !== root) return [];
    const pause = { start: tree.endOffsetNanos[index]!, end: tree.startOffsetNanos[spans[at + 1]!]! };
    return [path.window(index), ...path.ownWithin(tree.parent[index]!, pause)];
  });
}
