import { same } from '../conformance-case.ts';
import type { Done, KeyValues, Span, Tracer, WrapOptions } from '../contract.ts';
import type { ApiBench, ApiRequirement } from './api-bench.ts';
import { SpanWatch } from './span-watch.ts';

/** Work with a span, which may be over later: in a promise, in a generator. */
type Work = (span: Span) => unknown;
/** How a tracer runs work with a span of its own. */
type Run = (tracer: Tracer, work: Work) => unknown;

/** Of each kind of work one that ends with the error, or well without one. */
const kindsOfWork = {
  function: (failure?: Error): Work => {
    return () => endWith(failure);
  },
  promise: (failure?: Error): Work => {
    return () => Promise.resolve().then(() => endWith(failure));
  },
  generator: (failure?: Error): Work => {
    return function* () {
      yield 1;
      return endWith(failure);
    };
  },
  asyncGenerator: (failure?: Error): Work => {
    return async function* () {
      yield 1;
      yield await Promise.resolve(2);
      return endWith(failure);
    };
  },
};

const byWithActiveSpan: Run = (tracer, work) => tracer.withActiveSpan('Kif', work);
const byTrace: Run = (tracer, work) => tracer.trace('Kif', (span) => work(span));
const byWrap: Run = (tracer, work) => tracer.wrap('Kif', () => work(activeSpanOf(tracer)))();

/**
 * Work that a tracer runs, above all work that fails. What is noted on the span is seen by its public methods. Tracers
 * whose classes are those of npm opentracing have none of this: they are asked for what they have.
 *
 * @internal
 */
export const workCases: Record<string, ApiRequirement> = {
  'extra: withActiveSpan notes what its function throws': async (bench) => {
    await expectNoted(bench, 'withActiveSpan', byWithActiveSpan, 'function');
    // The same of a span that is there already, which stays open.
    const tracer = bench.createTracer();
    if (!has(tracer, 'withActiveSpan')) return;
    const span = tracer.startSpan('Kif');
    const onSpan: Run = (_tracer, work) => tracer.withActiveSpan(span, work);
    await expectWork(bench, tracer, onSpan, 'function', new Error('of the application'), 0);
  },

  'extra: withActiveSpan notes with what its promise rejects': (bench) =>
    expectNoted(bench, 'withActiveSpan', byWithActiveSpan, 'promise'),

  'extra: withActiveSpan notes what its generator throws': (bench) =>
    expectNoted(bench, 'withActiveSpan', byWithActiveSpan, 'generator'),

  'extra: withActiveSpan notes what its asynchronous generator throws': (bench) =>
    expectNoted(bench, 'withActiveSpan', byWithActiveSpan, 'asyncGenerator'),

  'extra: withActiveSpan notes no error of work that ends well': async (bench) => {
    const tracer = bench.createTracer();
    if (!has(tracer, 'withActiveSpan')) return;
    for (const kind of Object.keys(kindsOfWork) as (keyof typeof kindsOfWork)[]) {
      await expectWork(bench, tracer, byWithActiveSpan, kind, undefined, 1);
    }
  },

  'extra: trace notes what its function throws, or with what its promise rejects': async (bench) => {
    await expectNoted(bench, 'trace', byTrace, 'function');
    await expectNoted(bench, 'trace', byTrace, 'promise');
  },

  'extra: a span of trace lasts until done is called, with what went wrong'(bench) {
    const tracer = bench.createTracer();
    if (!has(tracer, 'trace')) return;
    for (const error of [undefined, new Error('of the application')]) {
      const running: { watch?: SpanWatch; done?: Done; active?: Span | undefined; span?: Span } = {};
      try {
        const result = tracer.trace('Kif', (span, done) => {
          Object.assign(running, { watch: new SpanWatch(span), done, span, active: tracer.scopeManager.active?.span });
          return 42;
        });
        same(result, 42, 'the result');
        if (bench.checkScopeManager) same(running.active, running.span, 'the active span in the function');
        same(running.watch?.finishes, 0, 'calls of finish before done');
        running.done?.(error);
        running.done?.(new Error('late'));
        expectEnd(bench, running.watch, error, 1);
      } finally {
        running.watch?.restore();
      }
    }
  },

  'extra: a wrapped function is as the function is, with a span for each call'(bench) {
    const tracer = bench.createTracer();
    if (!has(tracer, 'wrap')) return;
    const seen: (Span | undefined)[] = [];
    const watches: SpanWatch[] = [];
    function add(this: { base: number }, one: number, other: number): number {
      const span = tracer.scopeManager.active?.span;
      seen.push(span);
      if (span) watches.push(new SpanWatch(span));
      return this.base + one + other;
    }
    const wrapped = tracer.wrap('Kif', Object.assign(add, { own: 'property' }));
    try {
      same(wrapped.length, 2, 'length');
      same(wrapped.own, 'property', 'an own property');
      same(seen.length, 0, 'calls before the first one');
      for (const base of [100, 200]) same(wrapped.call({ base }, 20, 3), base + 23, 'the result');
      if (!bench.checkScopeManager) return;
      same(new Set(seen).size, 2, 'spans of two calls');
      for (const watch of watches) expectEnd(bench, watch, undefined, 1);
      same(watches.length, 2, 'calls with an active span');
      same(tracer.scopeManager.active, null, 'the active scope afterwards');
    } finally {
      for (const watch of watches) watch.restore();
    }
  },

  'extra: the options of a wrapped function may be made for each call'(bench) {
    const tracer = bench.createTracer();
    if (!has(tracer, 'wrap')) return;
    const parent = tracer.startSpan('Zapp');
    let calls = 0;
    // Some tracers know the parent of an open span only.
    const fn = (_parent: Span): void => {
      calls++;
      bench.expectParent(parent, activeSpanOf(tracer), true);
    };
    tracer.wrap('Kif', (childOf: Span): WrapOptions => ({ childOf }), fn)(parent);
    tracer.wrap('Kif', { childOf: parent }, fn)(parent);
    same(calls, 2, 'calls');
  },

  'extra: a wrapped function notes what it throws, or with what its promise rejects': async (bench) => {
    await expectNoted(bench, 'wrap', byWrap, 'function');
    await expectNoted(bench, 'wrap', byWrap, 'promise');
  },

  'extra: a function that is wrapped with its callback has its span until that is called'(bench) {
    const tracer = bench.createTracer();
    if (!has(tracer, 'wrap')) return;
    for (const error of [null, new Error('of the application')]) {
      const running: { watch?: SpanWatch; callback?: (error: unknown, value: number) => void } = {};
      const wrapped = tracer.wrap('Kif', { callback: true }, (callback: typeof running.callback) => {
        const span = activeSpanOf(tracer);
        Object.assign(running, { callback, ...(bench.checkScopeManager && { watch: new SpanWatch(span) }) });
      });
      const heard: unknown[] = [];
      try {
        wrapped((...results) => void heard.push(...results));
        same(running.watch?.finishes ?? 0, 0, 'calls of finish before the callback');
        running.callback?.(error, 42);
        same(heard.length, 2, 'arguments of the callback');
        same(heard[0], error, "the callback's error");
        same(heard[1], 42, "the callback's result");
        expectEnd(bench, running.watch, error ?? undefined, 1);
      } finally {
        running.watch?.restore();
      }
    }
  },
};

