import type {
  ActiveSpanOptions,
  Scope,
  ScopeManager,
  Span,
  SpanContext,
  SpanOptions,
  Tracer as TracerContract,
} from './contract.ts';
import { childOf } from './functions.ts';
import { callable } from './internal/callable.ts';
import { contextOf } from './internal/context-of.ts';
import { fillNoopTracerSlot } from './internal/noop-tracer-slot.ts';
import { runInScope } from './internal/run-in-scope.ts';
import { noopScopeManager } from './scope-manager.ts';
import { noopSpan } from './span.ts';
import { noopSpanContext } from './span_context.ts';

// A symbol, because subclasses written for npm opentracing may use any name of their own.
const managerKey: unique symbol = Symbol('scopeManager');

/**
 * The base of all tracers, itself the no-op.
 *
 * A tracer overrides the underscore methods, which get uniform arguments: no `childOf` but `references`, the implicit
 * parent among them. A tracer that cannot afford these objects overrides `startSpan` and asks `_implicitParent` itself.
 */
class TracerClass implements TracerContract {
  /** @param scopeManager taken only when it is one: subclasses written for npm pass on arguments of all kinds */
  constructor(scopeManager?: ScopeManager) {
    if (isScopeManager(scopeManager)) this.scopeManager = scopeManager;
  }

  get scopeManager(): ScopeManager {
    return (this as ManagerHolder)[managerKey] ?? noopScopeManager;
  }

  set scopeManager(manager: ScopeManager) {
    (this as ManagerHolder)[managerKey] = manager;
  }

  get activeSpan(): Span | null {
    return this.scopeManager.active?.span ?? null;
  }

  startSpan(name: string, options?: SpanOptions): Span {
    if (this._startSpan === noopStartSpan) return noopSpan;
    const parent = options?.childOf || this._implicitParent(options);
    return this._startSpan(name, parent ? withReference(options, parent) : (options ?? {}));
  }

  startActiveSpan(name: string, options?: ActiveSpanOptions): Scope {
    return this.scopeManager.activate(this.startSpan(name, options), options?.finishOnClose ?? true);
  }

  withActiveSpan<R>(name: string, fn: (span: Span) => R): R;
  withActiveSpan<R>(name: string, options: ActiveSpanOptions | undefined, fn: (span: Span) => R): R;
  withActiveSpan<R>(
    name: string,
    second: ActiveSpanOptions | undefined | ((span: Span) => R),
    third?: (span: Span) => R,
  ): R {
    const options = typeof second === 'function' ? undefined : second;
    const fn = typeof second === 'function' ? second : (third as (span: Span) => R);
    const span = this.startSpan(name, options);
    const manager = this.scopeManager;
    if (span === noopSpan && manager === noopScopeManager) return fn(span);
    return runInScope(manager, span, options?.finishOnClose ?? true, fn);
  }

  inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void {
    if (this._inject !== noopInject) this._inject(contextOf(spanContext), format, carrier);
  }

  extract(format: string, carrier: unknown): SpanContext | null {
    return this._extract(format, carrier);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /**
   * Starts a span. By default returns the no-op span.
   *
   * @param _fields the options with `childOf` and the implicit parent turned into the last of `references`
   */
  protected _startSpan(_name: string, _fields: SpanOptions): Span {
    return noopSpan;
  }

  /** Writes a context into a carrier. By default does nothing. */
  protected _inject(_spanContext: SpanContext, _format: string, _carrier: unknown): void {}

  /** Reads a context from a carrier. By default returns the no-op context, as npm opentracing does. */
  protected _extract(_format: string, _carrier: unknown): SpanContext | null {
    return noopSpanContext;
  }

  /**
   * What the active scope gives a new span as its parent: `null` when `options` name one or want
   * none. Allocates nothing.
   */
  protected _implicitParent(options: SpanOptions | undefined): Span | SpanContext | null {
    // Callers without types pass null.
    if (options && namesParent(options)) return null;
    return this.scopeManager.activeParent;
  }
}

/** The options as `_startSpan` takes them. The caller's object is never changed. */
function withReference(options: SpanOptions | undefined, parent: Span | SpanContext): SpanOptions {
  const { childOf: _, references, ...fields } = options ?? {};
  const reference = childOf(parent);
  return { ...fields, references: references ? [...references, reference] : [reference] };
}

function namesParent({ childOf: parent, references, ignoreActiveSpan }: SpanOptions): boolean {
  return Boolean(parent) || ignoreActiveSpan === true || (references !== undefined && references.length > 0);
}

interface ManagerHolder {
  [managerKey]?: ScopeManager;
}

interface TracerHooks {
  _startSpan: (name: string, fields: SpanOptions) => Span;
  _inject: (spanContext: SpanContext, format: string, carrier: unknown) => void;
}

const { _startSpan: noopStartSpan, _inject: noopInject } = TracerClass.prototype as unknown as TracerHooks;

function isScopeManager(candidate: unknown): candidate is ScopeManager {
  if (typeof candidate !== 'object' || candidate === null) return false;
  return typeof (candidate as Partial<ScopeManager>).activate === 'function';
}

/** The base of all tracers, itself the no-op. Can be called without `new` by ES5 subclasses. */
export const Tracer: typeof TracerClass = /* @__PURE__ */ callable('Tracer', TracerClass, function (scopeManager) {
  if (isScopeManager(scopeManager)) (this as ManagerHolder)[managerKey] = scopeManager;
});
export type Tracer = TracerContract;
export type { ActiveSpanOptions, SpanOptions };
/** @alias */
export default Tracer;

/** The tracer of spans that have none. */
export const noopTracer: Tracer = new TracerClass();
fillNoopTracerSlot(noopTracer);
