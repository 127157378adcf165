import { beforeEach, describe, expect, it } from 'vitest';

import { unhandledRejections } from '../harness/fixtures/unhandled-rejections.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { SyncStackScopeManager } from '../scope-managers/sync-stack.ts';

// Thenables that are no promises: query builders (knex, mongoose), whose work begins with `then`.

let tracer: MockTracer;
let begun: [lean: boolean, parent: string | undefined][];
beforeEach(() => {
  tracer = new MockTracer(new AsyncLocalStorageScopeManager());
  begun = [];
});

const failure = new RangeError('no such table');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Begins when it is asked for its result, each time. */
class Query implements PromiseLike<string> {
  private isLean = false;
  private readonly fails: boolean;

  constructor(fails = false) {
    this.fails = fails;
  }

  lean(): this {
    this.isLean = true;
    return this;
  }

  async exec(): Promise<string> {
    const span = tracer.startSpan('sql');
    begun.push([this.isLean, span.parentId()]);
    await turn();
    span.finish();
    if (this.fails) throw failure;
    return this.isLean ? 'lean' : 'rows';
  }

  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  then<A, B>(
    resolve?: ((value: string) => A | PromiseLike<A>) | null,
    reject?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.exec().then(resolve, reject);
  }

  catch<A>(reject: (error: unknown) => A): Promise<string | A> {
    return this.then((value) => value, reject);
  }
}

const finished = (): string[] => tracer.finishedSpans().map((span) => span.operationName());
const tagsOf = (name: string): unknown =>
  tracer
    .report()
    .spans.find((span) => span.operationName() === name)
    ?.tags();
const idOf = (name: string): string | undefined =>
  tracer
    .report()
    .spans.find((span) => span.operationName() === name)
    ?.uuid();

describe('a query that begins with then', () => {
  it.each<[string, (make: () => Query) => Query]>([
    ['withActiveSpan', (make) => tracer.withActiveSpan('q', () => make())],
    ['trace', (make) => tracer.trace('q', () => make())],
    ['wrap', (make) => tracer.wrap('q', make)()],
    ['withActiveSpan in another', (make) => tracer.withActiveSpan('o', () => tracer.withActiveSpan('q', make))],
  ])('is what %s gives back; it begins once, in the span, which lasts until it settles', async (_name, run) => {
    const query = new Query();
    const given = run(() => query);
    expect(given).toBe(query);
    await turn();
    expect([begun, finished()]).toEqual([[], []]);
    expect(await given.lean()).toBe('lean');
    expect(begun).toEqual([[true, idOf('q')]]);
    expect(finished().slice(0, 2)).toEqual(['sql', 'q']);
    expect(tracer.unfinishedSpans()).toEqual([]);
  });

  it('calls back where then was called, which sees the span no more', async () => {
    const query = tracer.withActiveSpan('q', () => new Query());
    const seen: unknown[] = [];
    const caller = tracer.startSpan('caller');
    await tracer.withActiveSpan(caller, () =>
      query.then((rows) => seen.push(rows, tracer.activeSpan, tracer.scopeManager.activeContext?.toSpanId())),
    );
    expect(seen).toEqual(['rows', caller, caller.uuid()]);
  });

  it('has its error tagged and rejected with, told by then, by catch and by await', async () => {
    const failing = (name: string): Query => tracer.withActiveSpan(name, () => new Query(true));
    expect(await failing('by then').then(undefined, (error: unknown) => error)).toBe(failure);
    expect(await failing('by catch').catch((error) => error)).toBe(failure);
    await expect((async () => failing('by await'))()).rejects.toBe(failure);
    await expect(failing('nobody listens').then((value) => value)).rejects.toBe(failure);
    for (const name of ['by then', 'by catch', 'by await', 'nobody listens']) {
      expect(tagsOf(name)).toEqual({ error: true });
    }
    expect(tracer.stats().ignoredFinishes).toBe(0);
  });

  it('begins anew with each then, and the first end counts', async () => {
    const query = tracer.withActiveSpan('q', () => new Query());
    expect([await query, await query]).toEqual(['rows', 'rows']);
    expect(begun).toHaveLength(2);
    expect(tracer.stats()).toMatchObject({ ignoredFinishes: 0, lateCalls: 0 });
  });

  it('has what its then throws tagged', () => {
    class Broken {
      // oxlint-disable-next-line unicorn/no-thenable
      then(_resolve: () => void): never {
        throw failure;
      }
    }
    const broken = tracer.withActiveSpan('q', () => new Broken());
    expect(() => broken.then(() => {})).toThrow(failure);
    expect([finished(), tagsOf('q')]).toEqual([['q'], { error: true }]);
  });

  it('tells the complaint of a strict tracer, and leaves nobody waiting', async () => {
    tracer = new MockTracer({ strict: true });
    const query = tracer.withActiveSpan('q', (span) => {
      span.finish();
      return new Query();
    });
    await expect((async () => query)()).rejects.toThrow('was finished before');
  });

  it('is followed over a synchronous stack too', async () => {
    tracer = new MockTracer(new SyncStackScopeManager());
    const query = tracer.withActiveSpan('q', () => new Query());
    expect(tracer.activeSpan).toBeNull();
    expect(await query).toBe('rows');
    expect(begun).toEqual([[false, idOf('q')]]);
    expect(finished()).toEqual(['sql', 'q']);
  });

  it('that cannot be changed is begun at once, and its promise given', async () => {
    const given: unknown = tracer.withActiveSpan('q', () => Object.freeze(new Query()));
    expect(begun).toHaveLength(1);
    expect(await given).toBe('rows');
    expect(finished()).toEqual(['sql', 'q']);
  });
});

