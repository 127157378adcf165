import { same, type ConformanceCase } from '../conformance-case.ts';
import type { Scope, ScopeManager, Span } from '../contract.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import type { MockSpan } from '../mock_tracer/mock_span.ts';

/** What a scope manager can do. What it cannot is thereby declared, and not tested. */
export interface ScopeManagerCapabilities {
  /** Follows work across `await`, promises, timers and callbacks. Default `true`. */
  asynchronous?: boolean;
}

/**
 * The requirements on a {@link ScopeManager}.
 *
 * @param createManager makes a fresh manager; called once a case
 */
export function scopeManagerCases(
  createManager: () => ScopeManager,
  { asynchronous = true }: ScopeManagerCapabilities = {},
): ConformanceCase[] {
  const requirements = asynchronous ? { ...synchronousCases, ...asynchronousCases } : synchronousCases;
  return Object.entries(requirements).map(([name, test]) => ({
    name,
    run: () => {
      const manager = createManager();
      return test(new Bench(manager));
    },
  }));
}

type Requirement = (bench: Bench) => void | Promise<void>;

/** A manager under test, with spans to activate. */
class Bench {
  readonly manager: ScopeManager;
  private readonly tracer: MockTracer = new MockTracer();

  constructor(manager: ScopeManager) {
    this.manager = manager;
  }

  span(name: string): MockSpan {
    return this.tracer.startSpan(name, { ignoreActiveSpan: true }) as MockSpan;
  }

  /** Requires that `span` (or none) is active here, in all the ways to ask. */
  expectActive(span: Span | null, where: string): void {
    same(this.manager.active?.span ?? null, span, `the active span ${where}`);
    same(this.manager.activeParent, span, `the active parent ${where}`);
    same(this.manager.activeContext?.toSpanId(), span?.context().toSpanId(), `the active context ${where}`);
  }
}

const synchronousCases: Record<string, Requirement> = {
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

  'closing a scope below the active one changes nothing': (bench) => {
    const span = bench.span('outer');
    const outer = bench.manager.activate(span, true);
    const inner = bench.manager.activate(bench.span('inner'), false);
    outer.close();
    bench.expectActive(inner.span, 'after the wrong close');
    same(span.isFinished(), false, 'finished by the wrong close');
    inner.close();
    same(bench.manager.active, outer, 'the active scope after the inner one closed');
    outer.close();
    same(span.isFinished(), true, 'finished by the right close');
    bench.expectActive(null, 'after both');
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
};

const asynchronousCases: Record<string, Requirement> = {
  'the active span is kept across await': async (bench) => {
    const span = bench.span('a');
    const scope = bench.manager.activate(span, false);
    await Promise.resolve();
    bench.expectActive(span, 'after an await');
    await nextTimer();
    bench.expectActive(span, 'after a timer');
    scope.close();
    bench.expectActive(null, 'after the close');
  },

  'the active span is kept in promise chains, microtasks and timers': async (bench) => {
    const span = bench.span('a');
    await bench.manager.run(span, false, async (scope) => {
      await Promise.resolve().then(() => bench.expectActive(span, 'in then'));
      await Promise.reject(new Error('x')).catch(() => bench.expectActive(span, 'in catch'));
      await called(
        (done) => queueMicrotask(done),
        () => bench.expectActive(span, 'in a microtask'),
      );
      await called(
        (done) => setTimeout(done, 0),
        () => bench.expectActive(span, 'in a timer'),
      );
      scope.close();
    });
    bench.expectActive(null, 'after all');
  },

  'concurrent work does not see the spans of each other': async (bench) => {
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

  'run shows nothing to the caller, neither before nor after the promise settles': async (bench) => {
    const caller = bench.manager.activate(bench.span('caller'), false);
    const running = bench.manager.run(bench.span('a'), false, async (scope) => {
      await nextTimer();
      scope.close();
    });
    same(bench.manager.active, caller, 'the active scope while the work runs');
    await running;
    same(bench.manager.active, caller, 'the active scope after the work');
    caller.close();
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

  'a scope closed from elsewhere is closed and finished, and elsewhere stays as it is': async (bench) => {
    const span = bench.span('a');
    const elsewhereSpan = bench.span('elsewhere');
    let opened: (scope: Scope) => void = () => {};
    const whenOpened = new Promise<Scope>((resolve) => (opened = resolve));
    const elsewhere = bench.manager.run(elsewhereSpan, false, async (own) => {
      const scope = await whenOpened;
      scope.close();
      bench.expectActive(elsewhereSpan, 'where the scope was closed');
      own.close();
    });
    await bench.manager.run(bench.span('home'), false, async (home) => {
      opened(bench.manager.activate(span, true));
      bench.expectActive(span, 'where the scope was opened, before the close');
      await elsewhere;
      same(span.isFinished(), true, 'finished');
      bench.expectActive(home.span, 'where the scope was opened, after the close');
      home.close();
    });
  },

  'work that outlives run keeps the context of the span, and no active span': async (bench) => {
    const span = bench.span('a');
    let outliving: Promise<void> | undefined;
    bench.manager.run(span, true, (scope) => {
      outliving = nextTimer().then(() => {
        same(bench.manager.active, null, 'the active scope');
        same(bench.manager.activeContext?.toSpanId(), span.context().toSpanId(), 'the active context');
        same(bench.manager.activeParent === span, false, 'the span itself is held');
        const inner = bench.manager.activate(bench.span('inner'), false);
        bench.expectActive(inner.span, 'in a scope opened later');
        inner.close();
        same(bench.manager.activeContext?.toSpanId(), span.context().toSpanId(), 'the active context afterwards');
      });
      scope.close();
    });
    await outliving;
    bench.expectActive(null, 'in the caller');
  },

  'work that outlives an activated scope sees the scope below it': async (bench) => {
    await bench.manager.run(bench.span('outer'), false, async (outer) => {
      const scope = bench.manager.activate(bench.span('inner'), false);
      const outliving = nextTimer().then(() => bench.expectActive(outer.span, 'in work that outlives the scope'));
      scope.close();
      await outliving;
      outer.close();
    });
  },

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

function nextTimer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Settles once `schedule` has called `check`, with what `check` threw. */
function called(schedule: (callback: () => void) => void, check: () => void): Promise<void> {
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
