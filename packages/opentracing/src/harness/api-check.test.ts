import { describe, expect, it } from 'vitest';

import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, REFERENCE_FOLLOWS_FROM } from '../constants.ts';
import type {
  ActiveSpanOptions,
  Done,
  KeyValues,
  Reference,
  Scope,
  Span,
  SpanOptions,
  WrapOptions,
} from '../contract.ts';
import { UnsupportedFormatException } from '../exceptions.ts';
import type { AnyFunction } from '../internal/bound-function.ts';
import { MockContext, type MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { Tracer } from '../tracer.ts';
import { parentCases } from './api-check-extras.ts';
import { workCases } from './api-check-work.ts';
import { apiCheck } from './api-check.ts';
import { brokenTracers } from './fixtures/broken-tracers.ts';
import { failingCases } from './fixtures/failing-cases.ts';
import { recordedOfMock } from './fixtures/recorded-of-mock.ts';

const pythonNames = [
  'test_active_span',
  'test_start_active_span',
  'test_start_active_span_parent',
  'test_start_active_span_ignore_active_span',
  'test_start_active_span_not_finish_on_close',
  'test_start_active_span_finish_on_close',
  'test_start_active_span_default_finish_on_close',
  'test_start_span',
  'test_start_span_propagation',
  'test_start_span_propagation_ignore_active_span',
  'test_start_span_with_parent',
  'test_start_child_span',
  'test_set_operation_name',
  'test_span_as_context_manager',
  'test_span_tag_value_types',
  'test_span_tags_with_chaining',
  'test_span_logs',
  'test_span_baggage',
  'test_context_baggage',
  'test_text_propagation',
  'test_binary_propagation',
  'test_mandatory_formats',
  'test_unknown_format',
  'test_tracer_start_active_span_scope',
  'test_tracer_start_span_scope',
];

const forNoop = { checkBaggageValues: false, checkScopeManager: false, checkUnknownFormat: false };

function isParent(parent: Span | null, span: Span): boolean {
  return (span as MockSpan).parentId() === parent?.context().toSpanId();
}

/** A mock reports nothing: its spans stay, with their ends. */
function reportedEnds(span: Span): unknown[] {
  const tracer = span.tracer() as MockTracer;
  const reported = tracer.finishedSpans().filter((other) => other.uuid() === span.context().toSpanId());
  return reported.map((finished) => finished.finishTime());
}

const ofMock = { isParent, reportedEnds, recorded: recordedOfMock };

describe('apiCheck of the mock tracer', () => {
  for (const { name, run } of apiCheck(() => new MockTracer(), ofMock)) it(name, run);
});

describe('apiCheck of the strict mock tracer', () => {
  for (const { name, run } of apiCheck(() => new MockTracer({ strict: true }), { ...ofMock, strict: true }))
    it(name, run);
});

describe('apiCheck of the mock tracer with AsyncLocalStorage', () => {
  const create = (): MockTracer => new MockTracer(new AsyncLocalStorageScopeManager());
  for (const { name, run } of apiCheck(create, { isParent })) it(name, run);
});

describe('apiCheck of the no-op, with the checks switched off', () => {
  for (const { name, run } of apiCheck(() => new Tracer(), forNoop)) it(name, run);
});

describe('apiCheck', () => {
  it("has the 25 cases of opentracing-python's harness, and marks its own", () => {
    const names = apiCheck(() => new Tracer()).map(({ name }) => name);
    expect(names.slice(0, 25)).toEqual(pythonNames);
    expect(names.slice(25).every((name) => name.startsWith('extra: '))).toBe(true);
    expect(apiCheck(() => new Tracer(), { extras: false }).map(({ name }) => name)).toEqual(pythonNames);
  });

  it('fails on the no-op where it checks parents, scopes, baggage and formats', async () => {
    expect(await failingCases(apiCheck(() => new Tracer()))).toEqual([
      'test_active_span',
      'test_start_active_span',
      'test_start_active_span_parent',
      'test_start_active_span_finish_on_close',
      'test_start_active_span_default_finish_on_close',
      'test_start_span_propagation',
      'test_span_as_context_manager',
      'test_span_baggage',
      'test_context_baggage',
      'test_unknown_format',
      'test_tracer_start_span_scope',
      'extra: references to nothing are passed over at any index',
      'extra: with references to nothing alone, the active span is the parent',
      'extra: a scope that is closed twice finishes its span once',
      'extra: baggage is carried in text maps',
      'extra: baggage is carried in headers',
      'extra: baggage is carried in binary carriers',
      'extra: children inherit baggage',
      ...Object.keys(parentCases),
      ...Object.keys(workCases),
    ]);
  });

  it('asks a tracer that extends nothing of this package for no work that it cannot run', async () => {
    const create = (): Tracer => {
      const mock = new MockTracer();
      const startSpan: Tracer['startSpan'] = (...args) => mock.startSpan(...args);
      return { startSpan } as Tracer;
    };
    const failed = await failingCases(apiCheck(create, ofMock));
    expect(failed.filter((name) => name in workCases)).toEqual([]);
  });

  it('fails where parents are checked until it is told what a parent is', async () => {
    expect(await failingCases(apiCheck(() => new MockTracer(), { extras: false }))).toEqual([
      'test_start_active_span',
      'test_start_active_span_parent',
      'test_start_span_propagation',
    ]);
  });

  it('holds a strict tracer to what it declares', async () => {
    expect(await failingCases(apiCheck(() => new MockTracer(), { isParent, strict: true }))).toEqual([
      'extra: an empty carrier holds no context',
      'extra: damaged bytes hold no context',
      'extra: extract finds nothing in what is no carrier',
    ]);
    expect(await failingCases(apiCheck(() => new MockTracer({ strict: true }), { isParent }))).toEqual([
      'extra: a second finish throws nothing, and keeps the ids',
      'extra: an empty carrier holds no context',
      'extra: damaged bytes hold no context',
      'extra: extract finds nothing in what is no carrier',
    ]);
  });

  it('says which cases are not asked without a way to read what was recorded', () => {
    const skipped = apiCheck(() => new MockTracer(), { isParent }).filter((one) => one.skipped !== undefined);
    expect(skipped.length).toBeGreaterThan(5);
    for (const { name } of skipped) expect(name).toMatch(/^extra: .* \(not asked: there is no recorded\)$/);
  });

  it('leaves the spans of the tracer as they were', async () => {
    const tracer = new Tracer();
    await failingCases(apiCheck(() => tracer, forNoop));
    expect(Object.keys(tracer.startSpan('a'))).toEqual([]);
  });
});

/** A tracer in which one thing is broken. */
interface Mutant {
  breaks: (tracer: MockTracer) => void;
  /** The cases that cannot but see it too. */
  also?: string[];
}

/** What a tracer does when nobody broke it; its `startSpan` may be broken. */
function startActive(tracer: MockTracer, name: string, options?: ActiveSpanOptions): Scope {
  return Tracer.prototype.startActiveSpan.call(tracer, name, options);
}

const mutants: Record<string, Mutant> = {
  test_active_span: {
    breaks: (tracer) => Object.defineProperty(tracer, 'activeSpan', { get: () => null }),
  },
  test_start_active_span: {
    breaks: (tracer) =>
      changeActiveOptions(tracer, (options) =>
        tracer.activeSpan === null ? { ...options, childOf: new MockContext(null, foreignState) } : options,
      ),
  },
  test_start_active_span_parent: {
    breaks: (tracer) => changeActiveOptions(tracer, (options) => ({ ...options, ignoreActiveSpan: true })),
  },
  test_start_active_span_ignore_active_span: {
    breaks: (tracer) => changeActiveOptions(tracer, (options) => ({ ...options, ignoreActiveSpan: false })),
  },
  test_start_active_span_not_finish_on_close: {
    breaks: (tracer) => changeActiveOptions(tracer, (options) => ({ ...options, finishOnClose: true })),
  },
  test_start_active_span_finish_on_close: {
    breaks: (tracer) =>
      changeActiveOptions(tracer, (options) => (options.finishOnClose === true ? { finishOnClose: false } : options)),
  },
  test_start_active_span_default_finish_on_close: {
    breaks: (tracer) => changeActiveOptions(tracer, (options) => ({ finishOnClose: false, ...options })),
  },
  test_start_span: {
    breaks: (tracer) =>
      beforeStart(tracer, (_name, options) => failIf(options.tags !== undefined && options.references === undefined)),
  },
  test_start_span_propagation: {
    breaks: (tracer) => {
      tracer.startActiveSpan = (name, options = {}) => startActive(tracer, name, options);
      changeOptions(tracer, (options) => options ?? { ignoreActiveSpan: true });
    },
  },
  test_start_span_propagation_ignore_active_span: {
    breaks: (tracer) => {
      const startAny = tracer.startSpan.bind(tracer);
      tracer.startActiveSpan = (name, options) => tracer.scopeManager.activate(startAny(name, options), true);
      changeOptions(tracer, (options) => ({ ...options, ignoreActiveSpan: false }));
    },
    also: ['test_start_active_span_not_finish_on_close'],
  },
  test_start_span_with_parent: {
    breaks: (tracer) =>
      beforeStart(tracer, (_name, { childOf, references = [] }) =>
        failIf(!childOf && references.length === 1 && references[0]?.type() === REFERENCE_FOLLOWS_FROM),
      ),
    also: [
      'extra: the span that a reference names is the parent, and not the active span',
      'extra: a follows-from reference that is alone names the parent',
    ],
  },
  test_start_child_span: {
    breaks: (tracer) => {
      const half = Object.assign(Object.create(tracer) as MockTracer, { startSpan: () => failIf(true) });
      onSpan(tracer, (span) => Object.assign(span, { tracer: () => half }));
    },
  },
  test_set_operation_name: {
    breaks: (tracer) => beforeStart(tracer, (name) => failIf(name === undefined)),
  },
  test_span_as_context_manager: {
    breaks: (tracer) => onSpan(tracer, (span) => Object.assign(span, { [Symbol.dispose]: () => {} })),
  },
  test_span_tag_value_types: {
    breaks: (tracer) => beforeCall(tracer, 'setTag', (key, value) => failIf(value === true && key !== 'error')),
  },
  test_span_tags_with_chaining: {
    breaks: (tracer) => beforeCall(tracer, 'setTag', (key) => failIf(/\P{ASCII}/u.test(String(key)))),
  },
  test_span_logs: {
    breaks: (tracer) => beforeCall(tracer, 'log', (_fields, timestamp) => failIf(timestamp !== undefined)),
  },
  test_span_baggage: {
    breaks: (tracer) => onSpan(tracer, (span) => Object.assign(span, { getBaggageItem: () => undefined })),
    also: ['extra: children inherit baggage'],
  },
  test_context_baggage: {
    breaks: (tracer) =>
      onSpan(tracer, (span) =>
        Object.assign(span, { context: () => new MockContext(span, { ...span._contextState(), baggage: {} }) }),
      ),
    also: [
      'extra: baggage is carried in text maps',
      'extra: baggage is carried in headers',
      'extra: baggage is carried in binary carriers',
      'extra: children inherit baggage',
    ],
  },
  test_text_propagation: { breaks: (tracer) => addBaggage(tracer, FORMAT_TEXT_MAP) },
  test_binary_propagation: { breaks: (tracer) => addBaggage(tracer, FORMAT_BINARY) },
  test_mandatory_formats: {
    breaks: (tracer) =>
      afterExtract(tracer, FORMAT_HTTP_HEADERS, (context) =>
        failIf(tracer.report().spans.some((span) => span.uuid() === context?.toSpanId())),
      ),
  },
  test_unknown_format: {
    breaks: (tracer) => {
      const inject = tracer.inject.bind(tracer);
      tracer.inject = (...args) => {
        try {
          inject(...args);
        } catch (error) {
          if (!(error instanceof UnsupportedFormatException)) throw error;
        }
      };
    },
  },
  test_tracer_start_active_span_scope: {
    breaks: (tracer) => {
      tracer.startActiveSpan = (name, options) => {
        const scope = startActive(tracer, name, options);
        return Object.create(scope, { close: { value: () => scope.close() } }) as typeof scope;
      };
    },
  },
  test_tracer_start_span_scope: {
    breaks: (tracer) =>
      onSpan(tracer, (span) => {
        if (span.operationName() === 'Fry' && tracer.activeSpan === null) tracer.scopeManager.activate(span, false);
      }),
    also: ['test_active_span'],
  },

  'extra: references to nothing are passed over at any index': {
    breaks: (tracer) =>
      beforeStart(tracer, (_name, { references = [] }) => failIf(references.length > 1 && !references[1])),
  },
  'extra: with references to nothing alone, the active span is the parent': {
    breaks: (tracer) =>
      changeOptions(tracer, (options) =>
        options?.references?.some(isEmpty) === true ? { ...options, ignoreActiveSpan: true } : options,
      ),
  },
  'extra: startSpan leaves its options alone': {
    breaks: (tracer) =>
      beforeStart(tracer, (_name, options) => {
        if (options.tags && options.childOf) Object.assign(options.tags, { started: true });
      }),
  },
  'extra: a second finish throws nothing, and keeps the ids': {
    breaks: (tracer) => onSpan(tracer, (span) => beforeOwn(span, 'finish', () => failIf(span.isFinished()))),
  },
  'extra: calls after the finish are harmless': {
    breaks: (tracer) => onSpan(tracer, (span) => beforeOwn(span, 'addTags', () => failIf(span.isFinished()))),
  },
  'extra: close may be called again, and calls after it are harmless': {
    breaks: (tracer) => {
      let closed = false;
      tracer.close = async () => {
        failIf(closed);
        closed = true;
      };
    },
  },
  'extra: a scope that is closed twice finishes its span once': {
    breaks: (tracer) => {
      const manager = tracer.scopeManager;
      const activate = manager.activate.bind(manager);
      manager.activate = (span, finishOnClose) => {
        const scope = activate(span, finishOnClose);
        let closed = false;
        beforeOwn(scope, 'close', () => {
          if (closed) span.finish();
          closed = true;
        });
        return scope;
      };
    },
  },
  'extra: what one tracer injects, another extracts': {
    breaks: (tracer) => {
      const extract = tracer.extract.bind(tracer);
      tracer.extract = (format, carrier) => {
        const context = extract(format, carrier);
        const { baggage = {} } = (context ?? {}) as Partial<MockContext>;
        return format === FORMAT_BINARY && context ? new MockContext(null, { ...foreignState, baggage }) : context;
      };
    },
  },
  'extra: header names are found in any case': {
    breaks: (tracer) =>
      changeCarrier(tracer, FORMAT_HTTP_HEADERS, (carrier) =>
        typeof carrier !== 'object' || carrier === null
          ? carrier
          : Object.fromEntries(Object.entries(carrier).filter(([name]) => name === name.toLowerCase())),
      ),
  },
  'extra: baggage is carried in text maps': { breaks: (tracer) => loseBaggage(tracer, FORMAT_TEXT_MAP) },
  'extra: baggage is carried in headers': { breaks: (tracer) => loseBaggage(tracer, FORMAT_HTTP_HEADERS) },
  'extra: baggage is carried in binary carriers': { breaks: (tracer) => loseBaggage(tracer, FORMAT_BINARY) },
  'extra: children inherit baggage': {
    breaks: (tracer) => onSpan(tracer, (span) => Object.assign(span, { _baggage: {} })),
  },
  'extra: an empty carrier holds no context': {
    breaks: (tracer) =>
      changeCarrier(tracer, FORMAT_TEXT_MAP, (carrier) => {
        failIf(typeof carrier === 'object' && carrier !== null && Object.keys(carrier).length === 0);
        return carrier;
      }),
  },
  'extra: damaged bytes hold no context': {
    breaks: (tracer) =>
      changeCarrier(tracer, FORMAT_BINARY, (carrier) => {
        failIf(Array.isArray((carrier as { buffer?: unknown } | null)?.buffer));
        return carrier;
      }),
  },
  'extra: extract finds nothing in what is no carrier': {
    breaks: (tracer) =>
      changeCarrier(tracer, FORMAT_TEXT_MAP, (carrier) => {
        failIf(carrier === null);
        return carrier;
      }),
  },
  'extra: inject into what is no carrier throws InvalidCarrierException, or nothing': {
    breaks: (tracer) => {
      const inject = tracer.inject.bind(tracer);
      tracer.inject = (context, format, carrier) => {
        Object.keys(carrier as object);
        inject(context, format, carrier);
      };
    },
  },
  'extra: withActiveSpan notes what its function throws': {
    breaks: (tracer) => changeWork(tracer, ignoringErrorThrown),
    also: [
      'extra: trace notes what its function throws, or with what its promise rejects',
      'extra: a wrapped function notes what it throws, or with what its promise rejects',
    ],
  },
  'extra: withActiveSpan notes with what its promise rejects': {
    breaks: (tracer) =>
      changeWork(tracer, (span, work) => {
        const result = work();
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          ignoreErrors(span);
          throw error;
        });
      }),
    also: [
      'extra: trace notes what its function throws, or with what its promise rejects',
      'extra: a wrapped function notes what it throws, or with what its promise rejects',
    ],
  },
  'extra: withActiveSpan notes what its generator throws': {
    breaks: (tracer) => changeWork(tracer, (span, work) => ignoringErrorsOf(span, Symbol.iterator, work())),
  },
  'extra: withActiveSpan notes what its asynchronous generator throws': {
    breaks: (tracer) => changeWork(tracer, (span, work) => ignoringErrorsOf(span, Symbol.asyncIterator, work())),
  },
  'extra: withActiveSpan notes no error of work that ends well': {
    breaks: (tracer) =>
      changeWork(tracer, (span, work) => {
        const result = work();
        // Taken for the end: a generator is one that has just begun.
        if (!(result instanceof Promise)) span.setTag('error', true);
        return result;
      }),
    also: ['extra: a wrapped function is as the function is, with a span for each call'],
  },
  'extra: trace notes what its function throws, or with what its promise rejects': {
    breaks: (tracer) =>
      changeTraced(tracer, (fn) => {
        if (fn.length > 1) return fn;
        return (span) => ignoringErrorThrown(span, () => fn(span, () => {}));
      }),
  },
  'extra: a span of trace lasts until done is called, with what went wrong': {
    breaks: (tracer) => changeTraced(tracer, (fn) => (fn.length > 1 ? (span, done) => fn(span, () => done()) : fn)),
  },
  'extra: a wrapped function is as the function is, with a span for each call': {
    breaks: (tracer) =>
      changeWrap(
        tracer,
        (wrapped) =>
          function (this: unknown, ...args: unknown[]) {
            return Reflect.apply(wrapped, this, args) as unknown;
          },
      ),
  },
  'extra: the options of a wrapped function may be made for each call': {
    breaks: (tracer) =>
      changeWrap(tracer, (wrapped, name, options, fn) =>
        typeof options === 'function'
          ? (Tracer.prototype.wrap.call(tracer, name, undefined, fn) as AnyFunction)
          : wrapped,
      ),
  },
  'extra: a wrapped function notes what it throws, or with what its promise rejects': {
    breaks: (tracer) =>
      changeWrap(tracer, (wrapped, name, options, fn) =>
        options === undefined && fn.length === 0
          ? () => {
              const scope = startActive(tracer, name);
              try {
                return fn();
              } finally {
                scope.close();
              }
            }
          : wrapped,
      ),
  },
  'extra: a function that is wrapped with its callback has its span until that is called': {
    breaks: (tracer) =>
      changeWrap(tracer, (wrapped, name, options, fn) =>
        (options as WrapOptions | undefined)?.callback === true
          ? (Tracer.prototype.wrap.call(tracer, name, undefined, fn) as AnyFunction)
          : wrapped,
      ),
  },
  'extra: a second finish is not reported': {
    breaks: (tracer) =>
      onSpan(tracer, (span) => {
        const ends: number[] = [];
        Object.assign(span, { finish: (end = Date.now()) => void ends.push(end) });
        const finishedSpans = tracer.finishedSpans.bind(tracer);
        tracer.finishedSpans = () => [
          ...finishedSpans(),
          ...ends.map(() => Object.assign(Object.create(span) as MockSpan, { _finishMs: ends.at(-1) })),
        ];
      }),
  },
};

