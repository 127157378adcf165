// The types of the OpenTracing API in one file, because they refer to each other in a circle (a span knows its tracer,
// a tracer starts spans). They are interfaces, so that spans and tracers of another copy of this package fit them too.

// What `using` needs, for compilers and targets whose library does not have it. Where it has, the declarations merge.
declare global {
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
  /** What `using` closes: as in the library `esnext.disposable`, with which this merges. */
  interface Disposable {
    /** Releases what the object holds; called when the block of `using` is left. */
    [Symbol.dispose](): void;
  }
  /** What `await using` closes: as in the library `esnext.disposable`, with which this merges. */
  interface AsyncDisposable {
    /** Releases what the object holds; awaited when the block of `await using` is left. */
    [Symbol.asyncDispose](): PromiseLike<void>;
  }
}

/**
 * The part of a span that travels: to its children and, through {@link Tracer.inject}, to other processes.
 *
 * Safe to keep after the span has finished. Everything beyond the two ids belongs to the tracer that made it.
 */
export interface SpanContext {
  /** The trace id as text (hex in every known tracer), or `''` when there is none, as in the no-op. */
  toTraceId(): string;
  /** The span id as text (hex in every known tracer), or `''` when there is none, as in the no-op. */
  toSpanId(): string;
}

declare const tagValue: unique symbol;

/** The name of a tag that knows the type of its values: a plain string at run time. Made by `tag()` of `./tags`. */
export type Tag<V> = string & {
  /** For the compiler alone: there is no such property. */
  readonly [tagValue]: V;
};

/** What the tag `K` may be set to: by its {@link Tag} type, or anything when it is a plain string. */
// `any`, because classes written for npm opentracing override `setTag` with narrower types.
// oxlint-disable-next-line typescript/no-explicit-any
export type TagValue<K extends string> = K extends Tag<infer V> ? V : any;

/** Tags or log fields. */
// `any`, not `unknown`: only then TypeScript lets callers pass objects whose type is an interface.
// oxlint-disable-next-line typescript/no-explicit-any
export type KeyValues = { [key: string]: any };

/**
 * One timed operation.
 *
 * After {@link Span.finish} only {@link Span.context} may be used; what else happens is up to the tracer.
 * Source: OpenTracing specification 1.1, "Span".
 */
export interface Span extends Disposable {
  /** The context of this span; also allowed after `finish`. */
  context(): SpanContext;
  /** The tracer that started this span. */
  tracer(): Tracer;
  /** Replaces the operation name: a low-cardinality word or route for all spans of this kind, not one that holds ids. */
  setOperationName(name: string): this;
  /**
   * Attaches a value that travels with the context to all later descendants, in other processes too.
   * Costs bytes on every request below this span: use it sparingly, and never for secrets.
   */
  setBaggageItem(key: string, value: string): this;
  /** The baggage value of `key`, own or inherited; `undefined` when there is none, and in the no-op. */
  getBaggageItem(key: string): string | undefined;
  /**
   * Sets one tag; the last value of a key wins. Strings, numbers and booleans are kept by every tracer. Keys from
   * `@spanwise/opentracing/tags`, and those made by its `tag()`, say what their values are; others take anything.
   */
  setTag<K extends string>(key: K, value: TagValue<K>): this;
  /** Sets several tags, see {@link Span.setTag}. */
  addTags(keyValueMap: KeyValues): this;
  /**
   * Records something that happened at one moment.
   *
   * @param timestamp milliseconds since 1970, fractions allowed; now when left out
   */
  log(keyValuePairs: KeyValues, timestamp?: number): this;
  /** @deprecated Use `log({ event, payload })`. */
  logEvent(eventName: string, payload: unknown): void;
  /**
   * Ends the span. The first call counts.
   *
   * @param finishTime milliseconds since 1970, fractions allowed; now when left out
   * @throws Error at the second call, by spans of a strict tracer alone: `new MockTracer({ strict: true })`
   */
  finish(finishTime?: number): void;
  /**
   * Finishes the span when a `using` block is left. It cannot see an exception: prefer {@link Tracer.withActiveSpan}.
   */
  [Symbol.dispose](): void;
}

