import { createRequire } from 'node:module';
import { promisify } from 'node:util';

import { beforeEach, describe, expect, it } from 'vitest';

import { baggageOf } from './baggage-of.ts';
import type { Reference, Tracer as TracerContract } from './contract.ts';
import {
  activeName,
  asMock,
  expectFailed,
  expectSucceeded,
  failure,
  finished,
  finishedSpan,
  mock,
  scopeless,
  started,
  subjects,
  thrownBy,
  tracer,
  use,
} from './fixtures/tracer-subjects.ts';
import { childOf, followsFrom } from './functions.ts';
import { globalTracer, initGlobalTracer, isGlobalTracerRegistered, releaseGlobalTracer } from './global_tracer.ts';
import type { MockSpan } from './mock_tracer/mock_span.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { noopSpan, Span as SpanBase } from './span.ts';
import { suppressTracing } from './suppress-tracing.ts';
import { Tracer } from './tracer.ts';

describe.each(Object.entries(subjects))('%s', (_subject, make) => {
  describe('withActiveSpan, given a span that was started before', () => {
    beforeEach(() => use(make));

    it('leaves it open, and finishes it when asked to', async () => {
      const span = tracer.startSpan('before');
      expect(tracer.withActiveSpan(span, (given) => [given === span, activeName()])).toEqual([true, 'before']);
      expect(await tracer.withActiveSpan(span, async () => activeName())).toBe('before');
      expect(tracer.withActiveSpan(span, {}, () => 1)).toBe(1);
      expect([finished(), activeName()]).toEqual([[], undefined]);
      await tracer.withActiveSpan(span, { finishOnClose: true }, async () => {
        await Promise.resolve();
        expect(finished()).toEqual([]);
      });
      expectSucceeded('before');
    });

    it('tags its errors, finished or not', async () => {
      const open = tracer.startSpan('open');
      expect(
        thrownBy(() =>
          tracer.withActiveSpan(open, () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      expect(asMock(open).tags()).toEqual({ error: true });
      expect(finished()).toEqual([]);
      const ended = tracer.startSpan('ended');
      await expect(tracer.withActiveSpan(ended, { finishOnClose: true }, () => Promise.reject(failure))).rejects.toBe(
        failure,
      );
      expectFailed('ended');
    });

    it('makes it the parent of what starts in it', () => {
      const span = tracer.startSpan('before');
      const child = tracer.withActiveSpan(span, () => tracer.startSpan('child'));
      expect(asMock(child).parentId()).toBe(asMock(span).uuid());
    });
  });

  describe('withActiveSpan, given what is like a promise', () => {
    beforeEach(() => use(make));

    it('waits for it, and gives its value', async () => {
      // oxlint-disable-next-line unicorn/no-thenable
      const thenable = { then: (resolve: (value: number) => void) => queueMicrotask(() => resolve(42)) };
      const result: unknown = tracer.withActiveSpan('work', () => thenable);
      expect(finished()).toEqual([]);
      await Promise.resolve();
      await Promise.resolve();
      expect(finished()).toEqual(['work']);
      expect(await result).toBe(42);
    });

    it('lets the application have a result that cannot be asked what it is', () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      expect(tracer.withActiveSpan('work', () => proxy) === proxy).toBe(true);
      expectSucceeded('work');
    });
  });

  describe('trace', () => {
    beforeEach(() => use(make));

    it('of a function without a second parameter finishes the span when it is over', async () => {
      expect(tracer.trace('work', () => activeName())).toBe('work');
      expect(await tracer.trace('later', { tags: { a: 1 } }, async (span) => asMock(span).tags())).toEqual({ a: 1 });
      expect(
        thrownBy(() =>
          tracer.trace('bad', () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      expectFailed('bad');
      expect(finished()).toEqual(['work', 'later', 'bad']);
    });

    it('lasts until done is called', () => {
      let finish: (() => void) | undefined;
      const result = tracer.trace('work', { tags: { a: 1 } }, (span, done) => {
        finish = done;
        expect(activeName()).toBe('work');
        return span;
      });
      expect([finished(), activeName()]).toEqual([[], undefined]);
      finish?.();
      expect(finishedSpan('work')).toBe(result);
      expectSucceeded('work');
    });

    it('tags the error that done is given, and takes null for none', () => {
      tracer.trace('bad', (_span, done) => done(failure));
      expectFailed('bad');
      tracer.trace('good', (_span, done) => done(null));
      expectSucceeded('good');
    });

    it('takes only the first call of done', () => {
      tracer.trace('work', (_span, done) => {
        done();
        done(failure);
      });
      expectSucceeded('work');
      tracer.trace('bad', (_span, done) => {
        done(failure);
        done();
        done(new Error('another'));
      });
      expectFailed('bad');
    });

    it('ends with what the function throws, and takes done no more', () => {
      let late: (() => void) | undefined;
      const traced = (): void =>
        tracer.trace('work', (_span, done) => {
          late = done;
          throw failure;
        });
      expect(thrownBy(traced)).toBe(failure);
      late?.();
      expectFailed('work');
    });

    it('throws on what is thrown after done, without telling the span', () => {
      const traced = (): void =>
        tracer.trace('work', (_span, done) => {
          done();
          throw failure;
        });
      expect(thrownBy(traced)).toBe(failure);
      expectSucceeded('work');
    });

    it('stays open while done is not called, although a promise settles', async () => {
      await tracer.trace('work', async (_span, _done) => {});
      expect([finished(), started()]).toEqual([[], ['work']]);
    });

    it('is the parent of what begins before done, in callbacks too, and done may come from anywhere', async () => {
      await new Promise<void>((resolve) => {
        tracer.trace('work', (_span, done) =>
          setImmediate(() => {
            tracer.startSpan('child').finish();
            tracer.withActiveSpan('elsewhere', () => done());
            resolve();
          }),
        );
      });
      expect(finished()).toEqual(['child', 'work', 'elsewhere']);
      expect(finishedSpan('child')?.parentId()).toBe(finishedSpan('work')?.uuid());
    });

    it('leaves the span open with finishOnClose: false, and still tags the error', () => {
      const span = tracer.trace('work', { finishOnClose: false }, (given, done) => {
        done(failure);
        return given;
      });
      expect([finished(), asMock(span).tags()]).toEqual([[], { error: true }]);
    });
  });

  describe('startSpan', () => {
    beforeEach(() => use(make));

    it('takes no name, and the name later', () => {
      const span = tracer.startSpan();
      expect(asMock(span).operationName() || '').toBe('');
      span.setOperationName('later').finish();
      expect(finished()).toEqual(['later']);
      tracer.withActiveSpan('parent', (parent) => {
        expect(asMock(tracer.startSpan()).parentId()).toBe(asMock(parent).uuid());
      });
    });

    it.each([0, 1, 2])('passes over references to nothing, at place %i of three', (place) => {
      const one = tracer.startSpan('one');
      const other = tracer.startSpan('other');
      for (const nothing of [null, undefined, childOf(null), followsFrom(undefined)]) {
        const references = [followsFrom(one), childOf(other)] as (Reference | null | undefined)[];
        references.splice(place, 0, nothing);
        const span = asMock(tracer.startSpan('a', { references: Object.freeze(references) as Reference[] }));
        expect(span.references().map((each) => each.referencedContext().toSpanId())).toEqual(
          [one, other].map((each) => each.context().toSpanId()),
        );
        expect(span.parentId()).toBe(asMock(other).uuid());
        expect(references).toHaveLength(3);
      }
    });

    it('has the active span for a parent when all references lead to nothing', () => {
      tracer.withActiveSpan('parent', (parent) => {
        const references = [null, childOf(undefined), undefined] as Reference[];
        const span = asMock(tracer.startSpan('a', { references, childOf: null }));
        expect([span.parentId(), span.references().length]).toEqual([asMock(parent).uuid(), 1]);
      });
    });

    it('has the active span for a parent when the one that is named is the no-op of npm opentracing', () => {
      const npm = createRequire(import.meta.url)('opentracing-original') as { Tracer: new () => TracerContract };
      const noop = new npm.Tracer().startSpan('noop');
      tracer.withActiveSpan('active', (active) => {
        for (const options of [
          { childOf: noop },
          { childOf: noop.context() },
          { references: [childOf(noop.context())] },
        ]) {
          expect(asMock(tracer.startSpan('child', options)).parentId()).toBe(asMock(active).uuid());
        }
      });
      expect(asMock(tracer.startSpan('root', { childOf: noop.context() })).parentId()).toBeUndefined();
    });

    it.each(['abc', 42, true, Symbol('abc'), 42n] as never[])('passes over a parent that is no object: %s', (named) => {
      tracer.withActiveSpan('active', (active) => {
        for (const options of [{ childOf: named }, { references: [childOf(named)] }, { references: [named] }]) {
          const child = asMock(tracer.startSpan('child', options));
          expect(child.references().map((each) => each.referencedContext().toSpanId())).toEqual([
            asMock(active).uuid(),
          ]);
        }
        const references = [childOf(named), followsFrom(active)];
        expect(asMock(tracer.startSpan('child', { childOf: named, references })).references()).toHaveLength(1);
      });
      const root = asMock(tracer.startSpan('root', { childOf: named, references: [childOf(named)] }));
      expect([root.parentId(), root.references()]).toEqual([undefined, []]);
    });

    it('hands on a list also for one reference that leads nowhere, which was given without one', () => {
      const nowhere = { type: () => 'child_of', referencedContext: () => null };
      const span = asMock(tracer.startSpan('a', { references: nowhere as never }));
      expect([span.parentId(), span.references()]).toEqual([undefined, []]);
    });

    it('leaves the options alone, whatever is active', () => {
      const parent = tracer.startSpan('parent');
      const options = Object.freeze({
        references: Object.freeze([followsFrom(parent), null]) as Reference[],
        tags: Object.freeze({ a: 1 }),
      });
      const before = { ...options };
      tracer.withActiveSpan('active', () => {
        tracer.startSpan('a', options).setTag('b', 2);
        tracer.withActiveSpan('b', options, () => {});
        tracer.startActiveSpan('c', options).close();
        tracer.trace('d', options, (_span, done) => done());
        tracer.wrap('e', options, () => {})();
      });
      expect(options).toEqual(before);
      expect(
        mock
          .report()
          .spans.map((span) => span.parentId())
          .slice(2),
      ).toEqual(Array.from({ length: 5 }, () => asMock(parent).uuid()));
    });
  });

  describe('close', () => {
    beforeEach(() => use(make));

    it('gives a promise, calls its callback once, and may be called again', async () => {
      let calls = 0;
      await expect(Promise.resolve(tracer.close())).resolves.toBeUndefined();
      await tracer.close(() => calls++);
      expect(calls).toBe(1);
      await tracer.close(() => calls++);
      expect(calls).toBe(2);
    });

    it('is what await using does, and afterwards calls do not throw', async () => {
      {
        await using closing = tracer;
        closing.startSpan('a').finish();
      }
      expect(() => tracer.withActiveSpan('b', (span) => span.setTag('a', 1))).not.toThrow();
      expect(finished()).toContain('a');
    });
  });
});

describe('close of the global tracer', () => {
  class Closing extends Tracer {
    closed = 0;
    override async close(callback?: () => void): Promise<void> {
      await Promise.resolve();
      this.closed += 1;
      callback?.();
    }
  }

  it('closes the one it stands for, and waits for it', async () => {
    const closing = new Closing();
    initGlobalTracer(closing);
    let calls = 0;
    await globalTracer().close(() => calls++);
    await globalTracer()[Symbol.asyncDispose]();
    expect([closing.closed, calls]).toEqual([2, 1]);
  });

  it('waits for a tracer that knows callbacks only', async () => {
    let finish: (() => void) | undefined;
    const old = scopeless(new MockTracer());
    old.close = (callback) => void (finish = callback);
    initGlobalTracer(old);
    const seen: string[] = [];
    const work = Promise.resolve(globalTracer().close(() => seen.push('callback'))).then(() => seen.push('promise'));
    await Promise.resolve();
    expect(seen).toEqual([]);
    finish?.();
    await work;
    expect(seen).toEqual(['callback', 'promise']);
  });

  it('rejects with what the tracer rejects with', async () => {
    const broken = scopeless(new MockTracer());
    broken.close = () => Promise.reject(failure);
    initGlobalTracer(broken);
    await expect(globalTracer().close()).rejects.toBe(failure);
  });
});

describe('the global tracer without one', () => {
  it('runs what it is given, and hands out the no-op span', async () => {
    const tracer = globalTracer();
    expect(tracer.startSpan()).toBe(noopSpan);
    expect(tracer.withActiveSpan('a', (span) => span)).toBe(noopSpan);
    expect(await tracer.withActiveSpan('a', async () => 1)).toBe(1);
    expect([
      ...tracer.withActiveSpan('a', function* () {
        yield 1;
      }),
    ]).toEqual([1]);
    expect(tracer.trace('a', (span, done) => [span, done(), done(failure)])).toEqual([noopSpan, undefined, undefined]);
    expect(suppressTracing(tracer, () => 2)).toBe(2);
    expect(tracer.activeSpan).toBeNull();
    await tracer.close();
  });

  it('wraps functions, whose calls are traced once there is one', () => {
    const seen: unknown[] = [];
    const wrapped = globalTracer().wrap(
      'work',
      { callback: true },
      (value: number, callback: (error: null, v: number) => void) => callback(null, value),
    );
    wrapped(1, (_error, value) => seen.push(value));
    const mock = new MockTracer();
    initGlobalTracer(mock);
    wrapped(2, (_error, value) => seen.push(value));
    initGlobalTracer(null);
    wrapped(3, (_error, value) => seen.push(value));
    expect(seen).toEqual([1, 2, 3]);
    expect(mock.finishedSpans()).toHaveLength(1);
  });

  it('throws on what the function throws', async () => {
    const tracer = globalTracer();
    const fail = (): never => {
      throw failure;
    };
    for (const run of [
      () => tracer.withActiveSpan('a', fail),
      () => tracer.trace('a', (_span, _done) => fail()),
      tracer.wrap('a', fail),
    ])
      expect(thrownBy(run)).toBe(failure);
    await expect(tracer.withActiveSpan('a', () => Promise.reject(failure))).rejects.toBe(failure);
  });
});

describe('the global tracer over one that knows no scopes and was given no manager', () => {
  beforeEach(() =>
    use(() => {
      const mock = new MockTracer();
      initGlobalTracer(scopeless(mock));
      return { tracer: globalTracer(), mock };
    }),
  );

  it('finishes and tags spans, and makes none active', async () => {
    expect(tracer.withActiveSpan('a', () => tracer.activeSpan)).toBeNull();
    expect(
      thrownBy(() =>
        tracer.withActiveSpan('bad', () => {
          throw failure;
        }),
      ),
    ).toBe(failure);
    expect(
      await tracer.withActiveSpan('later', async () => asMock(tracer.startSpan('child')).parentId()),
    ).toBeUndefined();
    expect([
      ...tracer.withActiveSpan('generator', function* () {
        yield 1;
      }),
    ]).toEqual([1]);
    tracer.trace('trace', (_span, done) => done());
    expect(tracer.wrap('wrapped', { callback: true }, (callback: () => number) => callback())(() => 3)).toBe(3);
    tracer.startActiveSpan('scope').close();
    expectFailed('bad');
    expect(finished()).toEqual(['a', 'bad', 'later', 'generator', 'trace', 'wrapped', 'scope']);
  });
});

describe('isGlobalTracerRegistered', () => {
  it('says whether initGlobalTracer has set one', () => {
    expect(isGlobalTracerRegistered()).toBe(false);
    const tracer = new Tracer();
    initGlobalTracer(tracer);
    expect(isGlobalTracerRegistered()).toBe(true);
    releaseGlobalTracer(new Tracer());
    expect(isGlobalTracerRegistered()).toBe(true);
    releaseGlobalTracer(tracer);
    expect(isGlobalTracerRegistered()).toBe(false);
  });
});

describe('noopSpan', () => {
  it('is what every no-op hands out, and the context is one', () => {
    expect([new Tracer().startSpan('a'), globalTracer().startSpan()]).toEqual([noopSpan, noopSpan]);
    expect(noopSpan.context()).toBe(noopSpan.context());
    expect([noopSpan.context().toTraceId(), noopSpan.context().toSpanId(), baggageOf(noopSpan)]).toEqual(['', '', {}]);
  });

  it('keeps nothing, and makes no span active for whom tracing is off already', () => {
    using span = noopSpan;
    expect(span.setBaggageItem('a', 'b').setTag('a', 1).getBaggageItem('a')).toBeUndefined();
    expect(globalTracer().withActiveSpan(noopSpan, () => globalTracer().activeSpan)).toBeNull();
  });
});

describe('what is handed on as it is', () => {
  const tracer = new MockTracer();
  beforeEach(() => tracer.clear());

  it('trace ends the span when its function rejects before done is called', async () => {
    const failure = new Error('no');
    const work = tracer.trace('work', async (_span, _done) => {
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(tracer.finishedSpans().map((span) => span.tags())).toEqual([{ error: true }]);
  });

  it('trace leaves the span to done when its function resolves', async () => {
    let end: (() => void) | undefined;
    await tracer.trace('work', async (_span, done) => {
      end = done;
    });
    expect(tracer.finishedSpans()).toEqual([]);
    end?.();
    expect(tracer.finishedSpans()).toHaveLength(1);
  });

  it('what hangs on a promise hangs on that of withActiveSpan too', async () => {
    const cancel = (): string => 'cancelled';
    const work = tracer.withActiveSpan('work', () => Object.assign(Promise.resolve(1), { cancel }));
    expect(work.cancel()).toBe('cancelled');
    expect(await work).toBe(1);
  });

  it('a wrapped class can be constructed, and its subclasses too', () => {
    class Point {
      readonly x: number;
      constructor(x: number) {
        this.x = x;
      }
    }
    const Traced = tracer.wrap('new Point', Point as never) as unknown as typeof Point;
    class Special extends Traced {}
    expect(new Traced(3)).toBeInstanceOf(Point);
    expect([new Traced(3).x, new Special(4).x]).toEqual([3, 4]);
    expect(new Special(1)).toBeInstanceOf(Special);
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(Array(4).fill('new Point'));
  });

  it('a bound generator function runs its steps where it was bound', () => {
    const span = tracer.startSpan('a');
    const bound = tracer.withActiveSpan(span, () =>
      tracer.scopeManager.bind(function* () {
        yield tracer.activeSpan;
        yield tracer.scopeManager.activeContext?.toSpanId();
      }),
    );
    expect([...bound()]).toEqual([null, span.uuid()]);
    const kept = tracer.scopeManager.activate(span);
    const boundInScope = tracer.scopeManager.bind(function* () {
      yield tracer.activeSpan;
    });
    const values = tracer.scopeManager.runDetached(() => [...boundInScope()]);
    kept.close();
    expect(values).toEqual([span]);
  });
});

describe('the global tracer as its own', () => {
  it('is not taken: it would stand for itself', () => {
    const tracer = new MockTracer();
    initGlobalTracer(tracer);
    initGlobalTracer(globalTracer());
    globalTracer().startSpan('a').finish();
    expect(tracer.finishedSpans()).toHaveLength(1);
    releaseGlobalTracer(tracer);
    initGlobalTracer(globalTracer());
    expect(isGlobalTracerRegistered()).toBe(false);
  });
});

describe('what a tracer or an application does wrong', () => {
  it.each<[string, (tracer: MockTracer) => unknown]>([
    ['withActiveSpan', (tracer) => tracer.withActiveSpan('a', {} as never)],
    ['trace', (tracer) => tracer.trace('a', undefined as never)],
    ['wrap', (tracer) => tracer.wrap('a', undefined as never)],
    ['bind', (tracer) => tracer.scopeManager.bind(5 as never)],
  ])('%s without a function says so, and starts nothing', (_name, call) => {
    const tracer = new MockTracer();
    expect(() => call(tracer)).toThrow(/function/);
    expect(tracer.report().spans).toEqual([]);
  });

  it('a finish that throws changes nothing of what the application gets', async () => {
    class Broken extends MockTracer {
      protected override _allocSpan(): MockSpan {
        return Object.assign(super._allocSpan(), {
          finish() {
            throw new Error('broken tracer');
          },
        });
      }
    }
    const tracer = new Broken();
    expect(tracer.withActiveSpan('a', () => 5)).toBe(5);
    expect(await tracer.withActiveSpan('a', async () => 5)).toBe(5);
    const called: unknown[] = [];
    const wrapped = tracer.wrap('a', { callback: true }, (value: number, callback: (...args: unknown[]) => void) =>
      callback(null, value),
    );
    wrapped(7, (...args) => called.push(args));
    expect(called).toEqual([[null, 7]]);
  });

  it('a promise with a getter that throws, or whose then gives nothing, is handed on', async () => {
    const tracer = new MockTracer();
    const odd = Object.defineProperty(Promise.resolve(1), 'odd', {
      enumerable: true,
      get() {
        throw new Error('do not look');
      },
    });
    expect(await tracer.withActiveSpan('a', () => odd)).toBe(1);
    // oxlint-disable-next-line unicorn/no-thenable
    const silent = { then() {}, catch() {}, own: 1 };
    expect(tracer.withActiveSpan('b', () => silent) as unknown).toBe(silent);
    expect(tracer.unfinishedSpans()).toEqual([]);
  });

  it('a promise given beside a callback is left alone', () => {
    const tracer = new MockTracer();
    const promise = Promise.resolve(1);
    const both = tracer.wrap('a', { callback: true }, (callback: (error: null, value: number) => void) => {
      callback(null, 1);
      return promise;
    });
    expect(both(() => {})).toBe(promise);
  });

  it('a class of the application with the methods of a generator is handed on as it is', () => {
    class Cursor {
      sql = 'select';
      next(): IteratorResult<number> {
        return { done: true, value: 0 };
      }
      return(): IteratorResult<number> {
        return this.next();
      }
      throw(): IteratorResult<number> {
        return this.next();
      }
      [Symbol.iterator](): this {
        return this;
      }
    }
    const cursor = new Cursor();
    expect(new MockTracer().withActiveSpan('a', () => cursor)).toBe(cursor);
  });

  it('a generator that asks itself for a step is told so, and keeps its span', () => {
    const tracer = new MockTracer();
    const told: unknown[] = [];
    const generator: Generator<number, void> = tracer.withActiveSpan('a', function* () {
      told.push(thrownBy(() => generator.next()));
      yield 1;
      told.push(thrownBy(() => generator.return()));
      yield 2;
      told.push(tracer.activeSpan);
    });
    const [span] = tracer.unfinishedSpans();
    expect([...generator]).toEqual([1, 2]);
    expect(told).toEqual([expect.any(TypeError), expect.any(TypeError), span]);
    expect(tracer.finishedSpans().map((one) => one.tags())).toEqual([{}]);
  });

  it('an asynchronous generator may ask itself for steps: they wait', async () => {
    const tracer = new MockTracer();
    const later: Promise<IteratorResult<number, string>>[] = [];
    const generator: AsyncGenerator<number, string> = tracer.withActiveSpan('a', async function* () {
      later.push(generator.next(), generator.next());
      yield 1;
      return 'all';
    });
    expect(await generator.next()).toEqual({ value: 1, done: false });
    expect(await Promise.all(later)).toEqual([
      { value: 'all', done: true },
      { value: undefined, done: true },
    ]);
    expect(tracer.finishedSpans().map((one) => one.tags())).toEqual([{}]);
  });

  it('a lazy thenable that a bound function gives is handed on, and not begun', () => {
    const tracer = new MockTracer();
    let begun = 0;
    // oxlint-disable-next-line unicorn/no-thenable
    const query = { then: () => void begun++ };
    const bound = tracer.scopeManager.bind(() => query, tracer.startSpan('a'));
    expect(bound()).toBe(query);
    expect(begun).toBe(0);
  });

  it('util.promisify of a wrapped function is traced, though it has a promise form of its own', async () => {
    const tracer = new MockTracer();
    const read = Object.assign((callback: (error: null, value: number) => void) => callback(null, 1), {
      [promisify.custom]: async () => 2,
    });
    expect(await promisify(tracer.wrap('read', { callback: true }, read))()).toBe(2);
    expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['read']);
  });

  it('await using waits for a tracer that says by a callback alone that it is closed', async () => {
    class CallbackTracer extends Tracer {
      flushed = false;
      override close(callback?: () => void): void {
        setTimeout(() => {
          this.flushed = true;
          callback?.();
        }, 0);
      }
    }
    const tracer = new CallbackTracer();
    await tracer[Symbol.asyncDispose]();
    expect(tracer.flushed).toBe(true);
  });

  it('a foreign tracer whose trace means something else is not asked to run work', () => {
    initGlobalTracer({ startSpan: () => new SpanBase(), trace: () => 'logged' } as never);
    expect(globalTracer().trace('work', () => 42)).toBe(42);
    initGlobalTracer(null);
  });
});