describe('apiCheck catches', () => {
  it('a broken tracer in each of its cases', () => {
    const caught = new Set([...Object.keys(mutants), ...brokenTracers.flatMap(({ seenBy }) => seenBy.map(asExtra))]);
    expect(caught).toEqual(new Set(apiCheck(() => new MockTracer(), ofMock).map(({ name }) => name)));
  });

  it.each(brokenTracers)('that $fault', async ({ breaks, seenBy }) => {
    const create = (): MockTracer => {
      const tracer = new MockTracer();
      breaks(tracer);
      return tracer;
    };
    expect(await failingCases(apiCheck(create, ofMock))).toEqual(seenBy.map(asExtra));
  });

  it.each(Object.entries(mutants))('%s', async (name, { breaks, also = [] }) => {
    const create = (): MockTracer => {
      const tracer = new MockTracer();
      breaks(tracer);
      return tracer;
    };
    // What was recorded is not asked: some of these break it too.
    const cases = apiCheck(create, { ...ofMock, recorded: undefined });
    expect(new Set(await failingCases(cases))).toEqual(new Set([name, ...also]));
  });
});

/** As the cases beyond those of Python are called. */
function asExtra(name: string): string {
  return `extra: ${name}`;
}

const foreignState = { traceId: 'f0', spanId: 'f1', baggage: {} };