describe('what works as a promise and is under way', () => {
  /** As bluebird's: a class of promises that extends none. */
  class Deferred {
    private readonly promise: Promise<number>;
    constructor(promise: Promise<number>) {
      this.promise = promise;
    }
    static resolve(value: number): Deferred {
      return new Deferred(Promise.resolve(value));
    }
    // oxlint-disable-next-line unicorn/no-thenable
    then(resolve: (value: number) => number, reject: (error: unknown) => number): Deferred {
      return new Deferred(this.promise.then(resolve, reject));
    }
    catch(reject: (error: unknown) => number): Deferred {
      return this.then((value) => value, reject);
    }
  }

  it('is a promise of its kind still, and ends the span though nobody asks for its result', async () => {
    const given = tracer.withActiveSpan('q', () => Deferred.resolve(1));
    expect(given).toBeInstanceOf(Deferred);
    await turn();
    expect(finished()).toEqual(['q']);
    expect(await given).toBe(1);
  });
});

describe('a function that has a then', () => {
  const callable = (value: unknown): (() => string) & PromiseLike<unknown> =>
    Object.assign(() => 'called', {
      // oxlint-disable-next-line unicorn/no-thenable
      then: (...callbacks: never[]) => Promise.resolve(value).then(...callbacks),
    }) as never;

  it('keeps the span open until it settles, and can be called', async () => {
    const given = tracer.withActiveSpan('q', () => callable(Promise.reject(failure)));
    expect([given(), finished()]).toEqual(['called', []]);
    await expect((async () => given)()).rejects.toBe(failure);
    expect([finished(), tagsOf('q')]).toEqual([['q'], { error: true }]);
  });
});

describe('what is more than a promise', () => {
  /** As that of postgres: begins with `then`, and has methods. */
  class Statement extends Promise<string> {
    static override get [Symbol.species](): PromiseConstructor {
      return Promise;
    }

    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
    override then<A, B>(
      resolve?: ((value: string) => A | PromiseLike<A>) | null,
      reject?: ((error: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      begun.push([false, tracer.startSpan('sql').parentId()]);
      return super.then(resolve, reject);
    }

    values(): string {
      return 'values';
    }
  }

  /** As those of cancellable promises: under way, with methods. */
  class Cancelable extends Promise<string> {
    cancel(): string {
      return 'cancelled';
    }
  }

  it('keeps its class and methods, and begins with then, in the span', async () => {
    const statement = new Statement((resolve) => resolve('rows'));
    begun = [];
    const given = tracer.withActiveSpan('q', () => statement);
    expect([given === statement, given.values(), begun]).toEqual([true, 'values', []]);
    expect(await given).toBe('rows');
    expect(begun).toEqual([[false, idOf('q')]]);
    expect(finished()).toEqual(['q']);
  });

  it('keeps its methods also when it is under way, and ends its span once it is waited for', async () => {
    const promise = new Cancelable((resolve) => resolve('all'));
    const given = tracer.withActiveSpan('c', () => promise);
    expect([given === promise, given.cancel(), given instanceof Cancelable]).toEqual([true, 'cancelled', true]);
    expect(finished()).toEqual([]);
    expect(await given).toBe('all');
    expect(finished()).toEqual(['c']);
  });

  it('that rejects is tagged, and is an unhandled rejection only when nobody listens', async () => {
    const unheard = unhandledRejections();
    const failing = (name: string): Cancelable =>
      tracer.withActiveSpan(name, () => new Cancelable((_resolve, reject) => reject(failure)));
    expect(await failing('caught').catch((error: unknown) => error)).toBe(failure);
    await expect((async () => failing('waited for'))()).rejects.toBe(failure);
    const later = failing('waited for later');
    await Promise.resolve();
    await expect(Promise.all([later, turn()])).rejects.toBe(failure);
    void failing('unheard').then((value) => value);
    expect(await unheard()).toEqual([failure]);
    for (const name of ['caught', 'waited for', 'waited for later']) expect(tagsOf(name)).toEqual({ error: true });
  });

  it('tells the complaint of a strict tracer to who waits for it', async () => {
    tracer = new MockTracer({ strict: true });
    const given = tracer.withActiveSpan('c', (span) => {
      span.finish();
      return new Cancelable((resolve) => resolve('all'));
    });
    await expect((async () => given)()).rejects.toThrow('was finished before');
  });

  it('may be a process that works as a promise besides, or an object with a tag of its own', async () => {
    // As execa's, and Prisma's.
    class Subprocess {
      pid = 1;
    }
    const inner = Promise.resolve('done');
    // oxlint-disable-next-line unicorn/no-thenable
    const subprocess = Object.assign(new Subprocess(), { then: inner.then.bind(inner) });
    // oxlint-disable-next-line unicorn/no-thenable
    const operation = { [Symbol.toStringTag]: 'PrismaPromise', then: inner.then.bind(inner) };
    for (const result of [subprocess, operation]) {
      expect(tracer.withActiveSpan('p', () => result)).toBe(result);
      expect(await result).toBe('done');
    }
    expect(finished()).toEqual(['p', 'p']);
  });

  it('comes as it is from a function that was bound', async () => {
    const bound = tracer.scopeManager.bind(() => new Cancelable((resolve) => resolve('all')), tracer.startSpan('a'));
    const given = bound();
    expect([given.cancel(), await given]).toEqual(['cancelled', 'all']);
  });
});
