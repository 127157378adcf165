import type {
  ActiveSpanOptions,
  Scope,
  ScopeManager,
  ScopeOptions,
  Span,
  SpanContext,
  SpanOptions,
  Tracer as TracerContract,
} from './contract.ts';
import { closeTracer } from './internal/close-tracer.ts';
import { contextOf } from './internal/context-of.ts';
import { isNoopSpan } from './internal/noop-mark.ts';
import type { TracedFunction } from './internal/run-in-scope.ts';
import { noopScopeManager } from './scope-manager.ts';
import { noopSpan, Span as SpanBase } from './span.ts';
import { noopTracer, Tracer, withoutEmptyReferences } from './tracer.ts';

// On globalThis, so that all copies of this package in a process see one tracer. The number changes
// when the meaning does.
const globalKey = Symbol.for('@spanwise/opentracing.global-tracer.1');

const delegateKey = Symbol.for('@spanwise/opentracing.global-tracer.delegate');

type GlobalHolder = { [globalKey]?: TracerContract | null | undefined };

function current(): TracerContract {
  return (globalThis as GlobalHolder)[globalKey] ?? noopTracer;
}

/**
 * Passes what `Tracer` has on to the global tracer of the moment, so that a module may keep the result of
 * `globalTracer()` before the application has set one. A global tracer that knows nothing of scopes gets active
 * spans and implicit parents here.
 */
class GlobalTracerDelegate extends Tracer {
  get [delegateKey](): true {
    return true;
  }

  override get scopeManager(): ScopeManager {
    return current().scopeManager ?? noopScopeManager;
  }

  override set scopeManager(manager: ScopeManager) {
    const tracer = current();
    if (tracer === noopTracer)
      throw new Error('no global tracer to give a scope manager to: call initGlobalTracer(tracer) first');
    try {
      tracer.scopeManager = manager;
    } catch (cause) {
      throw new Error('set scopeManager before you freeze the tracer', { cause });
    }
  }

  override startSpan(...args: StartSpanArguments): Span {
    const tracer = current();
    if (knowsScopes(tracer)) return tracer.startSpan(...args);
    const parent = this._implicitParent(args[1]);
    // As in the base class: tracing is switched off here.
    if (isNoopSpan(parent)) return noopSpan;
    if (args[1]) args[1] = withoutEmptyReferences(args[1]);
    // Its own spans as they are, for some tracers want spans; what stands for a remote span is none of them.
    if (parent !== null) args[1] = { ...args[1], childOf: parent instanceof SpanBase ? contextOf(parent) : parent };
    return endingCircles(tracer, (to) => to.startSpan(...args));
  }

  override startActiveSpan(...args: [name: string, options?: ActiveSpanOptions]): Scope {
    const tracer = current();
    return knowsScopes(tracer) ? tracer.startActiveSpan(...args) : super.startActiveSpan(...args);
  }

  override withActiveSpan<R>(...args: WithActiveSpanArguments<R>): R {
    const tracer = current();
    if (knowsScopes(tracer) && typeof tracer.withActiveSpan === 'function')
      return (tracer as unknown as ActiveSpanRunner).withActiveSpan(...args);
    // The implementation takes both forms; its signature is not visible here.
    return super.withActiveSpan(...(args as [string | Span, ActiveSpanOptions, (span: Span) => R]));
  }

  override trace(...args: TraceArguments): never {
    const tracer = current();
    // The implementations take both forms; the signatures are not visible here.
    if (knowsScopes(tracer) && typeof tracer.trace === 'function')
      return (tracer as unknown as TraceRunner).trace(...args);
    return (super.trace as TraceRunner['trace'])(...args);
  }

  override inject(...args: [spanContext: SpanContext | Span, format: string, carrier: unknown]): void {
    const tracer = current();
    // As in the base class: what is in hand where tracing is switched off leads nowhere.
    if (!knowsScopes(tracer) && isNoopSpan(contextOf(args[0])) && isNoopSpan(this.scopeManager.activeParent)) return;
    endingCircles(tracer, (to) => to.inject(...args));
  }