/** A causal link from a new span to an older one. Made by `childOf()` and `followsFrom()`. */
export interface Reference {
  /** `REFERENCE_CHILD_OF`, `REFERENCE_FOLLOWS_FROM`, or what a tracer defines beyond them. */
  type(): string;
  /** The context of the older span. */
  referencedContext(): SpanContext;
}

/** How to start a span. The object stays the caller's: it is read, never changed. */
export interface SpanOptions {
  /** The parent, as a span or its context. `null` and `undefined` mean "not named here". */
  childOf?: Span | SpanContext | null | undefined;
  /** More links, in order; `childOf` comes after them. */
  references?: Reference[] | undefined;
  /** Tags to begin with. The tracer may keep the object: do not change it afterwards. */
  tags?: KeyValues | undefined;
  /** Start in milliseconds since 1970, fractions allowed; now when left out. */
  startTime?: number | undefined;
  /**
   * `true` starts a root although a scope is active. Default `false`: without a parent here, the
   * active span is the parent.
   */
  ignoreActiveSpan?: boolean | undefined;
}

/** How to start a span and make it the active one. */
export interface ActiveSpanOptions extends SpanOptions {
  /** Whether closing the scope finishes the span. Default `true`. */
  finishOnClose?: boolean | undefined;
}

/** How {@link Tracer.withActiveSpan} treats a span that is there already. */
export interface ScopeOptions {
  /** Whether the span finishes when the function is over. Default `false`: who started it finishes it. */
  finishOnClose?: boolean | undefined;
}

/** How {@link Tracer.wrap} traces a function. */
export interface WrapOptions extends ActiveSpanOptions {
  /**
   * `true` says that the last argument is a Node-style callback, error first: the span lasts until it is called, and what
   * its first argument has is the error. One that is not called so, such as that of `fs.exists`, would make its `true`
   * an error: trace such a function with {@link Tracer.trace}. It runs where the function was called from. Default
   * `false`.
   */
  callback?: boolean | undefined;
}

/** Ends a span of {@link Tracer.trace}, with what went wrong if something did. Later calls are ignored. */
export type Done = (error?: unknown) => void;

/**
 * The time in which a span is the active one.
 *
 * Close it where it was opened, in the reverse order of opening; `using scope = …` does that.
 */
export interface Scope extends Disposable {
  /** The span that this scope made active. Remains readable after the scope is closed. */
  readonly span: Span;
  /** The manager that opened this scope. */
  readonly manager: ScopeManager;
  /**
   * Ends the scope, and its span if it was opened so. Never throws on misuse. A scope of {@link ScopeManager.run} ends
   * wherever this is called. For one of {@link ScopeManager.activate}:
   * - the active scope of this context: the one before becomes active again;
   * - open, but another one was opened on it: done when that one closes (close the inner one first);
   * - opened in another context: closed, and this context stays as it is;
   * - closed before: nothing happens.
   */
  close(): void;
  /** The same as {@link Scope.close}. */
  [Symbol.dispose](): void;
}

/**
 * Knows which span is active "here", wherever here is: in this chain of calls and of what they wait for.
 *
 * Implementations must pass the cases of `scopeManagerCases` (`@spanwise/opentracing/conformance`). The
 * base class does nothing.
 */