function endWith(error: Error | undefined): number {
  if (error !== undefined) throw error;
  return 42;
}

function has(tracer: Tracer, member: keyof Tracer): boolean {
  return typeof (tracer as Partial<Tracer>)[member] === 'function';
}

/** For work that is given no span. Where no span becomes active it is one to hear nothing of. */
function activeSpanOf(tracer: Tracer): Span {
  return tracer.scopeManager.active?.span ?? tracer.startSpan('Kif');
}

async function expectNoted(
  bench: ApiBench,
  member: keyof Tracer,
  run: Run,
  kind: keyof typeof kindsOfWork,
): Promise<void> {
  const tracer = bench.createTracer();
  if (has(tracer, member)) await expectWork(bench, tracer, run, kind, new Error('of the application'), 1);
}

/** Requires that work ends as it would without a tracer, and that its span says how. */
async function expectWork(
  bench: ApiBench,
  tracer: Tracer,
  run: Run,
  kind: keyof typeof kindsOfWork,
  error: Error | undefined,
  finishes: number,
): Promise<void> {
  const work = kindsOfWork[kind](error);
  let watch: SpanWatch | undefined;
  let caught: unknown;
  try {
    await wholly(
      run(tracer, (span) => {
        watch = new SpanWatch(span);
        return work(span);
      }),
    );
  } catch (thrown) {
    caught = thrown;
  } finally {
    watch?.restore();
  }
  same(caught, error, 'what is thrown on');
  expectEnd(bench, watch, error, finishes);
}

/** Takes all that a generator gives; waits for what is a promise. */
async function wholly(result: unknown): Promise<void> {
  const { [Symbol.iterator]: steps, [Symbol.asyncIterator]: later } = Object(await result) as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  if (steps === undefined && later === undefined) return;
  for await (const _ of result as AsyncIterable<unknown>);
}

/** Requires that the error, or none, was noted before the span finished. */
function expectEnd(
  { checkScopeManager }: ApiBench,
  watch: SpanWatch | undefined,
  error: Error | undefined,
  finishes: number,
): void {
  if (!checkScopeManager) return;
  same(watch?.finishes, finishes, 'calls of finish');
  same(watch?.error === true, error !== undefined, 'the tag error=true at the finish');
  same(watch?.errorLogs.length, error ? 1 : 0, 'logs of an error before the finish');
  const log: KeyValues = watch?.errorLogs[0] ?? {};
  const isSaid = log['error.object'] === error || log['message'] === error?.message;
  same(isSaid, true, 'the log says what went wrong');
}