  override extract(...args: [format: string, carrier: unknown]): SpanContext | null {
    return endingCircles(current(), (to) => to.extract(...args));
  }

  override close(callback?: () => void): Promise<void> {
    const tracer: Partial<TracerContract> = current();
    return closeTracer(typeof tracer.close === 'function' ? (tracer as TracerContract) : noopTracer, callback);
  }
}

/** False for tracers that do not extend the base class of this package, jaeger-client's for one. */
function knowsScopes(tracer: TracerContract): boolean {
  return typeof tracer.startActiveSpan === 'function';
}

/** More calls than this inside of each other are no tracer at work. */
const maxDepth = 32;
let depth = 0;
/** Whether the circle was told of, since a global tracer was set. */
let hasWarned = false;

/**
 * The global tracer of npm opentracing knows no scopes, and may have been told to pass everything on to this one. Nothing
 * shows that but a call that comes back, again and again: the innermost one is given the no-op. Our own tracers are
 * not counted.
 */
function endingCircles<R>(tracer: TracerContract, call: (to: TracerContract) => R): R {
  if (knowsScopes(tracer)) return call(tracer);
  if (depth >= maxDepth) {
    try {
      if (!hasWarned) {
        // First, because the console may be traced itself.
        hasWarned = true;
        console.warn('no spans: two global tracers are set to each other: call initGlobalTracer(tracer) with yours');
      }
    } catch {
      // A broken console must not break the application.
    }
    return call(noopTracer);
  }
  depth++;
  try {
    return call(tracer);
  } finally {
    depth--;
  }
}

type StartSpanArguments = [name?: string, options?: SpanOptions];

type WithActiveSpanArguments<R> =
  | [nameOrSpan: string | Span, fn: (span: Span) => R]
  | [nameOrSpan: string | Span, options: ActiveSpanOptions | ScopeOptions | undefined, fn: (span: Span) => R];

type TraceArguments = [name: string, optionsOrFn: ActiveSpanOptions | undefined | TracedFunction, fn?: TracedFunction];

interface TraceRunner {
  trace(this: unknown, ...args: TraceArguments): never;
}

interface ActiveSpanRunner {
  withActiveSpan<R>(...args: WithActiveSpanArguments<R>): R;
}

const delegate: TracerContract = /* @__PURE__ */ new GlobalTracerDelegate();

/**
 * Sets the tracer that `globalTracer()` stands for, in all copies of this package. A later call replaces
 * it; `null` brings back the no-op. What `globalTracer()` itself gives is left out: it would stand for itself. Where npm
 * opentracing's global tracer and this one are set to each other, both are the no-op, and the console is told once.
 */
export function initGlobalTracer(tracer: TracerContract | null): void {
  // What globalTracer() gives, here or in another copy, would pass on to itself.
  if ((tracer as { [delegateKey]?: true } | null)?.[delegateKey]) return;
  (globalThis as GlobalHolder)[globalKey] = tracer;
  hasWarned = false;
}

/**
 * Brings back the no-op when `tracer` is the global one, and leaves another one in place: for tracers that are closed.
 */
export function releaseGlobalTracer(tracer: TracerContract): void {
  // Not by `current`, with which bundles of tracers would get the no-op's classes too.
  if ((globalThis as GlobalHolder)[globalKey] === tracer) initGlobalTracer(null);
}

/** Whether `initGlobalTracer()` has set a tracer, here or in another copy of this package. */
export function isGlobalTracerRegistered(): boolean {
  return current() !== noopTracer;
}

/**
 * A tracer that passes all methods of {@link Tracer} on to the one set by `initGlobalTracer()`, now or later; until then
 * the no-op. What that one has beyond them is called on itself.
 */
export function globalTracer(): TracerContract {
  return delegate;
}
