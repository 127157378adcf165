import { describe, expect, it } from 'vitest';

import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { type Coroutine, CoroutineScopeManager } from './coroutine.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';

function scoped(): { manager: CoroutineScopeManager; tracer: MockTracer } {
  const manager = new CoroutineScopeManager();
  return { manager, tracer: new MockTracer({ scopeManager: manager }) };
}

describe('CoroutineScopeManager outside of coroutines', () => {
  const create = (): CoroutineScopeManager => new CoroutineScopeManager();
  const capabilities = { asynchronous: false };
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);
});

describe('CoroutineScopeManager in coroutines', () => {
  it('keeps what a coroutine opens through its yields, and shows it nowhere else', async () => {
    const { manager, tracer } = scoped();
    const work = function* (name: string) {
      expect(manager.active).toBeNull();
      const outer = tracer.startActiveSpan(name);
      for (let step = 0; step < 3; step++) {
        yield Promise.resolve();
        expect(manager.active).toBe(outer);
        const inner = tracer.startActiveSpan(`${name} ${step}`);
        yield timer();
        expect(manager.active).toBe(inner);
        inner.close();
        expect(manager.active).toBe(outer);
      }
      outer.close();
      expect(manager.active).toBeNull();
      return name;
    };
    const running = ['one', 'two', 'three'].map((name) => manager.spawn(work(name)));
    expect(manager.active).toBeNull();
    expect(await Promise.all(running)).toEqual(['one', 'two', 'three']);
    expect(tracer.finishedSpans()).toHaveLength(12);
    expect(manager.ignoredCloses).toBe(0);
    const parent = (name: string): string | undefined =>
      tracer
        .finishedSpans()
        .find((span) => span.operationName() === name)
        ?.parentId();
    const one = tracer.finishedSpans().find((span) => span.operationName() === 'one');
    expect(parent('one')).toBeUndefined();
    expect(parent('one 2')).toBe(one?.uuid());
  });

  it('starts a coroutine with nothing active, unless it inherits', async () => {
    const { manager, tracer } = scoped();
    const scope = tracer.startActiveSpan('spawner');
    const look = function* (): Generator<Promise<void>, unknown[]> {
      const first = manager.active;
      yield timer();
      return [first, manager.active];
    };
    const [empty, inheriting] = [manager.spawn(look), manager.spawn(look, { inherit: true })];
    const child = manager.spawn(
      function* () {
        const own = tracer.startActiveSpan('child');
        yield Promise.resolve();
        own.close();
        return manager.active;
      },
      { inherit: true },
    );
    expect(manager.active).toBe(scope);
    expect(await empty).toEqual([null, null]);
    expect(await inheriting).toEqual([scope, scope]);
    expect(await child).toBe(scope);
    scope.close();
  });

  it('what the spawner opens later is not seen by a coroutine that inherits', async () => {
    const { manager, tracer } = scoped();
    const parent = manager.spawn(function* () {
      const outer = tracer.startActiveSpan('outer');
      const child = manager.spawn(
        function* () {
          yield timer();
          return manager.active;
        },
        { inherit: true },
      );
      const later = tracer.startActiveSpan('later');
      expect((yield child) as unknown).toBe(outer);
      later.close();
      outer.close();
    });
    await parent;
  });

  it('a yielded generator runs in the coroutine that yields it', async () => {
    const { manager, tracer } = scoped();
    const inner = function* (): Generator<Promise<string>, string, string> {
      expect(manager.active?.span).toBe(tracer.report().spans[0]);
      const value = yield Promise.resolve('value');
      return `${value} of inner`;
    };
    const result = await manager.spawn(function* () {
      const scope = tracer.startActiveSpan('outer');
      const given: string = yield inner();
      const delegated: string = yield* inner();
      scope.close();
      return [given, delegated];
    });
    expect(result).toEqual(['value of inner', 'value of inner']);
  });

  it('errors come out of the yield that waits for them, or of the promise', async () => {
    const { manager, tracer } = scoped();
    const failure = new Error('rejected');
    const work = function* (): Generator<unknown, void> {
      const scope = tracer.startActiveSpan('a');
      for (const failing of [() => Promise.reject(failure), throwing]) {
        try {
          yield failing(failure);
          expect.unreachable();
        } catch (error) {
          expect(error).toBe(failure);
          expect(manager.active).toBe(scope);
        }
      }
      scope.close();
      throw failure;
    };
    await expect(manager.spawn(work)).rejects.toBe(failure);
    expect(manager.active).toBeNull();
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('rejects when the function that should give a generator throws', async () => {
    const failure = new Error('no generator');
    const fail = (): never => {
      throw failure;
    };
    await expect(scoped().manager.spawn(fail)).rejects.toBe(failure);
  });

  it.each([
    ['a number', 5, 'not a value of type number'],
    ['null', null, 'not a value of type null'],
    ['a promise', Promise.resolve(), 'not a promise'],
    ['an asynchronous generator', endless(), 'not an asynchronous generator (make it a function*'],
    ['a function that gives a number', () => 5, 'not a function that gives a value of type number'],
    ['an async function', async () => 5, 'not a function that gives a promise'],
    ['an async function that rejects', async () => expect.unreachable(), 'not a function that gives a promise'],
    ['async function*', endless, 'not a function that gives an asynchronous generator'],
  ])('rejects at once when it is to spawn %s', async (_, work, message) => {
    const { manager } = scoped();
    const error: unknown = await manager.spawn(work as never).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
    expect(manager.active).toBeNull();
  });

  it.each([
    ['a promise', () => Promise.resolve({ value: 1, done: false }), 'not a promise'],
    ['a promise that rejects', () => Promise.reject(new Error('x')), 'not a promise'],
    ['nothing', () => undefined, 'not a value of type undefined'],
    ['a number', () => 5, 'not a value of type number'],
  ])('rejects when a step gives %s', async (_, next, message) => {
    const made = { next, throw: next };
    const { manager } = scoped();
    for (const work of [made, outer(made)]) {
      const error: unknown = await manager.spawn(work as never).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain('{ value, done } at once');
      expect((error as Error).message).toContain(message);
    }
    function* outer(inner: unknown): Generator<unknown, unknown> {
      return yield inner;
    }
  });

  it('waits for a thenable that is asynchronously iterable too, as some query builders are', async () => {
    const query = Object.assign(Promise.resolve('rows'), { [Symbol.asyncIterator]: endless });
    const work = function* (): Generator<unknown, unknown> {
      return yield query;
    };
    expect(await scoped().manager.spawn(work)).toBe('rows');
  });

  it.each([
    [endless(), 'an asynchronous generator (make it a function*'],
    [5, 'a value of type number'],
    [null, 'a value of type null'],
    [[], 'yield Promise.all of it'],
    [() => {}, 'a function (call it)'],
    [{ next: () => {} }, 'a value of type object'],
  ])('throws a TypeError back at who yields %o', async (yielded, what) => {
    const caught = await scoped().manager.spawn(function* () {
      try {
        yield yielded;
        return undefined;
      } catch (error) {
        return error;
      }
    });
    expect(caught).toBeInstanceOf(TypeError);
    expect((caught as Error).message).toContain(what);
  });

  it('asks a thenable in the coroutine, where query builders begin their work', async () => {
    const { manager, tracer } = scoped();
    const seen: unknown[] = [];
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
      then: (resolve: (value: unknown) => void) => {
        seen.push(manager.active);
        resolve('row');
      },
    };
    const result = await manager.spawn(function* () {
      const scope = tracer.startActiveSpan('a');
      expect((yield query) as unknown).toBe('row');
      expect(seen).toEqual([scope]);
      return query;
    });
    expect(result).toBe('row');
    expect(seen).toHaveLength(2);
  });

  it('a broken thenable is an error of who yields it', async () => {
    const failure = new Error('broken');
    const broken = {
      // oxlint-disable-next-line unicorn/no-thenable -- a damaged one
      get then(): unknown {
        throw failure;
      },
    };
    const work = function* (): Generator<unknown, unknown> {
      return yield broken;
    };
    await expect(scoped().manager.spawn(work)).rejects.toBe(failure);
  });

  it('carries a span to where a bound function is called', async () => {
    const { manager, tracer } = scoped();
    const span = tracer.startSpan('a');
    const seen = await manager.spawn(function* () {
      const own = tracer.startActiveSpan('own');
      const bound = manager.bind(() => manager.active?.span);
      yield timer();
      const inside = [manager.bind(() => manager.active?.span, span)(), manager.runDetached(() => manager.active)];
      expect(manager.active).toBe(own);
      return { own: own.span, bound, inside };
    });
    expect(seen.inside).toEqual([span, null]);
    expect(seen.bound()).toBe(seen.own);
    expect(manager.active).toBeNull();
  });

  it('a scope closed in another coroutine is closed, and that one stays as it is', async () => {
    const { manager, tracer } = scoped();
    const home = tracer.startActiveSpan('home');
    await manager.spawn(function* () {
      const own = tracer.startActiveSpan('own');
      home.close();
      expect(manager.active).toBe(own);
      yield timer();
      own.close();
    });
    expect(manager.active).toBeNull();
    expect(manager.ignoredCloses).toBe(0);
    expect(tracer.finishedSpans()).toHaveLength(2);
  });
});

describe('a generator that others step through', () => {
  it('has its own active spans in each step, and the driver has its own between them', () => {
    const { manager, tracer } = scoped();
    const saga = function* (name: string): Generator<string, string, string> {
      expect(manager.active).toBeNull();
      const scope = tracer.startActiveSpan(name);
      const action = yield 'take';
      expect(manager.active).toBe(scope);
      scope.close();
      return action;
    };
    const driver = tracer.startActiveSpan('driver');
    const [one, two] = [manager.drive(saga('one')), manager.drive(saga('two'))];
    expect([one.next(), two.next()]).toEqual([
      { value: 'take', done: false },
      { value: 'take', done: false },
    ]);
    expect(manager.active).toBe(driver);
    expect([one.next('first'), two.next('second')]).toEqual([
      { value: 'first', done: true },
      { value: 'second', done: true },
    ]);
    expect(manager.active).toBe(driver);
    driver.close();
    expect(tracer.finishedSpans().map((span) => span.parentId())).toEqual([undefined, undefined, undefined]);
  });

  it('inherits on demand', () => {
    const { manager, tracer } = scoped();
    const scope = tracer.startActiveSpan('a');
    const child = manager.drive(
      (function* () {
        yield manager.active;
      })(),
      { inherit: true },
    );
    const later = tracer.startActiveSpan('later');
    expect(child.next().value).toBe(scope);
    later.close();
    scope.close();
  });

  it('runs what is left of it in its coroutine on return and on throw', () => {
    const { manager, tracer } = scoped();
    const saga = function* (): Generator<number, string> {
      const scope = tracer.startActiveSpan('saga');
      try {
        yield 1;
        return 'done';
      } catch (error) {
        return String(error);
      } finally {
        expect(manager.active).toBe(scope);
        scope.close();
      }
    };
    const [left, failed] = [manager.drive(saga()), manager.drive(saga())];
    left.next();
    failed.next();
    expect(left.return('left')).toEqual({ value: 'left', done: true });
    expect(failed.throw('failed')).toEqual({ value: 'failed', done: true });
    expect(manager.active).toBeNull();
    expect(tracer.finishedSpans()).toHaveLength(2);
    expect(() => failed.throw(new Error('after the end'))).toThrow('after the end');
  });

  it('is a generator: for … of, yield*, its kind', () => {
    const { manager } = scoped();
    const numbers = function* (): Generator<number> {
      yield 1;
      yield 2;
    };
    expect([...manager.drive(numbers())]).toEqual([1, 2]);
    const delegating = function* (): Generator<number> {
      yield* manager.drive(numbers());
    };
    expect([...delegating()]).toEqual([1, 2]);
    expect(Object.prototype.toString.call(manager.drive(numbers()))).toBe('[object Generator]');
  });

  it('may be one that a compiler or a library made', () => {
    const { manager } = scoped();
    const made = {
      next: () => ({ value: manager.active, done: true }),
      throw: () => ({ value: undefined, done: true }),
    };
    const driven = manager.drive(made as never) as unknown as Iterable<unknown> & typeof made & { return?: unknown };
    expect(driven.return).toBeUndefined();
    expect(driven[Symbol.iterator]()).toBe(driven);
    expect(driven.next()).toEqual({ value: null, done: true });
  });

  it.each([
    [5, 'a value of type number'],
    [null, 'a value of type null'],
    [{}, 'a value of type object'],
    [numbers, 'a function (call it)'],
    [Promise.resolve(), 'a promise (yield it in a function*)'],
    [endless(), 'an asynchronous generator (make it a function*, and yield what it awaits)'],
  ])('is refused when it is none, or asynchronous: %o', (given, what) => {
    const { manager } = scoped();
    expect(() => manager.drive(given as never)).toThrow(new TypeError(`drive takes a generator, not ${what}`));
  });
});

function* numbers(): Generator<number> {
  yield 1;
}

/** For a coroutine: each step gives a promise, which is never done. */
async function* endless(): AsyncGenerator<number> {
  yield 1;
}

describe('coroutines that yield coroutines', () => {
  const deep = 100_000;

  it('may be nested as deep as memory allows, and see what is active in who yields them', async () => {
    const { manager, tracer } = scoped();
    const nested = function* (depth: number): Coroutine<number> {
      if (depth > 0) return 1 + ((yield nested(depth - 1)) as number);
      expect(tracer.activeSpan).toBe(outer.span);
      yield Promise.resolve();
      expect(tracer.activeSpan).toBe(outer.span);
      return 0;
    };
    let outer = tracer.startActiveSpan('unused');
    outer.close();
    const work = function* (): Coroutine<number> {
      outer = tracer.startActiveSpan('outer');
      const depth = (yield nested(deep)) as number;
      outer.close();
      return depth;
    };
    expect(await manager.spawn(work)).toBe(deep);
    expect(tracer.unfinishedSpans()).toEqual([]);
  });

  it('throw through all of them', async () => {
    const { manager } = scoped();
    let passed = 0;
    const nested = function* (depth: number): Coroutine<void> {
      if (depth === 0) throw new Error('deep down');
      try {
        yield nested(depth - 1);
      } finally {
        passed++;
      }
    };
    await expect(manager.spawn(nested(deep))).rejects.toThrow('deep down');
    expect(passed).toBe(deep);
  });

  it('may each have a span', async () => {
    const { manager, tracer } = scoped();
    const nested = (depth: number): Coroutine<void> =>
      tracer.withActiveSpan(String(depth), function* (): Coroutine<void> {
        if (depth > 0) yield nested(depth - 1);
      });
    await manager.spawn(nested(3000));
    const [innermost, next] = tracer.finishedSpans();
    expect(innermost?.parentId()).toBe(next?.uuid());
    expect(tracer.finishedSpans()).toHaveLength(3001);
    expect(manager.active).toBeNull();
  });

  it('get what a coroutine returns as a promise, and go on after an error that they caught', async () => {
    const { manager } = scoped();
    const failing = function* (): Coroutine<unknown> {
      if (seen.length === 0) throw new Error('at once');
      return yield Promise.resolve();
    };
    const refused = function* (): Coroutine<unknown> {
      return yield 'no promise';
    };
    const seen: unknown[] = [];
    const work = function* (): Coroutine<string> {
      for (const each of [failing, refused]) {
        try {
          yield each();
        } catch (error) {
          seen.push((error as Error).message);
        }
      }
      seen.push(
        yield (function* (): Coroutine<Promise<string>> {
          yield Promise.resolve();
          return Promise.resolve('later');
        })(),
      );
      return 'done';
    };
    expect(await manager.spawn(work)).toBe('done');
    expect(seen).toEqual(['at once', expect.stringContaining('not a value of type string'), 'later']);
  });
});

describe('coroutines that yield inside of withActiveSpan', () => {
  /** Starts a span in its first step, and one in a later step. */
  const child = (tracer: MockTracer, name: string) =>
    function* (): Coroutine<string> {
      tracer.startSpan(`${name} first`).finish();
      yield timer();
      tracer.startSpan(`${name} later`).finish();
      return name;
    };

  const lazy = (tracer: MockTracer, name: string): PromiseLike<string> =>
    ({
      // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
      then: (resolve: (value: string) => void) => {
        tracer.startSpan(name).finish();
        resolve(name);
      },
    }) as PromiseLike<string>;

  /** The name of each span's parent. */
  const parents = (tracer: MockTracer): Record<string, string | undefined> => {
    const spans = tracer.finishedSpans();
    const names = new Map(spans.map((span) => [span.uuid(), span.operationName()]));
    return Object.fromEntries(spans.map((span) => [span.operationName(), names.get(span.parentId() ?? '')]));
  };

  it('show its span to a generator that they yield, in all of its steps', async () => {
    const { manager, tracer } = scoped();
    const given = await manager.spawn(function* (): Coroutine<unknown> {
      return yield tracer.withActiveSpan('outer', function* (): Coroutine<unknown> {
        const value: unknown = yield child(tracer, 'child')();
        yield timer();
        yield child(tracer, 'second')();
        return value;
      });
    });
    expect(given).toBe('child');
    expect(parents(tracer)).toEqual({
      outer: undefined,
      'child first': 'outer',
      'child later': 'outer',
      'second first': 'outer',
      'second later': 'outer',
    });
  });

  it('show the innermost span when there are two, and the outer one again after it', async () => {
    const { manager, tracer } = scoped();
    const inner = (): Coroutine<void> =>
      tracer.withActiveSpan('inner', function* (): Coroutine<void> {
        yield child(tracer, 'in inner')();
      });
    await manager.spawn(function* (): Coroutine<void> {
      yield tracer.withActiveSpan('outer', function* (): Coroutine<void> {
        yield inner();
        yield child(tracer, 'in outer')();
      });
    });
    expect(parents(tracer)).toEqual({
      outer: undefined,
      inner: 'outer',
      'in inner first': 'inner',
      'in inner later': 'inner',
      'in outer first': 'outer',
      'in outer later': 'outer',
    });
  });

  it('show it when they delegate with yield*, however deep', async () => {
    const { manager, tracer } = scoped();
    await manager.spawn(function* (): Coroutine<void> {
      yield* tracer.withActiveSpan('outer', function* (): Coroutine<void> {
        yield child(tracer, 'in outer')();
        yield* tracer.withActiveSpan('inner', function* (): Coroutine<void> {
          yield child(tracer, 'in inner')();
          yield lazy(tracer, 'lazy');
          yield* child(tracer, 'delegated')();
        });
        yield lazy(tracer, 'lazy after');
      });
    });
    expect(parents(tracer)).toEqual({
      outer: undefined,
      inner: 'outer',
      'in outer first': 'outer',
      'in outer later': 'outer',
      'in inner first': 'inner',
      'in inner later': 'inner',
      lazy: 'inner',
      'delegated first': 'inner',
      'delegated later': 'inner',
      'lazy after': 'outer',
    });
  });

  it('show it to a thenable that begins its work when it is asked, yielded or returned', async () => {
    const { manager, tracer } = scoped();
    const given = await manager.spawn(function* (): Coroutine<unknown> {
      return yield tracer.withActiveSpan('outer', function* (): Coroutine<unknown> {
        yield lazy(tracer, 'yielded');
        return lazy(tracer, 'returned');
      });
    });
    expect(given).toBe('returned');
    expect(parents(tracer)).toEqual({ outer: undefined, yielded: 'outer', returned: 'outer' });
  });

  it('do not show it to what is yielded after it, nor to coroutines beside them', async () => {
    const { manager, tracer } = scoped();
    const withSpan = (name: string) =>
      function* (): Coroutine<void> {
        yield tracer.withActiveSpan(name, function* () {
          yield child(tracer, `in ${name}`)();
        });
        expect(manager.active).toBeNull();
        yield child(tracer, `after ${name}`)();
        yield lazy(tracer, `lazy after ${name}`);
      };
    await Promise.all([
      manager.spawn(withSpan('a')),
      manager.spawn(withSpan('b')),
      manager.spawn(child(tracer, 'beside')),
    ]);
    const none = (name: string) => ({
      [name]: undefined,
      [`in ${name} first`]: name,
      [`in ${name} later`]: name,
      [`after ${name} first`]: undefined,
      [`after ${name} later`]: undefined,
      [`lazy after ${name}`]: undefined,
    });
    expect(parents(tracer)).toEqual({
      ...none('a'),
      ...none('b'),
      'beside first': undefined,
      'beside later': undefined,
    });
  });

  it('do not show a span that was over, or another generator that they stepped through, before the yield', async () => {
    const { manager, tracer } = scoped();
    await manager.spawn(function* (): Coroutine<void> {
      tracer.withActiveSpan('over', () => {});
      const values = tracer.withActiveSpan('values', numbers);
      for (const _ of values) yield child(tracer, 'child')();
      const spawned = tracer.withActiveSpan('spawner', () =>
        manager.spawn(child(tracer, 'spawned'), { inherit: true }),
      );
      yield lazy(tracer, 'lazy');
      yield spawned;
    });
    expect(parents(tracer)).toEqual({
      over: undefined,
      values: undefined,
      spawner: undefined,
      'child first': undefined,
      'child later': undefined,
      'spawned first': 'spawner',
      'spawned later': 'spawner',
      lazy: undefined,
    });
  });

  it('show what a driven generator has active to what it yields', async () => {
    const { manager, tracer } = scoped();
    await manager.spawn(function* (): Coroutine<void> {
      const outer = tracer.startActiveSpan('outer');
      yield* manager.drive(child(tracer, 'driven')());
      yield manager.drive(
        (function* (): Coroutine<void> {
          const own = tracer.startActiveSpan('own');
          yield child(tracer, 'in own')();
          own.close();
        })(),
      );
      yield child(tracer, 'after')();
      outer.close();
    });
    expect(parents(tracer)).toEqual({
      outer: undefined,
      own: undefined,
      'driven first': undefined,
      'driven later': undefined,
      'in own first': 'own',
      'in own later': 'own',
      'after first': 'outer',
      'after later': 'outer',
    });
  });

  it('show it to coroutines that are nested as deep as memory allows', async () => {
    const { manager, tracer } = scoped();
    const nested = function* (depth: number): Coroutine<unknown> {
      if (depth > 0) return yield nested(depth - 1);
      return tracer.activeSpan?.context().toSpanId();
    };
    const [id, seen] = await manager.spawn(function* (): Coroutine<unknown[]> {
      return yield* tracer.withActiveSpan('outer', function* (span): Coroutine<unknown[]> {
        return [span.context().toSpanId(), yield nested(100_000)];
      });
    });
    expect(seen).toBe(id);
    expect(tracer.finishedSpans()).toHaveLength(1);
  });
});

function timer(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

// oxlint-disable-next-line require-yield -- a coroutine that fails at once
function* throwing(error: Error): Generator<never> {
  throw error;
}