function failIf(broken: boolean): void {
  if (broken) throw new RangeError('the mutant');
}

function isEmpty(reference: Reference | null | undefined): boolean {
  return !reference?.referencedContext();
}

function changeOptions(
  tracer: MockTracer,
  change: (options: SpanOptions | undefined, name: string | undefined) => SpanOptions | undefined,
): void {
  const startSpan = tracer.startSpan.bind(tracer);
  tracer.startSpan = (name, options) => startSpan(name, change(options, name));
}

function beforeStart(tracer: MockTracer, act: (name: string | undefined, options: SpanOptions) => void): void {
  changeOptions(tracer, (options, name) => {
    act(name, options ?? {});
    return options;
  });
}

function changeActiveOptions(tracer: MockTracer, change: (options: ActiveSpanOptions) => ActiveSpanOptions): void {
  tracer.startActiveSpan = (name, options = {}) => startActive(tracer, name, change(options));
}

function onSpan(tracer: MockTracer, act: (span: MockSpan) => void): void {
  const startSpan = tracer.startSpan.bind(tracer);
  tracer.startSpan = (name, options) => {
    const span = startSpan(name, options);
    act(span);
    return span;
  };
}

/** Changes how work is run: that of `trace` and `wrap` too. */
function changeWork(tracer: MockTracer, change: (span: Span, work: () => unknown) => unknown): void {
  const withActiveSpan = tracer.withActiveSpan.bind(tracer);
  tracer.withActiveSpan = (name: string | Span, second: unknown, third?: (span: Span) => unknown) => {
    const fn = third ?? (second as (span: Span) => unknown);
    const options = third && (second as ActiveSpanOptions);
    return withActiveSpan(name as string, options, (span) => change(span, () => fn(span))) as never;
  };
}