export interface ScopeManager {
  /** The open scope that is active here, or `null`. */
  readonly active: Scope | null;
  /**
   * What a span started here is a child of, in its cheapest form: the active span, or the context of a span whose
   * callback-form scope is over while work begun in it still runs, or `null`. For tracers.
   */
  readonly activeParent: Span | SpanContext | null;
  /** The context of {@link ScopeManager.activeParent}, or `null`. For logs. */
  readonly activeContext: SpanContext | null;
  /**
   * Makes `span` active from here on, until the scope is closed. The no-op's span switches tracing off here, as
   * `suppressTracing` does. Given no span, as callers without types may, nothing changes: what is active stays so, and
   * the scope is the no-op's. The same holds for {@link ScopeManager.run}.
   * For concurrent work use {@link ScopeManager.run}: in an async function what is activated before the first
   * `await` is active in the caller too.
   *
   * @param finishOnClose whether closing the scope finishes the span; default `false`
   */
  activate(span: Span, finishOnClose?: boolean): Scope;
  /**
   * Calls `fn` with `span` active in it and in all that it starts, and nowhere else. Returns what `fn` returns.
   * The caller closes the scope when the work is over (for a promise: when it settles), from wherever it likes; work
   * that runs on afterwards keeps the span's context as {@link ScopeManager.activeParent}. Most code wants
   * {@link Tracer.withActiveSpan}.
   */
  run<R>(span: Span, finishOnClose: boolean, fn: (scope: Scope) => R): R;
  /**
   * Calls `fn` with no active span in it and in all that it starts: what is started there is a root. For work that only
   * happens to begin here, such as a timer that refreshes a cache. (opentracing-python: `no_parent_scope`.)
   */
  runDetached<R>(fn: () => R): R;
  /**
   * Notes what is active here, and returns a function that calls others there: for queues and pools, whose work would
   * otherwise see whatever is active where they are emptied.
   */
  snapshot(): <R>(fn: () => R) => R;
  /**
   * A function that does what `fn` does, where it was bound: with what is active here, or with `span` as the active one
   * (it stays open when `fn` is over), or with none (`null`). `this`, arguments, length, own properties and the kind
   * (`Symbol.toStringTag`: async, generator) are those of `fn`.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
  bind<F extends (this: any, ...args: any[]) => any>(fn: F, span?: Span | null): F;
}

/**
 * Starts spans, and carries their contexts into and out of processes.
 *
 * The base class is the no-op. Tracers override `_startSpan`, `_inject` and `_extract`, or the public methods.
 * Source: OpenTracing specification 1.1, "Tracer"; scopes as in opentracing-python 2.
 */
export interface Tracer extends AsyncDisposable {
  /**
   * The manager that this tracer asks for the active span, never null; does nothing by default. May be set on
   * tracers that take none, before they start spans: what was active in the old one is not in the new one.
   *
   * @throws Error when it is set on `globalTracer()` before `initGlobalTracer()` has given that a tracer, or when that one
   *   is frozen
   */
  scopeManager: ScopeManager;
  /** The span of the active scope; `null` when there is none, in the no-op, and under `suppressTracing`. */
  readonly activeSpan: Span | null;
  /**
   * Starts a span. Its parent is `childOf`, else the first child-of reference, else the first reference, else the active
   * span (unless `ignoreActiveSpan`). References to nothing are passed over. The span is not made active.
   *
   * @param name may be given later by `setOperationName`
   */
  startSpan(name?: string, options?: SpanOptions): Span;
  /**
   * Starts a span and makes it active until the scope is closed. In async functions prefer
   * {@link Tracer.withActiveSpan}.
   */
  startActiveSpan(name: string, options?: ActiveSpanOptions): Scope;
  /**
   * Starts a span and calls `fn` with it as the active one. The span finishes when `fn` is over (not with
   * `finishOnClose: false`): when it returns, or its promise settles, or the generator that it gives is exhausted or
   * left. What `fn` throws is tagged on the span (`error=true`, an `error` log) and thrown on.
   *
   * A thenable that is more than a promise is given back as it is: a query that begins with its `then` (knex, mongoose,
   * postgres, Prisma), a process (zx, execa), an instance of a subclass of `Promise`. The span lasts until what its `then`
   * begins has settled, and stays open when `then` is never called: what `exec`, an iterator or a copy does is not seen. Then
   * write `() => query.exec()`. A bare `{ then }` is begun at once, and a promise is given.
   *
   * In a generator the span is active in each step and not between them, where the consumer runs. One that is neither
   * exhausted nor left (`for … of` leaves it) keeps its span open.
   *
   * @throws TypeError when the last argument is no function; no span is started then. And what `fn` throws
   */
  withActiveSpan<R>(name: string, fn: (span: Span) => R): R;
  /**
   * The same with options.
   *
   * @param options as in {@link Tracer.startSpan}, and whether the end of `fn` finishes the span
   */
  withActiveSpan<R>(name: string, options: ActiveSpanOptions | undefined, fn: (span: Span) => R): R;
  /**
   * The same with a span that was started before. It stays open by default; its errors are tagged. Given no span, as
   * callers without types may, it starts one without a name: what is no span is taken for the name.
   */
  withActiveSpan<R>(span: Span, fn: (span: Span) => R): R;
  /**
   * The same with a span that was started before, and options.
   *
   * @param options whether the end of `fn` finishes the span; default `false`
   */
  withActiveSpan<R>(span: Span, options: ScopeOptions | undefined, fn: (span: Span) => R): R;
  /**
   * {@link Tracer.withActiveSpan}, and for functions with a second parameter: the span then lasts until `done` is
   * called. For code with callbacks; for promises and generators it is no more than {@link Tracer.withActiveSpan}.
   *
   * @throws TypeError when the last argument is no function; no span is started then
   */
  trace<F extends (span: Span, done: Done) => unknown>(name: string, fn: F): ReturnType<F>;
  /**
   * The same with options.
   *
   * @param options as in {@link Tracer.startSpan}, and whether the end of the work finishes the span; default `true`
   */
  trace<F extends (span: Span, done: Done) => unknown>(
    name: string,
    options: ActiveSpanOptions | undefined,
    fn: F,
  ): ReturnType<F>;
  /**
   * A function that does what `fn` does, in a new active span for each call. `this`, length, own properties and the kind
   * of a function (`Symbol.toStringTag`: async, generator) are kept.
   * Not for classes, and not for a function that is called so often that its spans would be noise.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
  wrap<F extends (this: any, ...args: any[]) => any>(name: string, fn: F): F;
  /**
   * The same with options, fixed ones or made anew for each call.
   *
   * @param options may be a function that makes them from `this` and the arguments of a call; if it throws, the call is
   *   traced without
   */
  // oxlint-disable-next-line typescript/no-explicit-any
  wrap<F extends (this: any, ...args: any[]) => any>(
    name: string,
    options: WrapOptions | ((...args: Parameters<F>) => WrapOptions) | undefined,
    fn: F,
  ): F;
  /**
   * Writes a context into `carrier`, and leaves its other entries alone. The no-op's context leaves nothing there.
   *
   * Source: OpenTracing specification 1.1, "Inject a SpanContext into a carrier".
   *
   * @param spanContext a span may be given too; its context is taken
   * @param format `FORMAT_TEXT_MAP`, `FORMAT_HTTP_HEADERS`, `FORMAT_BINARY`, or what the tracer defines beyond them
   * @param carrier of the kind that the format says; text formats also take a `Map` or a `Headers`
   * @throws UnsupportedFormatException when the tracer does not know the format (never in the no-op)
   * @throws InvalidCarrierException when the carrier cannot take a context: the `MockTracer`, strict or not. The tracer
   *   of `@spanwise/tracer` counts it in `stats().carrierErrors` instead
   */
  inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void;
  /**
   * Reads a context from `carrier`; `null` when there is none, or it is damaged, or the carrier is of another kind, and
   * the tracer is not a strict one. The no-op gives its context.
   *
   * Source: OpenTracing specification 1.1, "Extract a SpanContext from a carrier".
   *
   * @param format as in {@link Tracer.inject}
   * @param carrier as in {@link Tracer.inject}; it is only read
   * @throws UnsupportedFormatException when the tracer does not know the format (never in the no-op)
   * @throws InvalidCarrierException when the carrier is not of the format's kind, or cannot be read: strict tracers
   *   alone, which is `new MockTracer({ strict: true })` here
   * @throws SpanContextCorruptedException when the carrier holds no context, or an incomplete or damaged one: strict
   *   tracers alone, as opentracing-python's
   */
  extract(format: string, carrier: unknown): SpanContext | null;
  /**
   * Delivers what was finished and releases what the tracer holds. Nothing in the base class. May be called again;
   * spans that are started or finished afterwards may be lost, but calls do not throw.
   * Source: OpenTracing's RFC "Closeable tracer".
   *
   * @param callback called when it is done, for code without promises
   * @returns a promise for when it is done; nothing from tracers that know callbacks only
   */
  close(callback?: () => void): Promise<void> | void;
  /** {@link Tracer.close}, for `await using tracer = …`. */
  [Symbol.asyncDispose](): Promise<void>;
}
