import { imitate } from '@spanwise/instrumentation/internal/replace-function';
import {
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  isNoopSpan,
  recordError,
  REFERENCE_CHILD_OF,
  UnsupportedFormatException,
} from '@spanwise/opentracing';
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
  Tracer,
  WrapOptions,
} from '@spanwise/opentracing';
import { PageScopeManager } from './page-scope-manager.ts';

import { clockOffset } from './page-clock.ts';
import { PageSpan } from './page-span.ts';
import { type Baggage, PageSpanContext } from './span-context.ts';
import { contextFrom, headersOf } from './trace-context.ts';

/** What a `PageTracer` may be given. */
export interface PageTracerOptions {
  /** Takes each finished span that is sampled, as OTLP JSON. */
  readonly record: (json: string) => void;
  /** Share of the traces that begin here which are recorded, 0 to 1. 1 unless given. */
  readonly sampleRate?: number | undefined;
  /** Knows the active span; a `PageScopeManager` unless given. Give one of zone.js for code that awaits. */
  readonly scopeManager?: ScopeManager | undefined;
}

/** Counts since the tracer was made: `started = unsampled + open + finished + discarded`. */
export interface PageTracerStats {
  /** Spans started, recorded or not. */
  readonly started: number;
  /** Started and not recorded. They count nowhere else. */
  readonly unsampled: number;
  /** Recorded and not finished. */
  readonly open: number;
  /** Recorded, finished, and handed on. */
  readonly finished: number;
  /** Recorded, and ended without a report: an interaction that led to nothing. */
  readonly discarded: number;
}

/**
 * An OpenTracing tracer that is small enough for pages: text maps and HTTP headers in W3C's format, a rate of traces,
 * spans as OTLP JSON. For Node, and for samplers, other formats and limits to choose, `@spanwise/tracer` has one.
 *
 * There is no asynchronous context in browsers: a span is active in the code that a callback calls, until its first
 * `await`.
 *
 * It implements the API's contract without its base class, whose share of a page's 8 KB is too large; the conformance suites
 * hold it to the same.
 */
export class PageTracer implements Tracer {
  /** Knows the active span. */
  scopeManager: ScopeManager;
  readonly #record: (json: string) => void;
  /** The last 56 bits of the lowest trace id that is recorded, and what says so in `tracestate`. */
  readonly #threshold: string;
  readonly #traceState: string;
  #started = 0;
  #unsampled = 0;
  #finished = 0;
  #discarded = 0;

  /** Usually made by `init`. */
  constructor({ record, sampleRate = 1, scopeManager = new PageScopeManager() }: PageTracerOptions) {
    this.scopeManager = scopeManager;
    this.#record = record;
    // W3C's consistent probability, to 56 bits. One digit more is a rate of 0: above every id.
    const threshold = (BigInt(2 ** 56) - BigInt(Math.round(sampleRate * 2 ** 56))).toString(16);
    this.#threshold = threshold.length > 14 ? 'never' : threshold.padStart(14, '0');
    this.#traceState = `ot=th:${this.#threshold.replace(/0+$/, '') || '0'}`;
  }

