import { type ConformanceCase, ExpectationError, notAsked, same } from '../conformance-case.ts';
import type { Scope, ScopeManager, Span, SpanContext } from '../contract.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { continueTrace } from '../hand-over/continue-trace.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { Span as SpanBase } from '../span.ts';
import { SpanContext as ContextBase } from '../span_context.ts';

/** What a scope manager can do. What it cannot is thereby declared, and not tested. */
export interface ScopeManagerCapabilities {
  /** Follows work through promises, microtasks, timers and callbacks. Default `true`; without it none of the rest. */
  asynchronous?: boolean;
  /** Follows work through `await` in functions that were not compiled to older JavaScript. Default `asynchronous`. */
  nativeAwait?: boolean;
  /** Follows work through Node's `process.nextTick`; untested where there is none. Default `asynchronous`. */
  nextTick?: boolean;
  /**
   * What `activate` opens in one asynchronous function is not seen by others that run at the same time in the same
   * scope, nor in their way when it closes. Default `asynchronous`.
   */
  isolatedActivation?: boolean;
  /** A listener of an `EventTarget` sees what is active where the event is dispatched. Default `true`. */
  dispatcherEvents?: boolean;
  /**
   * The span of `run` is active in the caller no more once the function returns, also when its work goes on: in the
   * steps of a generator. Nor is what was activated in a function that `run`, `runDetached`, a snapshot or a bound
   * function called, and left open. Default `true`; the base class cannot.
   */
  runEnds?: boolean;
}

/** What {@link scopeManagerCases} needs of the platform. */
export interface ScopeManagerCaseOptions {
  /**
   * Collects garbage: `globalThis.gc` of Node with `--expose-gc`, `() => Bun.gc(true)`. Without it nobody asks whether
   * the manager lets go of closed scopes, and the names of these cases say so.
   */
  collectGarbage?: (() => void | Promise<void>) | undefined;
}

/**
 * The requirements on a {@link ScopeManager}.
 *
 * @param createManager makes a fresh manager; called once a case
 * @param capabilities what it can do, if not all
 * @param options what the platform can do
 */
export function scopeManagerCases(
  createManager: () => ScopeManager,
  capabilities: ScopeManagerCapabilities = {},
  options: ScopeManagerCaseOptions = {},
): ConformanceCase[] {
  const can = everyCapability(capabilities);
  const asked = allCases
    .filter(({ needs }) => needs === undefined || can[needs])
    .map(({ name, test }) => ({ name, run: () => test(new Bench(createManager())) }));
  return [...asked, ...retentionCasesOf(createManager, options.collectGarbage)];
}

function retentionCasesOf(
  createManager: () => ScopeManager,
  collectGarbage: ScopeManagerCaseOptions['collectGarbage'],
): ConformanceCase[] {
  return Object.entries(retention).map(([name, test]) => {
    if (collectGarbage === undefined) return notAsked(name, 'there is no collectGarbage');
    return { name, run: () => test(createManager(), collectGarbage) };
  });
}

/**
 * The proof that `capabilities` leaves out nothing that the manager can do: each case that is left out, as a case that
 * fails when the requirement is met, and when what fails is not an expectation: a manager that throws proves nothing.
 *
 * @param createManager makes a fresh manager; called once a case
 */
export function scopeManagerExceptions(
  createManager: () => ScopeManager,
  capabilities: ScopeManagerCapabilities,
): ConformanceCase[] {
  const can = everyCapability(capabilities);
  return allCases
    .filter(({ needs }) => needs !== undefined && !can[needs])
    .map(({ name, needs, test }) => ({
      name: `not (${needs}): ${name}`,
      run: () => failing(test, new Bench(createManager()), `declared as ${needs}: false, and meets: ${name}`),
    }));
}

function everyCapability({
  asynchronous = true,
  nativeAwait = true,
  nextTick = true,
  isolatedActivation = true,
  dispatcherEvents = true,
  runEnds = true,
}: ScopeManagerCapabilities): Required<ScopeManagerCapabilities> {
  return {
    asynchronous,
    nativeAwait: asynchronous && nativeAwait,
    nextTick: asynchronous && nextTick,
    isolatedActivation: asynchronous && isolatedActivation,
    dispatcherEvents,
    runEnds,
  };
}

async function failing(test: Requirement, bench: Bench, message: string): Promise<void> {
  try {
    await test(bench);
  } catch (error) {
    if (error instanceof ExpectationError) return;
    throw error;
  }
  throw new Error(message);
}

type Schedule = (callback: () => void) => void;

/** What only some runtimes have. Looked up when it is used: zone.js may be loaded late. */
const platform = globalThis as { process?: { nextTick?: Schedule }; setImmediate?: Schedule };

type Requirement = (bench: Bench) => void | Promise<void>;

/** A manager under test, with a tracer that has it, and spans to activate. */
class Bench {
  readonly manager: ScopeManager;
  readonly tracer: MockTracer;

  constructor(manager: ScopeManager) {
    this.manager = manager;
    this.tracer = new MockTracer({ scopeManager: manager });
  }

  span(name: string): MockSpan {
    return this.tracer.startSpan(name, { ignoreActiveSpan: true });
  }

