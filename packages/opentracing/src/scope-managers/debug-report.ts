import type { LossKind } from './debug-causes.ts';
import type { ScopeOpening } from './debug-opening.ts';
import { placeIn, topFrame } from './debug-stack.ts';

/** Where the work came from that started a root by accident. */
export interface WorkOrigin {
  /** The kind of asynchronous resource that runs now, such as `PROMISE`, `Timeout` or `TCPWRAP`. */
  type: string;
  /** The stack of what scheduled it; empty where no frame of it is the application's. */
  scheduledAt: string;
  /**
   * Whether it runs in what came on a connection that this process has opened, or was begun there: an answer to what was
   * asked under one of the open scopes, or something that the other side sent by itself.
   */
  answers: boolean;
  /** The last place on the way here where a span was active; `null` when none was found. */
  loss: {
    /** How it hangs together with the work that runs now, see {@link LossKind}. */
    how: LossKind;
    /** The kind of asynchronous resource there. */
    type: string;
    /** What was active there. */
    scope: ScopeOpening;
    /**
     * The stack there: of what scheduled the work, of what resolved the promise, or for `settled` of what made the
     * promise. Empty where no frame of it is the application's.
     */
    at: string;
  } | null;
}

/** A scope was closed while another one was open above it; it stays open until that one closes. */
export interface ClosedInWrongOrder {
  /** Tells this kind of report. */
  kind: 'closed-in-wrong-order';
  /** The scope whose `close` came too early. */
  scope: ScopeOpening;
  /** What was opened after it and is still open; `null` when only the context of a span is left there. */
  above: ScopeOpening | null;
  /** The stack of `close`. */
  closedAt: string;
}

/** A scope was closed where it is not in the chain of what is active. Its span is finished if closing was to do that. */
export interface ClosedElsewhere {
  /** Tells this kind of report. */
  kind: 'closed-elsewhere';
  /** The scope that was closed. */
  scope: ScopeOpening;
  /** What is active where it was closed. */
  active: ScopeOpening | null;
  /** The stack of `close`. */
  closedAt: string;
}

/** A scope became garbage that nobody had closed. */
export interface NeverClosed {
  /** Tells this kind of report. */
  kind: 'never-closed';
  /** The scope that is garbage. */
  scope: ScopeOpening;
}

/**
 * A span was started as a root where nothing is active, although scopes are open elsewhere. Without `origin.loss` it may
 * be meant: see `ScopeDebugger.watch`, also for the wrong parents that are not found.
 */
export interface ContextLost {
  /** Tells this kind of report. */
  kind: 'context-lost';
  /** The name of the span. */
  spanName: string;
  /** The stack of `startSpan`. */
  startedAt: string;
  /** What is open in the process, the latest first, at most 10. */
  openScopes: ScopeOpening[];
  /** Where the work came from; `null` where that is not tracked or not asynchronous. */
  origin: WorkOrigin | null;
}

/** What debug mode has to say. */
export type ScopeReport = ClosedInWrongOrder | ClosedElsewhere | NeverClosed | ContextLost;

/** A report for people, in several lines: what happened, where, and what to do about it. */
export function describeReport(report: ScopeReport): string {
  return linesOf(report).join('\n');
}

/** One scope for people, with its stack. */
export function describeOpening(scope: ScopeOpening): string {
  return lines(`${titleOf(scope)}, opened ${Math.round(scope.ageMs)} ms ago`, scope.openedAt).join('\n');
}

/** The places of a report in the code: reports with the same ones say the same. @internal */
export function placeOf(report: ScopeReport): string {
  const stacks = report.kind === 'context-lost' ? [report.startedAt] : [report.scope.openedAt];
  if ('closedAt' in report) stacks.push(report.closedAt);
  return [report.kind, ...stacks.map(placeIn)].join('|');
}

