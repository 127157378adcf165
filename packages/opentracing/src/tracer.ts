import type {
  ActiveSpanOptions,
  Done,
  Reference,
  Scope,
  ScopeManager,
  ScopeOptions,
  Span,
  SpanContext,
  SpanOptions,
  Tracer as TracerContract,
  WrapOptions,
} from './contract.ts';
import { childOf } from './functions.ts';
import { type AnyFunction, boundFunction } from './internal/bound-function.ts';
import { callable } from './internal/callable.ts';
import { closeTracer } from './internal/close-tracer.ts';
import { contextOf, isSpan } from './internal/context-of.ts';
import { isObject } from './internal/is-object.ts';
import { isDetachedSpan, isNoopSpan, isNpmNoop } from './internal/noop-mark.ts';
import { fillNoopTracerSlot } from './internal/noop-tracer-slot.ts';
import { optionsFrom } from './internal/options-from.ts';
import { runInScope, runUntilDone, type TracedFunction } from './internal/run-in-scope.ts';
import { absentScopeManager, noopScopeManager } from './scope-manager.ts';
import { noopSpan } from './span.ts';
import { noopSpanContext } from './span_context.ts';

/** How `util.promisify` is told of a function's own promise form. */
const promisify: unique symbol = /* @__PURE__ */ Symbol.for('nodejs.util.promisify.custom') as never;

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
    return (this as ManagerHolder)[managerKey] ?? (isNoop(this) ? noopScopeManager : absentScopeManager);
  }

  set scopeManager(manager: ScopeManager) {
    (this as ManagerHolder)[managerKey] = manager;
  }

  get activeSpan(): Span | null {
    const span = this.scopeManager.active?.span ?? null;
    return isDetachedSpan(span) || isNoopSpan(span) ? null : span;
  }

  startSpan(name?: string, options?: SpanOptions): Span {
    if (this._startSpan === noopStartSpan) return noopSpan;
    const links: Reference[] = [];
    // Callers without types pass null.
    const parent = options && namesParent(options, links) ? null : this.scopeManager.activeParent;
    // Where the no-op's span is the active one, tracing is switched off: see suppressTracing.
    if (isNoopSpan(parent)) return noopSpan;
    return this._startSpan(name ?? '', fieldsOf(options, links, parent));
  }

  startActiveSpan(name: string, options?: ActiveSpanOptions): Scope {
    return this.scopeManager.activate(this.startSpan(name, options), options?.finishOnClose ?? true);
  }

  withActiveSpan<R>(nameOrSpan: string | Span, fn: (span: Span) => R): R;
  withActiveSpan<R>(
    nameOrSpan: string | Span,
    options: ActiveSpanOptions | ScopeOptions | undefined,
    fn: (span: Span) => R,
  ): R;
  withActiveSpan<R>(
    nameOrSpan: string | Span,
    second: ActiveSpanOptions | ScopeOptions | undefined | ((span: Span) => R),
    third?: (span: Span) => R,
  ): R {
    const options: ActiveSpanOptions | undefined = typeof second === 'function' ? undefined : second;
    const fn = functionOf(second, third);
    const isNew = !isSpan(nameOrSpan);
    const span = isNew ? this.startSpan(nameOrSpan, options) : nameOrSpan;
    const manager = this.scopeManager;
    if (span === noopSpan && manager === noopScopeManager) return fn(span);
    return runInScope(manager, span, options?.finishOnClose ?? isNew, fn);
  }

  trace<F extends TracedFunction>(name: string, fn: F): ReturnType<F>;
  trace<F extends TracedFunction>(name: string, options: ActiveSpanOptions | undefined, fn: F): ReturnType<F>;
  trace(name: string, second: ActiveSpanOptions | undefined | TracedFunction, third?: TracedFunction): unknown {
    const options = typeof second === 'function' ? undefined : second;
    const fn = functionOf(second, third);
    if (fn.length < 2) return this.withActiveSpan(name, options, fn as (span: Span) => unknown);
    return runUntilDone(this.scopeManager, this.startSpan(name, options), options?.finishOnClose ?? true, fn);
  }

  wrap<F extends AnyFunction>(name: string, fn: F): F;
  wrap<F extends AnyFunction>(
    name: string,
    options: WrapOptions | ((...args: Parameters<F>) => WrapOptions) | undefined,
    fn: F,
  ): F;
  wrap<F extends AnyFunction>(
    name: string,
    second: WrapOptions | ((...args: Parameters<F>) => WrapOptions) | undefined | F,
    third?: F,
  ): F {
    const fn = third ?? (second as F);
    const given = third === undefined ? undefined : (second as WrapOptions | AnyFunction | undefined);
    const wrapped = boundFunction(fn, (call, self, args) => {
      if (isNoop(this)) return call();
      const options = typeof given === 'function' ? (optionsFrom(given, self, args) as WrapOptions | undefined) : given;
      if (options?.callback !== true || typeof args.at(-1) !== 'function') {
        return this.withActiveSpan(name, options, () => call());
      }
      const enter = this.scopeManager.snapshot();
      const finishOnClose = options.finishOnClose ?? true;
      const run = (_span: Span, done: Done): unknown => {
        args[args.length - 1] = endingBy(args.at(-1) as AnyFunction, done, enter);
        return call();
      };
      return runUntilDone(this.scopeManager, this.startSpan(name, options), finishOnClose, run, true);
    });
    const promisified = (fn as { [promisify]?: AnyFunction })[promisify];
    // Else `util.promisify` would lead past the span.
    if (typeof promisified === 'function') {
      // What `util.promisify` has given is its own promise form.
      const value = promisified === fn ? wrapped : this.wrap(name, given, promisified);
      Object.defineProperty(wrapped, promisify, { value, configurable: true });
    }
    return wrapped;
  }

  inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void {
    if (this._inject === noopInject) return;
    const context: SpanContext | null = contextOf(spanContext);
    // Where tracing is switched off, the application has the no-op's span in hand: it leads nowhere. Elsewhere it may be
    // the context of a tracer's span that has none of its own.
    if (isNoopSpan(context) && isNoopSpan(this.scopeManager.activeParent)) return;
    this._inject(context, format, carrier);
  }

  extract(format: string, carrier: unknown): SpanContext | null {
    return this._extract(format, carrier);
  }

  close(callback?: () => void): Promise<void> | void {
    if (typeof callback === 'function') callback();
    return Promise.resolve();
  }

  /** Closes the tracer when a block of `await using` is left, also one whose `close` knows only a callback. */
  async [Symbol.asyncDispose](): Promise<void> {
    await closeTracer(this);
  }

  /**
   * Starts a span. By default returns the no-op span.
   *
   * @param _name `''` when none was given
   * @param _fields the options with `childOf` and the implicit parent turned into the last of `references`. The parent is
   *   the first child-of reference, else the first reference; where there are others beside it `childOf` stays,
   *   though not enumerable, and is it
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

/**
 * The options as `_startSpan` takes them. The caller's object is never changed, and is copied only where it must be.
 *
 * @param links what the options name
 * @param implicit the active span, when that is no parent
 */