  /** Requires that `span` (or none) is active here, in all the ways to ask. */
  expectActive(span: Span | null, where: string): void {
    same(this.manager.active?.span ?? null, span, `the active span ${where}`);
    same(this.manager.activeParent, span, `the active parent ${where}`);
    same(this.manager.activeContext?.toSpanId(), span?.context().toSpanId(), `the active context ${where}`);
  }

  /** Requires that what is started here is a root. The base class has a scope of its own to say so. */
  expectDetached(where: string): void {
    same(this.manager.activeParent, null, `the active parent ${where}`);
    same(this.manager.activeContext, null, `the active context ${where}`);
    same(this.tracer.startSpan('a').parentId(), undefined, `the parent of what is started ${where}`);
  }
}

/** Collects what fails where a throw might reach nobody: in an asynchronous generator that a faulty manager loses. */
class Expectations {
  private readonly failures: unknown[] = [];
  private collected = 0;

  collect(check: () => void): void {
    this.collected++;
    try {
      check();
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** Throws the first failure, or that not all `count` were collected. */
  require(count: number): void {
    if (this.failures.length > 0) throw this.failures[0];
    same(this.collected, count, 'steps that were seen');
  }
}

const everywhere: Record<string, Requirement> = {
  'nothing is active at first': (bench) => {
    bench.expectActive(null, 'at first');
  },

  'an activated span is active until its scope closes': (bench) => {
    const span = bench.span('a');
    const scope = bench.manager.activate(span, false);
    same(scope.span, span, 'scope.span');
    same(scope.manager, bench.manager, 'scope.manager');
    same(bench.manager.active, scope, 'the active scope');
    bench.expectActive(span, 'in the scope');
    scope.close();
    bench.expectActive(null, 'after the close');
    same(scope.span, span, 'scope.span after the close');
  },

  'closing a scope restores the one before, exactly': (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    const inner = bench.manager.activate(bench.span('inner'), false);
    bench.expectActive(inner.span, 'in the inner scope');
    inner.close();
    same(bench.manager.active, outer, 'the active scope');
    outer.close();
    bench.expectActive(null, 'after both');
  },

  'closing a scope restores the one before, at any depth to 50': (bench) => {
    const nest = (depth: number, before: Scope | null): void => {
      if (depth > 50) return;
      const scope = bench.manager.activate(bench.span(`depth ${depth}`), true);
      bench.expectActive(scope.span, `at depth ${depth}`);
      nest(depth + 1, scope);
      same(bench.manager.active, scope, `the active scope at depth ${depth} after those in it`);
      scope.close();
      same(bench.manager.active, before, `the active scope after the one at depth ${depth}`);
    };
    nest(1, null);
    bench.expectActive(null, 'after all');
  },

  'run restores the scope before, at any depth to 50': (bench) => {
    const nest = (depth: number, before: Scope | null): void => {
      if (depth > 50) return;
      const span = bench.span(`depth ${depth}`);
      bench.manager.run(span, true, (scope) => {
        bench.expectActive(span, `at depth ${depth}`);
        nest(depth + 1, scope);
        bench.expectActive(span, `at depth ${depth} after those in it`);
        scope.close();
      });
      same(bench.manager.active, before, `the active scope after the one at depth ${depth}`);
      same(span.isFinished(), true, `finished at depth ${depth}`);
    };
    nest(1, null);
    bench.expectActive(null, 'after all');
  },

  'a span may be active twice': (bench) => {
    const span = bench.span('a');
    const outer = bench.manager.activate(span, false);
    const inner = bench.manager.activate(span, false);
    inner.close();
    same(bench.manager.active, outer, 'the active scope');
    outer.close();
    bench.expectActive(null, 'after both');
  },

  'closing finishes the span only when asked to': (bench) => {
    const [kept, finished, byDefault] = [bench.span('kept'), bench.span('finished'), bench.span('default')];
    bench.manager.activate(kept, false).close();
    bench.manager.activate(finished, true).close();
    bench.manager.activate(byDefault).close();
    same(kept.isFinished(), false, 'finished with finishOnClose false');
    same(finished.isFinished(), true, 'finished with finishOnClose true');
    same(byDefault.isFinished(), false, 'finished without finishOnClose');
  },

  'closing twice has no further effect': (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    const span = bench.span('inner');
    const inner = bench.manager.activate(span, true);
    inner.close();
    inner.close();
    same(span.ignoredFinishes(), 0, 'further finishes');
    same(bench.manager.active, outer, 'the active scope');
    outer.close();
  },

  'a scope that is closed below the active one leaves that active, and is closed once in the end': (bench) => {
    const span = bench.span('outer');
    const outer = bench.manager.activate(span, true);
    const inner = bench.manager.activate(bench.span('inner'), false);
    outer.close();
    bench.expectActive(inner.span, 'after the wrong close');
    same(span.isFinished(), false, 'finished by the wrong close');
    inner.close();
    outer.close();
    same(span.isFinished(), true, 'finished after both');
    same(span.ignoredFinishes(), 0, 'further finishes');
    bench.expectActive(null, 'after both');
  },

  'a close that came too early is carried out when the scope above closes': async (bench) => {
    for (const finishOnClose of [true, false]) {
      const [lower, upper] = [bench.span('lower'), bench.span('upper')];
      const early = bench.manager.activate(lower, finishOnClose);
      const above = bench.manager.activate(upper, true);
      early.close();
      bench.expectActive(upper, 'after the early close');
      same(lower.isFinished(), false, 'finished by the early close');
      above.close();
      same(upper.isFinished(), true, 'the upper span is finished');
      same(lower.isFinished(), finishOnClose, 'the lower span is finished');
      // It may still be seen until the code that runs is over.
      await Promise.resolve();
      bench.expectActive(null, 'after both');
      early.close();
      same(lower.ignoredFinishes(), 0, 'further finishes');
      bench.expectActive(null, 'after a second close');
    }
  },

  'closes that came too early are carried out as far as they were asked for': (bench) => {
    const spans = ['kept', 'first', 'second', 'third'].map((name) => bench.span(name));
    const [kept, ...early] = spans.map((span) => bench.manager.activate(span, true));
    bench.manager.run(bench.span('callback'), true, (scope) => {
      for (const lower of early) lower.close();
      bench.expectActive(scope.span, 'in a callback, after the early closes');
      scope.close();
    });
    same(spans.map((span) => span.isFinished()).join(), 'false,true,true,true', 'which spans are finished');
    kept?.close();
    bench.expectActive(null, 'after all');
    same(spans.map((span) => span.ignoredFinishes()).join(), '0,0,0,0', 'further finishes');
  },

  'run passes the scope and gives back what the function returns': (bench) => {
    const span = bench.span('a');
    const result = bench.manager.run(span, false, (scope) => {
      same(scope.span, span, 'scope.span');
      bench.expectActive(span, 'in the function');
      scope.close();
      return 42;
    });
    same(result, 42, 'the result');
    bench.expectActive(null, 'after the function');
  },

  'run lets an exception through': (bench) => {
    const thrown = new Error('from the function');
    let caught: unknown;
    try {
      bench.manager.run(bench.span('a'), false, (scope) => {
        scope.close();
        throw thrown;
      });
    } catch (error) {
      caught = error;
    }
    same(caught, thrown, 'the exception');
    bench.expectActive(null, 'after the exception');
  },

  'closing the scope of run finishes its span once, when asked to': (bench) => {
    const [kept, finished] = [bench.span('kept'), bench.span('finished')];
    bench.manager.run(kept, false, (scope) => scope.close());
    bench.manager.run(finished, true, (scope) => {
      scope.close();
      scope.close();
    });
    same(kept.isFinished(), false, 'finished with finishOnClose false');
    same(finished.isFinished(), true, 'finished with finishOnClose true');
    same(finished.ignoredFinishes(), 0, 'further finishes');
  },

  'the scope is closed before its span finishes': (bench) => {
    const seen: (Span | undefined)[] = [];
    const noting = (name: string): MockSpan => {
      const span = bench.span(name);
      span.finish = () => void seen.push(bench.manager.active?.span);
      return span;
    };
    const outer = bench.manager.activate(bench.span('outer'), false);
    bench.manager.activate(noting('activated'), true).close();
    same(seen[0], outer.span, 'the active span in finish');
    const ran = noting('ran');
    bench.manager.run(ran, true, (scope) => scope.close());
    same(seen.length, 2, 'calls of finish');
    same(seen[1] === ran, false, 'a span is active while it finishes');
    outer.close();
  },

  'runDetached shows no span to the function, and all is as before afterwards': (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    const result = bench.manager.runDetached(() => {
      bench.expectDetached('in the function');
      const inner = bench.manager.activate(bench.span('inner'), false);
      bench.expectActive(inner.span, 'in a scope in the function');
      inner.close();
      bench.expectDetached('after that scope');
      return 42;
    });
    same(result, 42, 'the result');
    same(bench.manager.active, outer, 'the active scope afterwards');
    outer.close();
  },

  'runDetached lets an exception through': (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    const thrown = new Error('from the function');
    let caught: unknown;
    try {
      bench.manager.runDetached(() => {
        throw thrown;
      });
    } catch (error) {
      caught = error;
    }
    same(caught, thrown, 'the exception');
    same(bench.manager.active, outer, 'the active scope afterwards');
    outer.close();
  },

  'a snapshot calls functions where it was taken': (bench) => {
    const span = bench.span('a');
    const nowhere = bench.manager.snapshot();
    const enter = bench.manager.run(span, false, () => bench.manager.snapshot());
    const elsewhere = bench.manager.activate(bench.span('elsewhere'), false);
    const result = enter(() => {
      same(bench.manager.active?.span, span, 'the active span in the snapshot');
      return 42;
    });
    same(result, 42, 'the result');
    nowhere(() => bench.expectDetached('in the snapshot of nothing'));
    same(bench.manager.active, elsewhere, 'the active scope afterwards');
    elsewhere.close();
  },

  'a bound function is called where it was bound': (bench) => {
    const span = bench.span('a');
    const bound = bench.manager.run(span, false, () => bench.manager.bind(() => bench.manager.active?.span));
    same(bound(), span, 'the active span in the function');
    const elsewhere = bench.manager.activate(bench.span('elsewhere'), false);
    same(bound(), span, 'the active span in the function, called from elsewhere');
    same(bench.manager.active, elsewhere, 'the active scope afterwards');
    elsewhere.close();
  },

  'a function bound to a span is called with it, and the span stays open': (bench) => {
    const span = bench.span('a');
    const bound = bench.manager.bind(() => bench.expectActive(span, 'in the function'), span);
    const elsewhere = bench.manager.activate(bench.span('elsewhere'), false);
    bound();
    bound();
    same(bench.manager.active, elsewhere, 'the active scope afterwards');
    same(span.isFinished(), false, 'finished');
    elsewhere.close();
  },

  'a function bound to null is called with no span': (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    bench.manager.bind(() => bench.expectDetached('in the function'), null)();
    same(bench.manager.active, outer, 'the active scope afterwards');
    outer.close();
  },

  'a bound function is as the function is': (bench) => {
    const span = bench.span('a');
    function add(this: { base: number }, one: number, other: number): number {
      return this.base + one + other;
    }
    const fn = Object.assign(add, { own: 'property' });
    for (const bound of [bench.manager.bind(fn), bench.manager.bind(fn, span), bench.manager.bind(fn, null)]) {
      same(bound.call({ base: 100 }, 20, 3), 123, 'the result');
      same(bound.length, 2, 'length');
      // Not a literal: bundlers give functions other names.
      same(bound.name, add.name, 'name');
      same(bound.own, 'property', 'an own property');
    }
  },

  'a bound function lets an exception through': (bench) => {
    const thrown = new Error('from the function');
    const fail = (): never => {
      throw thrown;
    };
    for (const bound of [
      bench.manager.bind(fail),
      bench.manager.bind(fail, bench.span('a')),
      bench.manager.bind(fail, null),
    ]) {
      let caught: unknown;
      try {
        bound();
      } catch (error) {
        caught = error;
      }
      same(caught, thrown, 'the exception');
      bench.expectActive(null, 'afterwards');
    }
  },

  'a bound listener sees what was active where it was bound': (bench) => {
    const target = new EventTarget();
    const span = bench.span('a');
    const seen: (Span | undefined)[] = [];
    const listen = (): void => void seen.push(bench.manager.active?.span);
    bench.manager.run(span, false, () => target.addEventListener('ping', bench.manager.bind(listen)));
    bench.manager.run(bench.span('dispatcher'), false, () => target.dispatchEvent(new Event('ping')));
    same(seen.length, 1, 'events heard');
    same(seen[0], span, 'the active span in the listener');
  },

  'what is activated stays active until it is closed, through promises and timers': async (bench) => {
    const span = bench.span('a');
    const scope = bench.manager.activate(span, false);
    await Promise.resolve();
    bench.expectActive(span, 'after a promise');
    await nextTimer();
    bench.expectActive(span, 'after a timer');
    scope.close();
    bench.expectActive(null, 'after the close');
  },

  'a scope activated in an async function is skipped by the caller once it is closed': async (bench) => {
    const caller = bench.manager.activate(bench.span('caller'), false);
    const callee = async (): Promise<void> => {
      const scope = bench.manager.activate(bench.span('callee'), false);
      await nextTimer();
      scope.close();
      same(bench.manager.active, caller, 'the active scope of the callee after its close');
    };
    await callee();
    same(bench.manager.active, caller, 'the active scope of the caller');
    caller.close();
    bench.expectActive(null, 'after all');
  },
};

// These chain promises, for managers that follow promises and not a native `await`.
const asynchronous: Record<string, Requirement> = {
  'the active span is kept in promise chains, microtasks and timers': async (bench) => {
    const span = bench.span('a');
    const expect = (where: string) => (): void => bench.expectActive(span, where);
    await bench.manager.run(span, false, (scope) =>
      Promise.resolve()
        .then(expect('in then'))
        .then(() => Promise.reject(new Error('x')).catch(expect('in catch')))
        .then(() => called(queueMicrotask, expect('in a microtask')))
        .then(() => called(inTimer, expect('in a timer')))
        .then(() => called(inInterval, expect('in an interval')))
        .then(() => called(inImmediate, expect('in an immediate')))
        .then(() => scope.close()),
    );
    bench.expectActive(null, 'after all');
  },

  'concurrent work does not see the spans of each other': async (bench) => {
    const step = (outer: Span, name: string): Promise<void> =>
      nextTimer().then(() => {
        bench.expectActive(outer, `before ${name}`);
        const inner = bench.span(name);
        const scope = bench.manager.activate(inner, true);
        return Promise.resolve().then(() => {
          bench.expectActive(inner, `in ${name}`);
          scope.close();
          bench.expectActive(outer, `after ${name}`);
        });
      });
    const work = (name: string): Promise<void> => {
      const outer = bench.span(name);
      return bench.manager.run(outer, true, (scope) =>
        step(outer, `${name} 1`)
          .then(() => step(outer, `${name} 2`))
          .then(() => scope.close()),
      );
    };
    await Promise.all(['one', 'two', 'three'].map(work));
    bench.expectActive(null, 'after all');
  },

  'a scope closed from elsewhere is closed and finished, and elsewhere stays as it is': async (bench) => {
    const span = bench.span('a');
    const elsewhereSpan = bench.span('elsewhere');
    let opened: (scope: Scope) => void = () => {};
    const whenOpened = new Promise<Scope>((resolve) => (opened = resolve));
    const elsewhere = awaitedLater(
      bench.manager.run(elsewhereSpan, false, (own) =>
        whenOpened.then((scope) => {
          scope.close();
          bench.expectActive(elsewhereSpan, 'where the scope was closed');
          own.close();
        }),
      ),
    );
    await bench.manager.run(bench.span('home'), false, (home) => {
      opened(bench.manager.activate(span, true));
      bench.expectActive(span, 'where the scope was opened, before the close');
      return elsewhere.then(() => {
        same(span.isFinished(), true, 'finished');
        bench.expectActive(home.span, 'where the scope was opened, after the close');
        home.close();
      });
    });
  },

  'run shows nothing to the caller, neither before nor after the promise settles': async (bench) => {
    const caller = bench.manager.activate(bench.span('caller'), false);
    const span = bench.span('a');
    const running = awaitedLater(
      bench.manager.run(span, false, (scope) =>
        nextTimer().then(() => {
          bench.expectActive(span, 'in the work');
          scope.close();
        }),
      ),
    );
    same(bench.manager.active, caller, 'the active scope while the work runs');
    await running;
    same(bench.manager.active, caller, 'the active scope after the work');
    caller.close();
  },

  'work that outlives run keeps the context of the span, and no active span': async (bench) => {
    const span = bench.span('a');
    let outliving: Promise<void> | undefined;
    bench.manager.run(span, true, (scope) => {
      outliving = awaitedLater(
        nextTimer().then(() => {
          same(bench.manager.active, null, 'the active scope');
          same(bench.manager.activeContext?.toSpanId(), span.context().toSpanId(), 'the active context');
          same(bench.manager.activeParent === span, false, 'the span itself is held');
          const inner = bench.manager.activate(bench.span('inner'), false);
          bench.expectActive(inner.span, 'in a scope opened later');
          inner.close();
          same(bench.manager.activeContext?.toSpanId(), span.context().toSpanId(), 'the active context afterwards');
        }),
      );
      scope.close();
    });
    await outliving;
    bench.expectActive(null, 'in the caller');
  },

  'work that outlives an activated scope sees the scope below it': async (bench) => {
    await bench.manager.run(bench.span('outer'), false, (outer) => {
      const scope = bench.manager.activate(bench.span('inner'), false);
      const outliving = awaitedLater(
        nextTimer().then(() => bench.expectActive(outer.span, 'in work that outlives the scope')),
      );
      scope.close();
      return outliving.then(() => outer.close());
    });
  },

  'runDetached shows no span to what the function starts': async (bench) => {
    const outer = bench.manager.activate(bench.span('outer'), false);
    const detached = awaitedLater(
      bench.manager.runDetached(() =>
        nextTimer().then(() => {
          bench.expectDetached('in a timer');
          return Promise.resolve().then(() => bench.expectDetached('in a promise'));
        }),
      ),
    );
    same(bench.manager.active, outer, 'the active scope of the caller');
    await detached;
    same(bench.manager.active, outer, 'the active scope of the caller afterwards');
    outer.close();
  },

  'what detached work activates is active in it, and not in what its caller does next': async (bench) => {
    const span = bench.span('background');
    const background = awaitedLater(
      bench.manager.runDetached(() => {
        const scope = bench.manager.activate(span, true);
        return nextTimer().then(() => {
          bench.expectActive(span, 'in a timer of the detached work');
          scope.close();
        });
      }),
    );
    bench.expectActive(null, 'in the caller');
    const later = nextTimer().then(() => bench.expectActive(null, 'in a timer of the caller'));
    await Promise.all([background, later]);
    same(span.isFinished(), true, 'finished');
    bench.expectActive(null, 'in the caller afterwards');
  },

  'what a snapshot calls is followed from where it was taken': async (bench) => {
    const span = bench.span('a');
    const enter = bench.manager.run(span, false, () => bench.manager.snapshot());
    const expectSpan = (): void => same(bench.manager.active?.span, span, 'the active span in the snapshot');
    await bench.manager.run(bench.span('elsewhere'), false, (elsewhere) =>
      nextTimer()
        .then(() => enter(() => nextTimer().then(expectSpan)))
        .then(() => {
          bench.expectActive(elsewhere.span, 'afterwards');
          elsewhere.close();
        }),
    );
  },

  'what was closed since a snapshot is not active in it': async (bench) => {
    const outer = bench.span('outer');
    const enter = await bench.manager.run(outer, false, () => {
      const inner = bench.manager.activate(bench.span('inner'), false);
      const taken = bench.manager.snapshot();
      inner.close();
      return nextTimer().then(() => taken);
    });
    const later = bench.manager.activate(bench.span('later'), false);
    await enter(() => nextTimer().then(() => bench.expectActive(outer, 'in the snapshot')));
    same(bench.manager.active, later, 'the active scope afterwards');
    later.close();
  },

  'what a bound function starts is followed': async (bench) => {
    const span = bench.span('a');
    const later = (): Promise<Span | undefined> => nextTimer().then(() => bench.manager.active?.span);
    const bound = bench.manager.run(span, false, () => bench.manager.bind(later));
    const elsewhere = bench.manager.activate(bench.span('elsewhere'), false);
    same(await bound(), span, 'the active span');
    const other = bench.span('other');
    same(await bench.manager.bind(later, other)(), other, 'the active span of a function bound to one');
    await bench.manager.bind(() => nextTimer().then(() => bench.expectDetached('in a function bound to null')), null)();
    same(other.isFinished(), false, 'finished');
    elsewhere.close();
  },

  'a span of withActiveSpan lasts until the promise settles': async (bench) => {
    let own: Span | undefined;
    const result = await bench.tracer.withActiveSpan('a', (span) => {
      own = span;
      return nextTimer().then(() => {
        bench.expectActive(span, 'in a timer');
        same((span as MockSpan).isFinished(), false, 'finished in a timer');
        return 42;
      });
    });
    same(result, 42, 'the result');
    same((own as MockSpan).isFinished(), true, 'finished');
    bench.expectActive(null, 'afterwards');
  },
};

const nativeAwait: Record<string, Requirement> = {
  'the active span of run is kept across await': async (bench) => {
    const span = bench.span('a');
    await bench.manager.run(span, false, async (scope) => {
      await Promise.resolve();
      bench.expectActive(span, 'after a promise');
      await nextTimer();
      bench.expectActive(span, 'after a timer');
      await Promise.reject(new Error('x')).catch(() => {});
      bench.expectActive(span, 'after a rejection');
      scope.close();
    });
    bench.expectActive(null, 'after all');
  },

  'concurrent async functions do not see the spans of each other': async (bench) => {
    const work = async (name: string): Promise<void> => {
      const outer = bench.span(name);
      await bench.manager.run(outer, true, async (outerScope) => {
        for (let step = 0; step < 3; step++) {
          await nextTimer();
          bench.expectActive(outer, `in ${name}`);
          const inner = bench.span(`${name} ${step}`);
          const scope = bench.manager.activate(inner, true);
          await Promise.resolve();
          bench.expectActive(inner, `in ${name} ${step}`);
          scope.close();
          bench.expectActive(outer, `in ${name} after step ${step}`);
        }
        outerScope.close();
      });
    };
    await Promise.all(['one', 'two', 'three'].map(work));
    bench.expectActive(null, 'after all');
  },

  'an asynchronous generator has its span across await, and its consumer has its own': async (bench) => {
    await bench.manager.run(bench.span('consumer'), false, async (consumer) => {
      const seen = new Expectations();
      const steps = bench.tracer.withActiveSpan('generator', async function* (span) {
        for (let step = 0; step < 2; step++) {
          await nextTimer();
          seen.collect(() => bench.expectActive(span, `after the await of step ${step}`));
          yield step;
        }
      } as (span: Span) => AsyncGenerator<number>);
      for await (const step of steps) bench.expectActive(consumer.span, `after step ${step}`);
      bench.expectActive(consumer.span, 'after all');
      seen.require(2);
      consumer.close();
    });
  },
};

const nextTick: Record<string, Requirement> = {
  'the active span is kept in process.nextTick': async (bench) => {
    const span = bench.span('a');
    await bench.manager.run(span, false, () =>
      called(
        (done) => platform.process?.nextTick?.(done),
        () => bench.expectActive(span, 'in the next tick'),
      ),
    );
  },
};

const isolatedActivation: Record<string, Requirement> = {
  'what is activated in one asynchronous function is not seen by others in the same scope': async (bench) => {
    await bench.manager.run(bench.span('outer'), false, (outer) => {
      const work = (name: string): Promise<void> =>
        nextTimer().then(() => {
          const span = bench.span(name);
          const scope = bench.manager.activate(span, true);
          return nextTimer().then(() => {
            bench.expectActive(span, `in ${name}`);
            scope.close();
            same(span.isFinished(), true, `finished after ${name}`);
            bench.expectActive(outer.span, `after ${name}`);
          });
        });
      return Promise.all([work('one'), work('two')]).then(() => outer.close());
    });
  },

  'what is activated in an asynchronous function, later than at once, is not seen by its caller': async (bench) => {
    await bench.manager.run(bench.span('caller'), false, (caller) => {
      const callee = nextTimer().then(() => bench.manager.activate(bench.span('callee'), false));
      return callee.then((scope) => {
        bench.expectActive(caller.span, 'in the caller');
        scope.close();
        caller.close();
      });
    });
  },
};

const dispatcherEvents: Record<string, Requirement> = {
  'a listener sees the scope of who dispatches': (bench) => {
    const target = new EventTarget();
    const dispatcher = bench.span('dispatcher');
    const seen: (Span | undefined)[] = [];
    bench.manager.run(bench.span('listener'), false, () => {
      target.addEventListener('ping', () => seen.push(bench.manager.active?.span));
    });
    bench.manager.run(dispatcher, false, () => target.dispatchEvent(new Event('ping')));
    same(seen.length, 1, 'events heard');
    same(seen[0], dispatcher, 'the active span in the listener');
  },
};

/** The ways to call a function in a context of its own, which may be just like the one that it is called from. */
const waysToCall: Record<string, (bench: Bench, fn: () => void) => void> = {
  run: (bench, fn) =>
    bench.manager.run(bench.span('run'), false, (scope) => {
      fn();
      scope.close();
    }),
  runDetached: ({ manager }, fn) => manager.runDetached(fn),
  snapshot: ({ manager }, fn) => manager.snapshot()(fn),
  bind: ({ manager }, fn) => manager.bind(fn)(),
  'bind to null': ({ manager }, fn) => manager.bind(fn, null)(),
  'bind to a span': (bench, fn) => bench.manager.bind(fn, bench.span('bound'))(),
  continueTrace: ({ tracer }, fn) => continueTrace(null, fn, { tracer }),
};

/** Requires that what the function leaves open is active in it, and not in its caller, where `before` is. */
function expectNoLeak(bench: Bench, call: string, before: Scope | null): void {
  const where = before === null ? 'where nothing is active' : 'in a scope';
  const left: Scope[] = [];
  for (const again of ['', ', called again']) {
    waysToCall[call]?.(bench, () => {
      const scope = bench.manager.activate(bench.span(`left open in ${call}`), false);
      left.push(scope);
      same(bench.manager.active, scope, `the active scope in ${call} ${where}${again}`);
    });
    same(bench.manager.active, before, `the active scope after ${call} ${where}${again}`);
    same(bench.manager.activeParent, before?.span ?? null, `the active parent after ${call} ${where}${again}`);
  }
  for (const scope of left) scope.close();
  same(bench.manager.active, before, `the active scope after the close of what was left open in ${call} ${where}`);
}

const runEnds: Record<string, Requirement> = {
  ...Object.fromEntries(
    Object.keys(waysToCall).map((call): [string, Requirement] => [
      `what is activated in ${call} and left open is not active in the caller`,
      (bench) => {
        expectNoLeak(bench, call, null);
        const outer = bench.manager.activate(bench.span('outer'), false);
        expectNoLeak(bench, call, outer);
        outer.close();
        bench.expectActive(null, 'after all');
        // In a context of its own that is like the one it was opened in.
        bench.manager.runDetached(() => expectNoLeak(bench, call, null));
        bench.manager.run(bench.span('around'), false, (around) => {
          expectNoLeak(bench, call, around);
          around.close();
        });
      },
    ]),
  ),

  'a generator has its span in each step, and its consumer has its own between them': (bench) => {
    const consumer = bench.manager.activate(bench.span('consumer'), false);
    let own: Span | undefined;
    const steps = bench.tracer.withActiveSpan('generator', function* (span) {
      own = span;
      bench.expectActive(span, 'in the first step');
      yield 1;
      bench.expectActive(span, 'in the second step');
      const inner = bench.manager.activate(bench.span('inner'), false);
      yield 2;
      bench.expectActive(inner.span, 'in a scope that stayed open');
      inner.close();
      bench.expectActive(span, 'after that scope');
    } as (span: Span) => Generator<number>);
    for (const _ of steps) same(bench.manager.active, consumer, 'the active scope between the steps');
    same((own as MockSpan).isFinished(), true, 'finished');
    same(bench.manager.active, consumer, 'the active scope afterwards');
    consumer.close();
  },

  'an asynchronous generator has its span in each step, up to its first await': async (bench) => {
    let own: Span | undefined;
    const seen = new Expectations();
    const steps = bench.tracer.withActiveSpan('generator', async function* (span) {
      own = span;
      seen.collect(() => bench.expectActive(span, 'in the first step'));
      yield 1;
      seen.collect(() => bench.expectActive(span, 'in the second step'));
    } as (span: Span) => AsyncGenerator<number>);
    await steps.next();
    bench.expectActive(null, 'between the steps');
    await steps.next();
    await steps.next();
    seen.require(2);
    same((own as MockSpan).isFinished(), true, 'finished');
    bench.expectActive(null, 'afterwards');
  },
};

/** Opens a scope with the span, and closes it; what it gives is kept until the end. */
type OpenAndClose = (manager: ScopeManager, span: Span) => unknown;

// A scope holds its span, as it is to be readable after the close: who holds scopes holds spans.
const openings: Record<string, OpenAndClose> = {
  'spans of closed scopes are let go': (manager, span) => {
    const outer = manager.activate(span, true);
    manager.activate(span, false).close();
    outer.close();
    manager.run(span, false, (scope) => scope.close());
  },

  'spans of closed scopes are let go, also by work that was begun in the scope and goes on': async (manager, span) => {
    const activated = manager.activate(span, false);
    const works = [beginForever(manager)];
    activated.close();
    manager.run(span, false, (scope) => {
      works.push(beginForever(manager));
      scope.close();
    });
    await manager.run(span, true, (scope) =>
      Promise.resolve().then(() => {
        works.push(beginForever(manager));
        scope.close();
      }),
    );
    return works;
  },
};

const retentionSpans = 100;
const retentionTurns = 50;
/** A few may still lie in registers, or in the frames of the last turn. */
const retentionSlack = 10;

class CollectableSpan extends SpanBase {
  private readonly note: ((context: SpanContext) => void) | undefined;

  /** @param note is given each context that somebody asks for */
  constructor(note?: (context: SpanContext) => void) {
    super();
    this.note = note;
  }

  protected override _context(): SpanContext {
    const context = new ContextBase();
    this.note?.(context);
    return context;
  }
}

type CollectGarbage = () => void | Promise<void>;

type RetentionTest = (manager: ScopeManager, collectGarbage: CollectGarbage) => Promise<void>;

const retention: Record<string, RetentionTest> = {
  ...Object.fromEntries(
    Object.entries(openings).map(([name, open]): [string, RetentionTest] => [
      name,
      (manager, collectGarbage) => expectCollected(manager, open, collectGarbage),
    ]),
  ),

  'work that starts its own successor lets go of the turns before it': async (manager, collectGarbage) => {
    await expectNoChain(manager, collectGarbage, (scope, turn) => {
      inTimer(turn);
      scope.close();
    });
    await expectNoChain(manager, collectGarbage, (scope, turn) => {
      inTimer(() => {
        turn();
        scope.close();
      });
    });
  },
};

/** Requires that hardly any span is left, while the manager is. */
async function expectCollected(
  manager: ScopeManager,
  open: OpenAndClose,
  collectGarbage: CollectGarbage,
): Promise<void> {
  const kept: unknown[] = [];
  const spans: WeakRef<object>[] = [];
  // Each in a call of its own, whose frame is gone afterwards.
  const once = (): unknown => {
    const span = new CollectableSpan();
    spans.push(new WeakRef(span));
    return open(manager, span);
  };
  for (let index = 0; index < retentionSpans; index++) kept.push(await once());
  const held = await heldOf(spans, collectGarbage);
  for (const { end } of kept.flat().filter((work) => work !== undefined) as Endless[]) end();
  same(manager.active, null, 'the active scope');
  if (held > retentionSlack) throw new ExpectationError(`${held} of ${retentionSpans} spans of closed scopes are held`);
}

/**
 * Requires that work in which each turn starts the next, in a scope of its own, holds hardly anything of those before.
 *
 * @param arm starts the turn that it is given, and closes the scope
 */
async function expectNoChain(
  manager: ScopeManager,
  collectGarbage: CollectGarbage,
  arm: (scope: Scope, turn: () => void) => void,
): Promise<void> {
  const seen: WeakRef<object>[] = [];
  let left = retentionTurns;
  const last = await new Promise<Endless>((resolve, reject) => {
    const turn = (): void => {
      try {
        const span = new CollectableSpan((context) => seen.push(new WeakRef(context)));
        seen.push(new WeakRef(span));
        manager.run(span, true, (scope) => {
          if (--left > 0) return arm(scope, turn);
          // The manager is asked about a context that lives, as long as this work goes on.
          resolve(beginForever(manager));
          scope.close();
        });
      } catch (error) {
        reject(error);
      }
    };
    turn();
  });
  const held = await heldOf(seen, collectGarbage);
  last.end();
  same(manager.active, null, 'the active scope');
  if (held <= retentionSlack) return;
  throw new ExpectationError(`${held} spans and contexts of ${retentionTurns} turns are held by the last one`);
}

/** How many of them are still there after a collection of garbage. */
async function heldOf(seen: readonly WeakRef<object>[], collectGarbage: CollectGarbage): Promise<number> {
  const held = (): number => seen.filter((reference) => reference.deref() !== undefined).length;
  // What was asked for in a turn lives to its end. Some engines need several rounds.
  for (let round = 0; round < 10 && held() > retentionSlack; round++) {
    await nextTimer();
    await collectGarbage();
  }
  return held();
}

interface Endless {
  end: () => void;
}

/** Work that goes on until it is ended, begun here: a timer, and a promise that is waited for. */
function beginForever(manager: ScopeManager): Endless {
  const timer = setTimeout(() => manager.active, 100_000_000);
  let settle = (): void => {};
  void new Promise<void>((resolve) => (settle = resolve)).then(() => manager.active);
  return {
    end: () => {
      clearTimeout(timer);
      settle();
    },
  };
}

interface PlatformCase {
  name: string;
  test: Requirement;
  /** Without it, everybody must pass. */
  needs: keyof ScopeManagerCapabilities | undefined;
}

const allCases: PlatformCase[] = [
  ...casesOf(everywhere, undefined),
  ...casesOf(asynchronous, 'asynchronous'),
  ...casesOf(nativeAwait, 'nativeAwait'),
  ...casesOf(platform.process?.nextTick === undefined ? {} : nextTick, 'nextTick'),
  ...casesOf(isolatedActivation, 'isolatedActivation'),
  ...casesOf(dispatcherEvents, 'dispatcherEvents'),
  ...casesOf(runEnds, 'runEnds'),
];

function casesOf(requirements: Record<string, Requirement>, needs: PlatformCase['needs']): PlatformCase[] {
  return Object.entries(requirements).map(([name, test]) => ({ name, test, needs }));
}

/** A case that fails before it waits for `promise` must not leave a rejection that nobody hears. */
function awaitedLater<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => {});
  return promise;
}

function nextTimer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function inTimer(callback: () => void): void {
  setTimeout(callback, 0);
}

function inInterval(callback: () => void): void {
  const interval = setInterval(() => {
    clearInterval(interval);
    callback();
  }, 0);
}

function inImmediate(callback: () => void): void {
  if (platform.setImmediate === undefined) callback();
  else platform.setImmediate(callback);
}

/** Settles once `schedule` has called `check`, with what `check` threw. */
function called(schedule: Schedule, check: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    schedule(() => {
      try {
        resolve(check());
      } catch (error) {
        reject(error);
      }
    });
  });
}