type TracedFunction = (span: Span, done: Done) => unknown;

function changeTraced(tracer: MockTracer, change: (fn: TracedFunction) => TracedFunction): void {
  const trace = tracer.trace.bind(tracer);
  tracer.trace = (name: string, second: unknown, third?: TracedFunction) => {
    const fn = third ?? (second as TracedFunction);
    return trace(name, third && (second as ActiveSpanOptions), change(fn)) as never;
  };
}

function changeWrap(
  tracer: MockTracer,
  change: (wrapped: AnyFunction, name: string, options: unknown, fn: AnyFunction) => AnyFunction,
): void {
  const wrap = tracer.wrap.bind(tracer);
  tracer.wrap = (name: string, second: unknown, third?: AnyFunction) => {
    const fn = third ?? (second as AnyFunction);
    const options = third && (second as WrapOptions);
    return change(wrap<AnyFunction>(name, options, fn), name, options, fn) as never;
  };
}

/** From here on, also where somebody listens. */
function ignoreErrors(span: Span): void {
  const setTag = span.setTag.bind(span);
  const changed = (key: string, value: unknown): Span => (key === 'error' ? span : setTag(key, value));
  Object.assign(span, { setTag: changed });
}

function ignoringErrorThrown(span: Span, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    ignoreErrors(span);
    throw error;
  }
}

