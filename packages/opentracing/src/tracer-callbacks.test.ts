import { createRequire } from 'node:module';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { baggageOf } from './baggage-of.ts';
import type { Reference, Scope, ScopeManager, Span, Tracer as TracerContract } from './contract.ts';
import { childOf, followsFrom } from './functions.ts';
import { globalTracer, initGlobalTracer, isGlobalTracerRegistered, releaseGlobalTracer } from './global_tracer.ts';
import type { MockSpan } from './mock_tracer/mock_span.ts';
import { MockTracer } from './mock_tracer/mock_tracer.ts';
import { recordError } from './record-error.ts';
import { AsyncLocalStorageScopeManager } from './scope-managers/async-local-storage.ts';
import { SyncStackScopeManager } from './scope-managers/sync-stack.ts';
import { noopSpan, Span as SpanBase } from './span.ts';
import { suppressTracing } from './suppress-tracing.ts';
import { Tracer } from './tracer.ts';

// What the tracer's methods do with the functions that they are given. All of it holds for a tracer itself, for the
// global one that stands for it, and for the global one over a tracer that knows no scopes.

const globalBefore = globalTracer();

interface Subject {
  readonly tracer: TracerContract;
  /** The tracer that keeps the spans. */
  readonly mock: MockTracer;
}

const subjects: Record<string, (manager: ScopeManager) => Subject> = {
  'a tracer': (scopeManager) => {
    const mock = new MockTracer({ scopeManager });
    return { tracer: mock, mock };
  },
  'the global tracer': (scopeManager) => {
    const mock = new MockTracer({ scopeManager });
    initGlobalTracer(mock);
    return { tracer: globalBefore, mock };
  },
  'the global tracer over one that knows no scopes': (scopeManager) => {
    const mock = new MockTracer();
    initGlobalTracer(scopeless(mock));
    globalBefore.scopeManager = scopeManager;
    return { tracer: globalBefore, mock };
  },
};

/** A tracer such as jaeger-client's: it extends nothing of this package. */
function scopeless(mock: MockTracer): TracerContract {
  const tracer: Partial<TracerContract> = {
    startSpan: (...args) => mock.startSpan(...args),
    inject: (...args) => mock.inject(...args),
    extract: (...args) => mock.extract(...args),
  };
  return tracer as TracerContract;
}

let tracer: TracerContract;
let mock: MockTracer;

function use(
  make: (manager: ScopeManager) => Subject,
  manager: ScopeManager = new AsyncLocalStorageScopeManager(),
): void {
  ({ tracer, mock } = make(manager));
}

afterEach(() => initGlobalTracer(null));

const asMock = (span: Span | null | undefined): MockSpan => span as MockSpan;
const finished = (): string[] => mock.finishedSpans().map((span) => span.operationName());
const finishedSpan = (name: string): MockSpan | undefined =>
  mock.finishedSpans().find((span) => span.operationName() === name);
const activeName = (): string | undefined => asMock(tracer.activeSpan)?.operationName();
const started = (): string[] => mock.report().spans.map((span) => span.operationName());
const failure = new RangeError('too far');

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** That the span failed with the error, was told once, and is over. */
function expectFailed(name: string, error: unknown = failure): void {
  const span = finishedSpan(name);
  expect(span?.tags()).toMatchObject({ error: true });
  expect(span?.logs().map((log) => log.fields['error.object'])).toEqual([error]);
  expect(mock.stats().ignoredFinishes).toBe(0);
}

function expectSucceeded(name: string): void {
  const span = finishedSpan(name);
  expect(span?.tags()).not.toHaveProperty('error');
  expect(span?.logs()).toEqual([]);
  expect(mock.stats().ignoredFinishes).toBe(0);
}

const managers: [string, () => ScopeManager][] = [
  ['AsyncLocalStorageScopeManager', () => new AsyncLocalStorageScopeManager()],
  ['SyncStackScopeManager', () => new SyncStackScopeManager()],
];