function fieldsOf(
  options: SpanOptions | undefined,
  links: Reference[],
  implicit: Span | SpanContext | null,
): SpanOptions {
  if (implicit) links.push(childOf(implicit));
  if (!options) return implicit ? { references: links } : {};
  const { references } = options;
  const isWhole = !references || (Array.isArray(references) && references.length === links.length);
  if (!implicit && !options.childOf && isWhole) return options;
  const { childOf: parent, references: _, ...fields } = options;
  // Not to be listed: npm deletes it, and lightstep-tracer warns of fields that it does not know.
  if (parent && links.length > 1) Object.defineProperty(fields, 'childOf', { value: parent });
  return Object.assign(fields, { references: links });
}

/**
 * Whether options name a parent, or want none.
 *
 * @param links is given what they name, in the same walk: asking a reference for its context may cost something
 */
function namesParent({ childOf: parent, references, ignoreActiveSpan }: SpanOptions, links?: Reference[]): boolean {
  let named = ignoreActiveSpan === true || isParent(parent);
  for (const reference of listOf(references) ?? noReferences) {
    const context = contextIn(reference);
    if (context) links?.push(reference);
    named ||= isParent(context);
  }
  if (isObject(parent) && parent !== noopSpan) links?.push(childOf(parent));
  return named;
}