/** What is no generator, or one of another kind, is given back as it is. */
function ignoringErrorsOf(
  span: Span,
  kind: typeof Symbol.iterator | typeof Symbol.asyncIterator,
  work: unknown,
): unknown {
  if (!(kind in Object(work))) return work;
  const steps = work as { next: (...args: unknown[]) => unknown };
  beforeOwn(steps, 'next', () => ignoreErrors(span));
  return work;
}

function beforeOwn<T extends object>(target: T, method: keyof T, act: (...args: unknown[]) => void): void {
  const original = target[method] as (...args: unknown[]) => unknown;
  const changed = (...args: unknown[]): unknown => {
    act(...args);
    return original.apply(target, args);
  };
  Object.assign(target, { [method]: changed });
}

function beforeCall(tracer: MockTracer, method: 'setTag' | 'log', act: (...args: unknown[]) => void): void {
  onSpan(tracer, (span) => beforeOwn(span, method, act));
}

function afterExtract(tracer: MockTracer, format: string, act: (context: ReturnType<Tracer['extract']>) => void): void {
  const extract = tracer.extract.bind(tracer);
  tracer.extract = (asked, carrier) => {
    const context = extract(asked, carrier);
    if (asked === format) act(context);
    return context;
  };
}

function changeCarrier(tracer: MockTracer, format: string, change: (carrier: unknown) => unknown): void {
  const extract = tracer.extract.bind(tracer);
  tracer.extract = (asked, carrier) => extract(asked, asked === format ? change(carrier) : carrier);
}

function addBaggage(tracer: MockTracer, format: string): void {
  const extract = tracer.extract.bind(tracer);
  tracer.extract = (asked, carrier) => {
    const context = extract(asked, carrier);
    if (asked !== format || context === null) return context;
    const baggage: KeyValues = { ...(context as MockContext).baggage, not: 'injected' };
    return new MockContext(null, { traceId: context.toTraceId(), spanId: context.toSpanId(), baggage });
  };
}

function loseBaggage(tracer: MockTracer, format: string): void {
  const extract = tracer.extract.bind(tracer);
  tracer.extract = (asked, carrier) => {
    const context = extract(asked, carrier);
    if (asked !== format || context === null) return context;
    return new MockContext(null, { traceId: context.toTraceId(), spanId: context.toSpanId(), baggage: {} });
  };
}
