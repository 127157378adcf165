import * as Effect4 from 'effect/Effect';
import * as Fiber4 from 'effect/Fiber';
import * as Effect3 from 'effect-3/Effect';
import * as Fiber3 from 'effect-3/Fiber';
import * as Option3 from 'effect-3/Option';
import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { EffectScopeManager } from './effect.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';

/** What the tests need of Effect, of either version: as fibers, not as types. */
interface Library {
  currentFiber: () => object | undefined;
  /** Runs each step in one fiber, with a suspension after each: to the next turn of Effect's, or of the event loop. */
  fiber: (steps: Step[]) => unknown;
  sync: (work: () => unknown) => unknown;
  fork: (effect: unknown) => unknown;
  join: (fiber: unknown) => unknown;
  run: (effect: unknown) => Promise<unknown>;
  runSync: (effect: unknown) => unknown;
}

/** Does something in a fiber; an effect that it gives is done too. */
type Step = (before: unknown) => unknown;

const effect4: Library = {
  currentFiber: () => Fiber4.getCurrent(),
  fiber: (steps) =>
    Effect4.gen(function* () {
      let result: unknown;
      for (const [index, step] of steps.entries()) {
        result = step(result);
        if (Effect4.isEffect(result)) result = yield* result as Effect4.Effect<unknown>;
        yield* index % 2 === 0 ? Effect4.yieldNow : Effect4.sleep(0);
      }
      return result;
    }),
  sync: Effect4.sync,
  fork: (effect) => Effect4.forkChild(effect as Effect4.Effect<unknown>),
  join: (fiber) => Fiber4.join(fiber as Fiber4.Fiber<unknown>),
  run: (effect) => Effect4.runPromise(effect as Effect4.Effect<unknown>),
  runSync: (effect) => Effect4.runSync(effect as Effect4.Effect<unknown>),
};

const effect3: Library = {
  currentFiber: () => Option3.getOrUndefined(Fiber3.getCurrentFiber()),
  fiber: (steps) =>
    Effect3.gen(function* () {
      let result: unknown;
      for (const [index, step] of steps.entries()) {
        result = step(result);
        if (Effect3.isEffect(result)) result = yield* result as Effect3.Effect<unknown>;
        yield* index % 2 === 0 ? Effect3.yieldNow() : Effect3.sleep(0);
      }
      return result;
    }),
  sync: Effect3.sync,
  fork: (effect) => Effect3.fork(effect as Effect3.Effect<unknown>),
  join: (fiber) => Fiber3.join(fiber as Fiber3.Fiber<unknown>),
  run: (effect) => Effect3.runPromise(effect as Effect3.Effect<unknown>),
  runSync: (effect) => Effect3.runSync(effect as Effect3.Effect<unknown>),
};

// These cases go on after their step, outside of any fiber.
const goesOn = /through promises and timers|in an async function|^an asynchronous generator/;