  /** The counts of this moment. */
  stats(): PageTracerStats {
    const [started, unsampled, finished, discarded] = [this.#started, this.#unsampled, this.#finished, this.#discarded];
    return { started, unsampled, open: started - unsampled - finished - discarded, finished, discarded };
  }

  /** The span of the active scope; `null` when there is none. */
  get activeSpan(): Span | null {
    const span = this.scopeManager.active?.span;
    return span && !isNoopSpan(span) ? span : null;
  }

  /** Starts a span: a child of `childOf`, else of the first reference, else of the active span; else a root. */
  startSpan(name = '', options?: SpanOptions): PageSpan {
    // Callers without types pass null.
    const { childOf, references, ignoreActiveSpan, tags, startTime } = options ?? {};
    const named = contextOf(childOf);
    // And one reference without a list, and references to nothing.
    const links = [references].flat().filter(contextIn) as Reference[];
    const first = named ? undefined : (links.find((link) => link.type() === REFERENCE_CHILD_OF) ?? links[0]);
    const active = named || first || ignoreActiveSpan ? undefined : this.scopeManager.activeParent;
    const parent = named ?? contextOf(first?.referencedContext()) ?? contextOf(active);
    const context = this.#contextUnder(parent, isNoopSpan(active) ? 0 : priorityOf(tags));
    const span = new PageSpan({
      tracer: this,
      context,
      name,
      parentId: parent?.toSpanId(),
      links: links.filter((link) => link !== first || link.type() !== REFERENCE_CHILD_OF),
      startTime,
      finished: (json) => this.#ended(context, json),
    });
    this.#started++;
    if (!context.sampled) this.#unsampled++;
    if (tags) span.addTags(tags);
    parent?.onChild?.(span);
    return span;
  }

  /** Starts a span and makes it the active one until the scope is closed, which finishes it unless told otherwise. */
  startActiveSpan(name: string, options?: ActiveSpanOptions): Scope {
    return this.scopeManager.activate(this.startSpan(name, options), options?.finishOnClose ?? true);
  }

  /** Runs `fn` with the span active: in what `fn` calls before its first `await`. See `Tracer.withActiveSpan` of the API. */
  withActiveSpan<R>(nameOrSpan: string | Span, fn: (span: Span) => R): R;
  /** The same, with options. */
  withActiveSpan<R>(
    nameOrSpan: string | Span,
    options: ActiveSpanOptions | ScopeOptions | undefined,
    fn: (span: Span) => R,
  ): R;
  withActiveSpan<R>(
    nameOrSpan: string | Span,
    second: ActiveSpanOptions | undefined | ((span: Span) => R),
    third?: (span: Span) => R,
  ): R {
    return this.#run(nameOrSpan, optionsOf(second), false, (third ?? second) as (span: Span) => R);
  }

  /** As `withActiveSpan`; a function of two parameters ends the span by calling the second. See `Tracer.trace` of the API. */
  trace<F extends (span: Span, done: Done) => unknown>(name: string, fn: F): ReturnType<F>;
  /** The same, with options. */
  trace<F extends (span: Span, done: Done) => unknown>(
    name: string,
    options: ActiveSpanOptions | undefined,
    fn: F,
  ): ReturnType<F>;
  trace(name: string, second: unknown, third?: unknown): never {
    const fn = (third ?? second) as (span: Span, done?: Done) => unknown;
    return this.#run(name, optionsOf(second), fn.length > 1, fn) as never;
  }

  /** A function that runs `fn` with a span of its own active. See `Tracer.wrap` of the API. */
  // oxlint-disable-next-line typescript/no-explicit-any -- `unknown` excludes functions that take arguments
  wrap<F extends (this: any, ...args: any[]) => any>(name: string, fn: F): F;
  /** The same, with options, or a function of the arguments that gives them. */
  // oxlint-disable-next-line typescript/no-explicit-any
  wrap<F extends (this: any, ...args: any[]) => any>(
    name: string,
    options: WrapOptions | ((...args: Parameters<F>) => WrapOptions) | undefined,
    fn: F,
  ): F;
  wrap(name: string, second: unknown, third?: unknown): never {
    const fn = (third ?? second) as (...args: unknown[]) => unknown;
    const run = (self: unknown, args: unknown[]): unknown => {
      const made: unknown = third && typeof second === 'function' ? Reflect.apply(second, self, args) : second;
      const options: WrapOptions | undefined = optionsOf(made);
      const callback: unknown = args.at(-1);
      const isByCallback = options?.callback === true && typeof callback === 'function';
      const enter = isByCallback ? this.scopeManager.snapshot() : undefined;
      return this.#run(name, options, isByCallback, (_, done) => {
        if (enter) {
          args[args.length - 1] = function (this: unknown, ...results: unknown[]): unknown {
            done(results[0]);
            return enter((): unknown => Reflect.apply(callback as () => unknown, this, results));
          };
        }
        return Reflect.apply(fn, self, args);
      });
    };
    const wrapped = function (this: unknown, ...args: unknown[]): unknown {
      return run(this, args);
    };
    return imitate(wrapped, fn) as never;
  }

  /** Writes a context into a plain object, or anything with `set(name, value)`: `traceparent`, `tracestate`, `baggage`. */
  inject(spanContext: SpanContext | Span, format: string, carrier: unknown): void {
    requireText(format);
    const context = contextOf(spanContext);
    const target = carrier as Headers & Record<string, string>;
    try {
      for (const [name, value] of context ? headersOf(context) : []) {
        if (typeof target.set === 'function') target.set(name, value);
        else target[name] = value;
      }
    } catch {
      // No carrier, or a frozen one.
    }
  }

  /** Reads a context from a plain object, or anything with `entries()`; `null` when there is none that can be read. */
  extract(format: string, carrier: unknown): PageSpanContext | null {
    requireText(format);
    try {
      const { entries } = carrier as { entries?: unknown };
      const pairs = typeof entries === 'function' ? (carrier as Headers).entries() : Object.entries(carrier as object);
      const headers = Object.fromEntries(Array.from(pairs, ([name, value]) => [name.toLowerCase(), String(value)]));
      return contextFrom(headers['traceparent'], headers['tracestate'], headers['baggage']) ?? null;
    } catch {
      return null;
    }
  }

  /** Nothing waits in the tracer: `shutdown` of what `init` gives sends what is left. */
  close(callback?: () => void): Promise<void> {
    callback?.();
    return Promise.resolve();
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The scope is left with the call; the span ends with the promise that it gave, or when `done` is called. */
  #run<R>(
    nameOrSpan: string | Span,
    options: ActiveSpanOptions | undefined,
    isByCallback: boolean,
    fn: (span: Span, done: Done) => R,
  ): R {
    const isNew = typeof nameOrSpan === 'string';
    const span = isNew ? this.startSpan(nameOrSpan, options) : nameOrSpan;
    return this.scopeManager.run(span, options?.finishOnClose ?? isNew, (scope) => {
      const failed = (error: unknown): never => {
        recordError(span, error);
        scope.close();
        throw error;
      };
      const done: Done = (error) => {
        if (error) recordError(span, error);
        scope.close();
      };
      let result: R;
      try {
        result = fn(span, done);
      } catch (error) {
        return failed(error);
      }
      if (result instanceof Promise) {
        return result.then((value: unknown) => {
          if (!isByCallback) scope.close();
          return value;
        }, failed) as R;
      }
      if (!isByCallback) scope.close();
      return result;
    });
  }

  #contextUnder(parent: PageSpanContext | undefined, priority: number | undefined): PageSpanContext {
    const traceId = parent?.toTraceId() ?? randomHex(16);
    const sampled = priority === undefined ? (parent?.sampled ?? traceId.slice(18) >= this.#threshold) : priority > 0;
    const traceState = parent?.traceState ?? (sampled && priority === undefined ? this.#traceState : '');
    const offset = parent?.clockOffset ?? clockOffset();
    // Ids that are made here are random. Of others their maker knows.
    const flags = Number(sampled) | (parent === undefined ? 2 : parent.flags & 2);
    return new PageSpanContext(traceId, randomHex(8), flags, traceState, parent?.baggage ?? noBaggage, offset);
  }

  #ended(context: PageSpanContext, json: string | undefined): void {
    if (!context.sampled) return;
    if (json === undefined) {
      this.#discarded++;
      return;
    }
    this.#finished++;
    this.#record(json);
  }
}