describe.each(Object.entries(subjects))('%s', (_subject, make) => {
  describe.each(managers)('with %s, given a generator by withActiveSpan', (_manager, makeManager) => {
    beforeEach(() => use(make, makeManager()));

    function* count(upTo: number): Generator<number, string, string | undefined> {
      for (let value = 1; value <= upTo; value++) yield value;
      return 'all';
    }

    it('has the span active in the steps, and not between them', () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', function* () {
        seen.push(activeName());
        yield;
        seen.push(activeName());
      });
      expect(activeName()).toBeUndefined();
      generator.next();
      expect(activeName()).toBeUndefined();
      tracer.withActiveSpan('consumer', () => {
        generator.next();
        expect(activeName()).toBe('consumer');
      });
      expect(seen).toEqual(['work', 'work']);
    });

    it('finishes the span when it is exhausted, and not before', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      expect([finished(), generator.next(), finished()]).toEqual([[], { done: false, value: 1 }, []]);
      generator.next();
      expect(finished()).toEqual([]);
      expect(generator.next()).toEqual({ done: true, value: 'all' });
      expectSucceeded('work');
      expect(generator.next()).toEqual({ done: true, value: undefined });
      expectSucceeded('work');
    });

    it('finishes the span when the consumer leaves, and runs its finally in the span', () => {
      let last: string | undefined;
      const generator = tracer.withActiveSpan('work', function* () {
        try {
          yield* count(3);
        } finally {
          last = activeName();
        }
      });
      for (const value of generator) if (value === 2) break;
      expect(last).toBe('work');
      expectSucceeded('work');
    });

    it('that yields in its finally goes on when the consumer leaves', () => {
      const generator = tracer.withActiveSpan('work', function* (): Generator<number, number> {
        try {
          yield 1;
        } finally {
          yield 2;
        }
        return 3;
      });
      generator.next();
      expect([generator.return(5), finished()]).toEqual([{ done: false, value: 2 }, []]);
      expect([generator.next(), finished()]).toEqual([{ done: true, value: 5 }, ['work']]);
    });

    it('left before its first step finishes the span', () => {
      expect(tracer.withActiveSpan('work', () => count(1)).return('early')).toEqual({ done: true, value: 'early' });
      expectSucceeded('work');
    });

    it('has its error tagged and thrown on', () => {
      const generator = tracer.withActiveSpan('work', function* () {
        yield 1;
        throw failure;
      });
      generator.next();
      expect(thrownBy(() => generator.next())).toBe(failure);
      expectFailed('work');
      expect(activeName()).toBeUndefined();
    });

    it('is sent values and errors, which it may handle', () => {
      const generator = tracer.withActiveSpan('work', function* (): Generator<unknown, string, string> {
        const sent = yield 'first';
        try {
          yield sent;
        } catch (error) {
          yield error;
        }
        return 'end';
      });
      expect(generator.next('ignored').value).toBe('first');
      expect(generator.next('sent').value).toBe('sent');
      expect(generator.throw(failure)).toEqual({ done: false, value: failure });
      expect(generator.next('')).toEqual({ done: true, value: 'end' });
      expectSucceeded('work');
    });

    it('has an error tagged that is thrown into it and not handled', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      generator.next();
      expect(thrownBy(() => generator.throw(failure))).toBe(failure);
      expectFailed('work');
    });

    it('keeps what a step opened for the next one, and from the consumer', () => {
      let scope: Scope | undefined;
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', function* () {
        scope = tracer.startActiveSpan('inner');
        yield;
        seen.push(activeName());
        scope.close();
        yield;
        seen.push(activeName());
      });
      generator.next();
      expect(activeName()).toBeUndefined();
      using _outer = tracer.startActiveSpan('consumer');
      generator.next();
      expect(activeName()).toBe('consumer');
      generator.next();
      expect(seen).toEqual(['inner', 'work']);
      expect(asMock(scope?.span).parentId()).toBe(finishedSpan('work')?.uuid());
    });

    it('stays an instance of its function, and an iterator', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      expect(generator).toBeInstanceOf(count);
      expect(generator[Symbol.iterator]()).toBe(generator);
      expect(Object.prototype.toString.call(generator)).toBe('[object Generator]');
      expect([...generator]).toEqual([1, 2]);
      expectSucceeded('work');
    });

    it('is delegated to by yield*, and by another withActiveSpan', () => {
      const generator = tracer.withActiveSpan('outer', function* () {
        return yield* tracer.withActiveSpan('inner', () => count(2));
      });
      expect([...generator]).toEqual([1, 2]);
      expect(finished()).toEqual(['inner', 'outer']);
      expect(finishedSpan('inner')?.parentId()).toBe(finishedSpan('outer')?.uuid());
      const twice = tracer.withActiveSpan('one', () => tracer.withActiveSpan('two', () => count(2)));
      expect([...twice]).toEqual([1, 2]);
      expect(finished().slice(2)).toEqual(['two', 'one']);
    });

    it('leaves the span open with finishOnClose: false, and one that was there before', () => {
      expect([...tracer.withActiveSpan('kept', { finishOnClose: false }, () => count(1))]).toEqual([1]);
      const span = tracer.startSpan('before');
      expect([...tracer.withActiveSpan(span, () => count(1))]).toEqual([1]);
      expect(finished()).toEqual([]);
      expect([...tracer.withActiveSpan(span, { finishOnClose: true }, () => count(1))]).toEqual([1]);
      expect(finished()).toEqual(['before']);
    });
  });

  describe('given an asynchronous generator by withActiveSpan', () => {
    beforeEach(() => use(make));

    async function* count(upTo: number): AsyncGenerator<number, string, string | undefined> {
      for (let value = 1; value <= upTo; value++) {
        await Promise.resolve();
        yield value;
      }
      return 'all';
    }

    it('has the span active in the steps, across await, and not between them', async () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', async function* () {
        seen.push(activeName());
        await Promise.resolve();
        seen.push(activeName());
        yield 1;
        seen.push(activeName());
        await Promise.resolve();
        seen.push(activeName());
      });
      await tracer.withActiveSpan('consumer', async () => {
        for await (const _value of generator) expect(activeName()).toBe('consumer');
        expect(activeName()).toBe('consumer');
      });
      expect(seen).toEqual(['work', 'work', 'work', 'work']);
      expect(activeName()).toBeUndefined();
    });

    it('finishes the span when it is exhausted, and not before', async () => {
      const generator = tracer.withActiveSpan('work', () => count(1));
      expect([await generator.next(), finished()]).toEqual([{ done: false, value: 1 }, []]);
      expect([await generator.next(), finished()]).toEqual([{ done: true, value: 'all' }, ['work']]);
      expect(await generator.next()).toEqual({ done: true, value: undefined });
      expectSucceeded('work');
    });

    it('finishes the span when the consumer leaves', async () => {
      let last: string | undefined;
      const generator = tracer.withActiveSpan('work', async function* () {
        try {
          yield* count(3);
        } finally {
          await Promise.resolve();
          last = activeName();
        }
      });
      for await (const value of generator) if (value === 2) break;
      expect(last).toBe('work');
      expectSucceeded('work');
      await tracer.withActiveSpan('unbegun', () => count(1)).return('early');
      expectSucceeded('unbegun');
    });

    it('has its error tagged and thrown on', async () => {
      const generator = tracer.withActiveSpan('work', async function* () {
        yield 1;
        await Promise.resolve();
        throw failure;
      });
      await generator.next();
      await expect(generator.next()).rejects.toBe(failure);
      expectFailed('work');
    });

    it('is sent values and errors, which it may handle', async () => {
      const generator = tracer.withActiveSpan('work', async function* (): AsyncGenerator<unknown, string, string> {
        try {
          yield yield 'first';
        } catch (error) {
          yield error;
        }
        return 'end';
      });
      expect((await generator.next('ignored')).value).toBe('first');
      expect((await generator.next('sent')).value).toBe('sent');
      expect((await generator.throw(failure)).value).toBe(failure);
      expect(await generator.next('')).toEqual({ done: true, value: 'end' });
      expectSucceeded('work');
      const other = tracer.withActiveSpan('other', () => count(2));
      await other.next();
      await expect(other.throw(failure)).rejects.toBe(failure);
      expectFailed('other');
    });

    it('answers steps that are asked for at once, in order', async () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      const steps = await Promise.all([generator.next(), generator.next(), generator.next()]);
      expect(steps.map((step) => step.value)).toEqual([1, 2, 'all']);
      expectSucceeded('work');
    });

    it('keeps what a step opened before it awaited for the next one, and from the consumer', async () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', async function* () {
        const scope = tracer.startActiveSpan('inner');
        yield;
        seen.push(activeName());
        scope.close();
        yield;
        seen.push(activeName());
      });
      await generator.next();
      expect(activeName()).toBeUndefined();
      await generator.next();
      await generator.next();
      expect(seen).toEqual(['inner', 'work']);
    });

    it('stays an instance of its function, and an iterator', async () => {
      const generator = tracer.withActiveSpan('work', () => count(1));
      expect(generator).toBeInstanceOf(count);
      expect(generator[Symbol.asyncIterator]()).toBe(generator);
      expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
      const values: number[] = [];
      for await (const value of generator) values.push(value);
      expect(values).toEqual([1]);
    });
  });

  describe('given an iterator that is no generator by withActiveSpan', () => {
    beforeEach(() => use(make));

    it('hands it out as it is, and finishes the span at once', () => {
      const iterator = [1, 2][Symbol.iterator]();
      expect(tracer.withActiveSpan('work', () => iterator)).toBe(iterator);
      expectSucceeded('work');
    });
  });

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

  describe('wrap', () => {
    beforeEach(() => use(make));

    it('passes on this, arguments and result, in a new active span for each call', () => {
      const wrapped = tracer.wrap('work', function (this: { id: string }, ...values: number[]) {
        return [this.id, values, activeName()];
      });
      expect(Reflect.apply(wrapped, { id: 'a' }, [1, 2])).toEqual(['a', [1, 2], 'work']);
      expect(Reflect.apply(wrapped, { id: 'b' }, [])).toEqual(['b', [], 'work']);
      expect(finished()).toEqual(['work', 'work']);
      expect(activeName()).toBeUndefined();
    });

    it('keeps length, name, own properties and prototype', () => {
      const symbol = Symbol('own');
      const original = Object.assign(function handler(_a: unknown, _b: unknown) {}, { path: '/a', [symbol]: 1 });
      const wrapped = tracer.wrap('work', original);
      expect([wrapped.length, wrapped.name, wrapped.path, wrapped[symbol]]).toEqual([2, 'handler', '/a', 1]);
      expect(wrapped.prototype).toBe(original.prototype);
      expect(original).not.toBe(wrapped);
    });

    it('takes functions of every kind', async () => {
      // oxlint-disable-next-line typescript/no-implied-eval -- a function that is not strict has more properties
      const sloppy = new Function('return 1') as () => number;
      const shorthand = Reflect.get(
        {
          m() {
            return 3;
          },
        },
        'm',
      );
      expect(tracer.wrap('sloppy', sloppy)()).toBe(1);
      expect(tracer.wrap('arrow', () => 2)()).toBe(2);
      expect(tracer.wrap('method', shorthand)()).toBe(3);
      expect(tracer.wrap('bound', sloppy.bind(null))()).toBe(1);
      expect(tracer.wrap('native', Math.max)(1, 2)).toBe(2);
      expect(await tracer.wrap('async', async () => 4)()).toBe(4);
      expect([
        ...tracer.wrap('generator', function* () {
          yield 5;
        })(),
      ]).toEqual([5]);
      expect(finished()).toEqual(['sloppy', 'arrow', 'method', 'bound', 'native', 'async', 'generator']);
    });

    it('tags what is thrown and rejected with', async () => {
      expect(
        thrownBy(
          tracer.wrap('bad', () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      expectFailed('bad');
      await expect(tracer.wrap('rejected', () => Promise.reject(failure))()).rejects.toBe(failure);
      expectFailed('rejected');
    });

    it('takes options, and leaves them alone', () => {
      const options = Object.freeze({ tags: Object.freeze({ a: 1 }), ignoreActiveSpan: true });
      const wrapped = tracer.wrap('work', options, () => 1);
      tracer.withActiveSpan('outer', () => [wrapped(), wrapped()]);
      const [first, second] = mock.finishedSpans();
      expect([first?.parentId(), first?.tags(), second?.tags()]).toEqual([undefined, { a: 1 }, { a: 1 }]);
      expect(first?.tags()).not.toBe(second?.tags());
    });

    it('takes a function that makes options of this and the arguments', () => {
      const wrapped = tracer.wrap(
        'work',
        function (this: { id: string }, times: number) {
          return { tags: { id: this.id, times } };
        } as (times: number) => { tags: object },
        function (this: { id: string }, times: number) {
          return this.id.repeat(times);
        },
      );
      expect(Reflect.apply(wrapped, { id: 'a' }, [2])).toBe('aa');
      expect(finishedSpan('work')?.tags()).toEqual({ id: 'a', times: 2 });
    });

    it('calls the function although its options throw, or are none', () => {
      const throwing = (): never => {
        throw new Error('in the options');
      };
      expect(tracer.wrap('throwing', throwing, () => 1)()).toBe(1);
      expect(tracer.wrap('none', (() => undefined) as never, () => 2)()).toBe(2);
      expect(tracer.wrap('null', null as never, () => 3)()).toBe(3);
      expectSucceeded('throwing');
      expect(finished()).toEqual(['throwing', 'none', 'null']);
    });

    describe('with callback: true', () => {
      type Callback = (error: Error | null, value?: number) => void;
      const later: { call?: () => void } = {};
      const read = function (this: unknown, value: number, callback: Callback): string {
        later.call = () => callback(value < 0 ? failure : null, value);
        return activeName() ?? '';
      };

      it('lasts until the last argument is called, which is then called where the function was', () => {
        const wrapped = tracer.wrap('read', { callback: true }, read);
        const seen: unknown[] = [];
        tracer.withActiveSpan('outer', { finishOnClose: false }, () => {
          expect(wrapped(1, (error, value) => seen.push(error, value, activeName(), finished()))).toBe('read');
          expect(finished()).toEqual([]);
          tracer.withActiveSpan('elsewhere', () => later.call?.());
        });
        expect(seen).toEqual([null, 1, 'outer', ['read']]);
        expectSucceeded('read');
      });

      it('tags the error that is its first argument', () => {
        const seen: unknown[] = [];
        tracer.wrap('read', { callback: true }, read)(-1, (error) => seen.push(error));
        later.call?.();
        expect(seen).toEqual([failure]);
        expectFailed('read');
      });

      it('gives the callback its this and its result, and counts its first call', () => {
        let calls = 0;
        const wrapped = tracer.wrap('read', { callback: true }, (callback: (this: object) => string) => {
          return [Reflect.apply(callback, { a: 1 }, []), Reflect.apply(callback, { a: 2 }, [])];
        });
        const results = wrapped(function (this: object) {
          calls += 1;
          return JSON.stringify(this);
        });
        expect([results, calls]).toEqual([['{"a":1}', '{"a":2}'], 2]);
        expectSucceeded('read');
      });

      it('tags what the function throws before', () => {
        const wrapped = tracer.wrap('read', { callback: true }, (_callback: () => void) => {
          throw failure;
        });
        expect(thrownBy(() => wrapped(() => {}))).toBe(failure);
        expectFailed('read');
      });

      it('does not take what the callback throws for an error of the function', () => {
        const wrapped = tracer.wrap('read', { callback: true }, (callback: () => void) => callback());
        expect(
          thrownBy(() =>
            wrapped(() => {
              throw failure;
            }),
          ),
        ).toBe(failure);
        expectSucceeded('read');
      });

      it('finishes with the function when there is no callback', () => {
        expect(tracer.wrap('read', { callback: true }, (...values: number[]) => values.length)(1, 2)).toBe(2);
        expect(tracer.wrap('read', { callback: true }, (...values: number[]) => values.length)()).toBe(0);
        expect(finished()).toEqual(['read', 'read']);
      });

      it('is said by a function of the options too', () => {
        tracer.wrap('read', (value) => ({ callback: true, tags: { value } }), read)(1, () => {});
        expect(finished()).toEqual([]);
        later.call?.();
        expect(finishedSpan('read')?.tags()).toEqual({ value: 1 });
      });
    });
  });

  describe('suppressTracing', () => {
    beforeEach(() => use(make));

    it('records nothing below, at any depth and across await, and gives the result', async () => {
      const result = await suppressTracing(tracer, async () => {
        tracer.startSpan('a').finish();
        await Promise.resolve();
        using _scope = tracer.startActiveSpan('b');
        await tracer.withActiveSpan('c', async () => {
          await Promise.resolve();
          tracer.startSpan('d', { tags: { a: 1 } }).finish();
          tracer.trace('e', (_span, done) => done());
          tracer.wrap('f', () => 1)();
        });
        return 42;
      });
      expect([result, started()]).toEqual([42, []]);
    });

    it('records nothing of the work that it starts and does not wait for', async () => {
      let late: Promise<unknown> | undefined;
      suppressTracing(tracer, () => {
        late = Promise.resolve().then(() => tracer.startSpan('late'));
      });
      await late;
      expect(started()).toEqual([]);
    });

    it('hands out the no-op span', () => {
      suppressTracing(tracer, () => {
        expect(tracer.startSpan('a')).toBe(noopSpan);
        expect(tracer.activeSpan).toBeNull();
        expect(tracer.withActiveSpan('a', (span) => span)).toBe(noopSpan);
      });
    });

    it('records what names its parent, or asks for none', () => {
      const parent = tracer.startSpan('parent');
      suppressTracing(tracer, () => {
        tracer.startSpan('child', { childOf: parent });
        tracer.startSpan('follower', { references: [followsFrom(parent)] });
        tracer.startSpan('root', { ignoreActiveSpan: true });
        tracer.startSpan('none', { references: [childOf(null)], childOf: null });
      });
      expect(started()).toEqual(['parent', 'child', 'follower', 'root']);
    });

    it('ends with the function, also when that throws', () => {
      expect(
        thrownBy(() =>
          suppressTracing(tracer, () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      tracer.withActiveSpan('outer', () => {
        suppressTracing(tracer, () => tracer.startSpan('hidden'));
        tracer.startSpan('inner').finish();
      });
      expect(finished()).toEqual(['inner', 'outer']);
      expect(finishedSpan('inner')?.parentId()).toBe(finishedSpan('outer')?.uuid());
    });

    it('keeps a generator from recording, and not its consumer', () => {
      const generator = suppressTracing(tracer, function* () {
        yield tracer.startSpan('in');
        yield tracer.startSpan('in');
      });
      for (const span of generator) expect([span, tracer.startSpan('out') === noopSpan]).toEqual([noopSpan, false]);
      expect(started()).toEqual(['out', 'out']);
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
  beforeEach(() => {
    mock = new MockTracer();
    initGlobalTracer(scopeless(mock));
    tracer = globalTracer();
  });

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

describe('recordError', () => {
  it('tags the span and logs the fields, without finishing it', () => {
    const span = asMock(new MockTracer().startSpan('a'));
    recordError(span, failure);
    expect(span.tags()).toEqual({ error: true });
    expect(span.logs()[0]?.fields).toMatchObject({ event: 'error', 'error.kind': 'RangeError', message: 'too far' });
    expect(span.isFinished()).toBe(false);
  });

  it.each([undefined, null, 'text', Symbol('s'), Object.create(null)])(
    'takes anything that was thrown (%#)',
    (thrown) => {
      const span = asMock(new MockTracer().startSpan('a'));
      recordError(span, thrown);
      expect(span.logs().map((log) => log.fields['error.object'])).toEqual([thrown]);
    },
  );

  it('logs what can be read of an error that throws when it is read', () => {
    const tracer = new MockTracer();
    const blind = new Proxy(failure, {
      get: () => {
        throw new Error('trap');
      },
    });
    const thrown = thrownBy(() =>
      tracer.withActiveSpan('a', () => {
        throw blind;
      }),
    );
    const [span] = tracer.finishedSpans();
    expect([thrown === blind, span?.tags(), span?.logs().map((log) => log.fields['event'] as unknown)]).toEqual([
      true,
      { error: true },
      ['error'],
    ]);
  });

  it('never throws, whatever the span does', () => {
    class Broken extends SpanBase {
      override setTag(): never {
        throw failure;
      }
    }
    expect(() => recordError(new Broken(), failure)).not.toThrow();
    expect(() => recordError(noopSpan, failure)).not.toThrow();
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

describe('where tracing is switched off', () => {
  const tracers: [string, () => TracerContract & { recorded(): string[] }][] = [
    ['the mock tracer', () => recording(new MockTracer(new AsyncLocalStorageScopeManager()))],
    ['a tracer written for npm', () => recording(new NpmTracer(new AsyncLocalStorageScopeManager()))],
  ];

  describe.each(tracers)('%s', (_name, create) => {
    it.each<[string, (noop: Span) => object]>([
      ['nothing', () => ({})],
      ['the span that it was given', (span) => ({ childOf: span })],
      ['its context', (span) => ({ childOf: span.context() })],
      ['a reference to it', (span) => ({ references: [childOf(span)] })],
      ['a reference to what comes after it', (span) => ({ references: [followsFrom(span.context())] })],
      ['a reference to nothing', () => ({ references: [childOf(null)] })],
    ])('records nothing that names %s', (_what, optionsFor) => {
      const tracer = create();
      suppressTracing(tracer, () => {
        const span = tracer.startSpan('a');
        tracer.startSpan('b', optionsFor(span)).finish();
      });
      expect(tracer.recorded()).toEqual([]);
      tracer.startSpan('c').finish();
      expect(tracer.recorded()).toEqual(['c']);
    });

    it('injects nothing of the no-op span, and does not throw', () => {
      const tracer = create();
      const carrier = {};
      suppressTracing(tracer, () => tracer.inject(tracer.startSpan('a'), 'text_map', carrier));
      expect(carrier).toEqual({});
    });

    it('calls the function without arguments', () => {
      const tracer = create();
      const first = (value: unknown = 'nothing'): unknown => value;
      expect(suppressTracing(tracer, first)).toBe('nothing');
      expect(tracer.scopeManager.snapshot()(first)).toBe('nothing');
    });
  });

  it('by another copy of the package it is known here', async () => {
    vi.resetModules();
    const copy = await import('./suppress-tracing.ts');
    const tracer = recording(new MockTracer(new AsyncLocalStorageScopeManager()));
    expect(copy.suppressTracing).not.toBe(suppressTracing);
    await copy.suppressTracing(tracer, async () => {
      tracer.startSpan('a').finish();
      void Promise.resolve().then(() => Promise.resolve().then(() => tracer.startSpan('outlives it').finish()));
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(tracer.recorded()).toEqual([]);
    expect(tracer.scopeManager.activeContext).toBeNull();
  });

  /** Its contexts have a field that the no-op's lacks. */
  class NpmTracer extends Tracer {
    readonly names: string[] = [];
    protected override _startSpan(name: string): Span {
      this.names.push(name);
      return new SpanBase();
    }
    protected override _inject(context: unknown, _format: string, carrier: unknown): void {
      (carrier as { id: string }).id = (context as { ids: { trace: string } }).ids.trace;
    }
  }

  function recording<T extends MockTracer | NpmTracer>(tracer: T): T & { recorded(): string[] } {
    const recorded = (): string[] =>
      tracer instanceof MockTracer ? tracer.report().spans.map((span) => span.operationName()) : [...tracer.names];
    return Object.assign(tracer, { recorded });
  }
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