describe.each([
  ['effect 4', effect4],
  ['effect 3', effect3],
])('EffectScopeManager with %s', (_, library) => {
  const create = (): EffectScopeManager => new EffectScopeManager(library.currentFiber);
  const scoped = (): { manager: EffectScopeManager; tracer: MockTracer } => {
    const manager = create();
    return { manager, tracer: new MockTracer({ scopeManager: manager }) };
  };

  describe('outside of fibers', () => {
    const capabilities = { asynchronous: false };
    for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
    for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);
  });

  // In one step, as the functions of an application run in `Effect.sync`.
  describe('in a fiber', () => {
    const synchronous = scopeManagerCases(create, { asynchronous: false }).filter(
      ({ name, skipped }) => skipped === undefined && !goesOn.test(name),
    );
    for (const { name, run } of synchronous)
      it(name, () => library.run(library.fiber([run as Step])) as Promise<never>);
  });

  it('the tests see the fiber', async () => {
    expect(library.currentFiber()).toBeUndefined();
    expect(await library.run(library.fiber([() => typeof library.currentFiber()]))).toBe('object');
  });

  it('fibers that take turns do not see the spans of each other', async () => {
    const { manager, tracer } = scoped();
    const turns: string[] = [];
    const work = (name: string): unknown => {
      const outer = (): ReturnType<MockTracer['startActiveSpan']> => {
        expect(manager.active).toBeNull();
        return tracer.startActiveSpan(name);
      };
      const step = (index: number) => (scope: unknown) => {
        turns.push(name);
        expect(manager.active).toBe(scope);
        const inner = tracer.startActiveSpan(`${name} ${index}`);
        inner.close();
        expect(manager.active).toBe(scope);
        return scope;
      };
      const close = (scope: unknown): void => {
        (scope as ReturnType<MockTracer['startActiveSpan']>).close();
        expect(manager.active).toBeNull();
      };
      return library.fiber([outer, step(0), step(1), step(2), close]);
    };
    await Promise.all(['one', 'two', 'three'].map((name) => library.run(work(name))));
    expect(turns.lastIndexOf('one')).toBeGreaterThan(turns.indexOf('two'));
    expect(tracer.finishedSpans()).toHaveLength(12);
    expect(manager.ignoredCloses).toBe(0);
    expect(manager.active).toBeNull();
  });

  it('a child starts with nothing, and with what its parent hands over', async () => {
    const { manager, tracer } = scoped();
    const seen: Record<string, unknown> = {};
    const look =
      (name: string): Step =>
      () =>
        void (seen[name] = manager.active);
    const outer: unknown = await library.run(
      library.fiber([
        () => void (seen['outer'] = tracer.startActiveSpan('outer')),
        () => library.fork(library.fiber([look('empty'), look('still empty')])),
        library.join,
        () => {
          const inherit = manager.handOver();
          return library.fork(
            library.fiber([
              inherit,
              look('inherited'),
              () => void (seen['own'] = tracer.startActiveSpan('child')),
              () => (seen['own'] as ReturnType<MockTracer['startActiveSpan']>).close(),
              look('inherited still'),
            ]),
          );
        },
        library.join,
        () => manager.active,
      ]),
    );
    expect(outer).toBe(seen['outer']);
    expect(seen).toMatchObject({ empty: null, 'still empty': null });
    expect([seen['inherited'], seen['inherited still']]).toEqual([outer, outer]);
    const [child] = tracer.finishedSpans();
    expect(child?.parentId()).toBe((outer as { span: { uuid(): string } }).span.uuid());
  });

  it('handing over does nothing outside of fibers', () => {
    const { manager, tracer } = scoped();
    const scope = tracer.startActiveSpan('a');
    const inherit = manager.handOver();
    scope.close();
    const other = tracer.startActiveSpan('other');
    inherit();
    expect(manager.active).toBe(other);
    other.close();
  });

  it('what is active outside is not seen in a fiber, nor the other way', () => {
    const { manager, tracer } = scoped();
    const outside = tracer.startActiveSpan('outside');
    // At once, within the call: the fiber has begun and ended when it returns.
    const work = (): unknown => [manager.active, tracer.startActiveSpan('inside').span];
    const [seen] = library.runSync(library.sync(work)) as unknown[];
    expect(seen).toBeNull();
    expect(manager.active).toBe(outside);
    outside.close();
  });

  it('a scope closed by another fiber is closed, and that one stays as it is', async () => {
    const { manager, tracer } = scoped();
    const home = tracer.startActiveSpan('home');
    await library.run(
      library.fiber([
        () => tracer.startActiveSpan('own'),
        (own) => {
          home.close();
          expect(manager.active).toBe(own);
          return own;
        },
        (own) => (own as typeof home).close(),
      ]),
    );
    expect(manager.active).toBeNull();
    expect(tracer.finishedSpans()).toHaveLength(2);
    expect(manager.ignoredCloses).toBe(0);
  });
});

describe('EffectScopeManager', () => {
  it('says what it needs when it is given something else', () => {
    expect(() => new EffectScopeManager(undefined as never)).toThrow(/a function that gives the current fiber/);
    expect(() => new EffectScopeManager(() => Fiber3.getCurrentFiber())).toThrow(/Option\.getOrUndefined/);
  });
});