function optionsOf(second: unknown): ActiveSpanOptions | undefined {
  return typeof second === 'function' ? undefined : (second as ActiveSpanOptions | undefined);
}

const noBaggage: Baggage = Object.freeze({});

/** Ours, of a span or a context; those of other tracers name no parent. */
function contextOf(candidate: Span | SpanContext | null | undefined): PageSpanContext | undefined {
  const context = candidate instanceof PageSpan ? candidate.context() : candidate;
  return context instanceof PageSpanContext ? context : undefined;
}

/** References are the application's, and may be another library's: those that throw name no parent. */
function contextIn(reference: Reference | null | undefined): PageSpanContext | undefined {
  try {
    return contextOf(reference?.referencedContext?.());
  } catch {
    return undefined;
  }
}

/** What the tag `sampling.priority` says; `undefined` where it is not set, or cannot be read. */
function priorityOf(tags: SpanOptions['tags']): number | undefined {
  try {
    const priority: unknown = tags?.['sampling.priority'];
    return priority === undefined ? undefined : Number(priority);
  } catch {
    return undefined;
  }
}

/** Binary carriers are for message queues, which pages have none of. */
function requireText(format: string): void {
  if (format !== FORMAT_HTTP_HEADERS && format !== FORMAT_TEXT_MAP) throw new UnsupportedFormatException(format);
}

/** An id of so many bytes. Never zero: one in 2^64 may lose its last digit to chance. */
function randomHex(bytes: number): string {
  let hex = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(bytes))) hex += (byte + 256).toString(16).slice(1);
  return hex.replace(/^0+$/, (zeros) => `${zeros.slice(1)}1`);
}