const noReferences: readonly Reference[] = [];

/** Nothing for a reference that leads nowhere. Types forbid it, and carriers without a context make it common. */
function contextIn(reference: Partial<Reference> | null | undefined): SpanContext | null {
  const context = typeof reference?.referencedContext === 'function' ? reference.referencedContext() : null;
  return isObject(context) ? context : null;
}

/** The options without references that lead nowhere, for tracers that do not pass over them. */
export function withoutEmptyReferences(options: SpanOptions): SpanOptions {
  const references = listOf(options.references);
  return references ? { ...options, references: references.filter((reference) => contextIn(reference)) } : options;
}

/** The no-op's context is nobody's parent, nor is what is no object. */
function isParent(candidate: Span | SpanContext | null | undefined): boolean {
  return isObject(candidate) && !isNoopSpan(candidate) && !isNpmNoop(candidate);
}

/** Callers without types give one reference without a list, as opentracing-python's tracers allow, or null. */
function listOf(references: Reference[] | undefined): Reference[] | undefined {
  return references && !Array.isArray(references) ? [references] : references;
}

/** @throws TypeError before anything is started */
function functionOf<F extends AnyFunction>(second: unknown, third: F | undefined): F {
  const fn = typeof second === 'function' ? second : third;
  if (typeof fn !== 'function') throw new TypeError(`the last argument is not a function: ${String(fn)}`);
  return fn as F;
}

/** The callback of a traced function: ends its span, and runs where the function was called from. */
function endingBy(callback: AnyFunction, done: Done, enter: <R>(fn: () => R) => R): AnyFunction {
  return function (this: unknown, ...results: unknown[]): unknown {
    try {
      done(results[0]);
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- the application waits for its callback
      return enter(() => Reflect.apply(callback, this, results) as unknown);
    }
  };
}

/** Whether nothing that a tracer does was replaced, neither here nor in a class between. */
function isNoop(tracer: TracerClass): boolean {
  const { startSpan, _startSpan } = tracer as unknown as TracerHooks;
  return startSpan === TracerClass.prototype.startSpan && _startSpan === noopStartSpan;
}

interface ManagerHolder {
  [managerKey]?: ScopeManager;
}

interface TracerHooks {
  startSpan: TracerContract['startSpan'];
  _startSpan: (name: string, fields: SpanOptions) => Span;
  _inject: (spanContext: SpanContext, format: string, carrier: unknown) => void;
}

const { _startSpan: noopStartSpan, _inject: noopInject } = TracerClass.prototype as unknown as TracerHooks;

/** Told by shape: tracers written for npm pass on arguments of all kinds. @internal */
export function isScopeManager(candidate: unknown): candidate is ScopeManager {
  return isObject(candidate) && typeof (candidate as Partial<ScopeManager>).activate === 'function';
}

/** A tracer made by {@link TracerConstructor}, with the hooks of its class. Declarations that infer one need the name. */
export interface TracerBase extends TracerClass {}

/** The class of tracers. Its instances are told from others as {@link Tracer}. */
export interface TracerConstructor {
  /** @param scopeManager taken only when it is one: subclasses written for npm pass on arguments of all kinds */
  new (scopeManager?: ScopeManager): TracerBase;
  readonly prototype: TracerContract;
}

/** The base of all tracers, itself the no-op. Can be called without `new` by ES5 subclasses. */
export const Tracer: TracerConstructor = /* @__PURE__ */ callable('Tracer', TracerClass, function (scopeManager) {
  if (isScopeManager(scopeManager)) (this as ManagerHolder)[managerKey] = scopeManager;
});
export type Tracer = TracerContract;
export type { ActiveSpanOptions, SpanOptions };
/** @alias */
export default Tracer;

/** The tracer of spans that have none. */
export const noopTracer: Tracer = new TracerClass();
fillNoopTracerSlot(noopTracer);