function linesOf(report: ScopeReport): string[] {
  switch (report.kind) {
    case 'closed-in-wrong-order':
      return [
        `The ${titleOf(report.scope)} was closed while another one was open above it. It stays open until that one closes.`,
        ...lines('closed', report.closedAt),
        ...lines('opened', report.scope.openedAt),
        ...(report.above === null
          ? []
          : lines(`above it, the ${titleOf(report.above)}, opened`, report.above.openedAt)),
        'To do: close the upper scope first, or use withActiveSpan, which closes in the right order by itself.',
      ];
    case 'closed-elsewhere':
      return [
        `The ${titleOf(report.scope)} was closed where it was not active. It is closed all the same; where it was opened, it is skipped from now on.`,
        ...lines('closed', report.closedAt),
        ...lines('opened', report.scope.openedAt),
        ...(report.active === null
          ? ['nothing was active there']
          : lines(`active there was the ${titleOf(report.active)}, opened`, report.active.openedAt)),
        'To do: close it in the function that opened it. For work with a callback use trace(name, (span, done) => …).',
      ];
    case 'never-closed':
      return [
        `The ${titleOf(report.scope)} was never closed, and is garbage now. If closing was to finish its span, that was not reported.`,
        ...lines('opened', report.scope.openedAt),
        'To do: close it in a finally block, by `using scope = …`, or use withActiveSpan.',
      ];
    case 'context-lost':
      return [
        `The span "${report.spanName}" was started without a parent, where nothing is active, although scopes are open elsewhere.`,
        ...lines('started', report.startedAt),
        ...originLines(report),
        'If it is a root by right, say so: { ignoreActiveSpan: true }, a span.kind of server or consumer, scopeManager.runDetached(fn), or the option expectRoot.',
      ];
  }
}

function originLines({ origin, openScopes }: ContextLost): string[] {
  if (origin === null) return [...openLines(openScopes), adviceWithout(origin)];
  const scheduled = lines(`it runs in a ${origin.type}, scheduled`, origin.scheduledAt);
  const { loss } = origin;
  const answer = origin.answers ? ['  that is, in what came on a connection that this process has opened'] : [];
  if (loss === null) return [...scheduled, ...answer, ...openLines(openScopes), adviceWithout(origin)];
  return [...scheduled, ...lines(howLost[loss.how](titleOf(loss.scope), loss.type), loss.at), adviceFor[loss.how]];
}

const howLost: Record<LossKind, (scope: string, type: string) => string> = {
  scheduled: (scope, type) => `on the way here (a ${type}) the ${scope} was active, and was closed before`,
  resolved: (scope) => `it waited for a promise that was resolved under the ${scope}`,
  settled: (scope, type) => `what came on a ${type} then settled a promise that was begun under the ${scope}`,
};

const callbackAdvice =
  'where the callback is put aside until the answer comes, bind it: pending.set(id, tracer.scopeManager.bind(callback)). A resolve of a promise need not be bound.';

const adviceFor: Record<LossKind, string> = {
  scheduled:
    'To do: close the scope when the work is over, or use withActiveSpan, which leaves its context to late work.',
  resolved:
    'To do: if this is work for that span, bind it where it is handed over: pool.submit(tracer.scopeManager.bind(job)), or keep scopeManager.snapshot() with it.',
  settled: `To do: ${callbackAdvice}`,
};

function adviceWithout(origin: WorkOrigin | null): string {
  const advice = origin?.answers === true ? callbackAdvice : (adviceAnywhere[origin?.type ?? ''] ?? carryAdvice);
  return `If it belongs to one of them, which cannot be seen: ${advice}`;
}

const carryAdvice =
  'bring its context here, by scopeManager.bind(fn) where the function was made, or by scopeManager.snapshot() where the work began.';

/** By the kind of asynchronous resource. */
const adviceAnywhere: Readonly<Record<string, string>> = {
  Timeout:
    'if the timer empties a queue, bind what is put into it: queue.push(tracer.scopeManager.bind(job)), or keep scopeManager.snapshot() with it.',
};

function openLines(scopes: readonly ScopeOpening[]): string[] {
  return ['open are:', ...scopes.map((scope) => `  ${titleOf(scope)}, opened ${topFrame(scope.openedAt).trim()}`)];
}

function titleOf({ spanName, spanId }: ScopeOpening): string {
  return `scope of span ${spanName === null ? '' : `"${spanName}" `}${spanId}`;
}

function lines(title: string, stack: string): string[] {
  if (stack === '') return [`  ${title}, by no frame of the application`];
  return [`  ${title}:`, ...stack.split('\n').map((line) => `      ${line.trim()}`)];
}
