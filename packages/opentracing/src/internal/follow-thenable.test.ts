import { describe, expect, it } from 'vitest';

import type { MockSpan } from '../mock_tracer/mock_span.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';

class Lazy<T> extends Promise<T> {}

function mockTracer(): MockTracer {
  return new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager() });
}

/** Runs anew with every `then`, as the queries of many libraries do. */
class Query {
  readonly #run: () => Promise<unknown>;
  constructor(run: () => Promise<unknown>) {
    this.#run = run;
  }
  // oxlint-disable-next-line unicorn/no-thenable
  then(resolve: (value: unknown) => unknown, reject: (error: unknown) => unknown): unknown {
    return this.#run().then(resolve, reject);
  }
}

describe('a thenable that traced functions give again and again', () => {
  it.each([
    ['awaited each time', true],
    ['never awaited but at the end', false],
  ])('ends every span, however many there were: %s', async (_, awaits) => {
    const tracer = mockTracer();
    const kept = Lazy.resolve(1);
    for (let count = 0; count < 10_000; count++) {
      const given = tracer.withActiveSpan('get', () => kept);
      expect(given).toBe(kept);
      if (awaits) await given;
    }
    await kept;
    expect([tracer.finishedSpans().length, tracer.unfinishedSpans()]).toEqual([10_000, []]);
  });

  it('tags every span with its error', async () => {
    const tracer = mockTracer();
    const kept = Lazy.reject(new Error('down'));
    for (let count = 0; count < 3; count++) void tracer.withActiveSpan('get', () => kept);
    await expect(kept).rejects.toThrow('down');
    expect(tracer.finishedSpans().map((span) => span.tags()['error'])).toEqual([true, true, true]);
  });

  it('has one `then` for all of them', async () => {
    const tracer = mockTracer();
    const kept = Lazy.resolve(1);
    void tracer.withActiveSpan('first', () => kept);
    const descriptor = Object.getOwnPropertyDescriptor(kept, 'then');
    await kept;
    void tracer.withActiveSpan('second', () => kept);
    expect(Object.getOwnPropertyDescriptor(kept, 'then')).toEqual(descriptor);
  });

  it('is not covered again while another library has a `then` of its own over ours', async () => {
    const tracer = mockTracer();
    const kept = Lazy.resolve(1);
    void tracer.withActiveSpan('first', () => kept);
    // oxlint-disable-next-line typescript/unbound-method
    const { then } = kept;
    const theirs = (...args: Parameters<typeof then>): unknown => Reflect.apply(then, kept, args);
    // oxlint-disable-next-line unicorn/no-thenable
    Reflect.defineProperty(kept, 'then', { value: theirs, configurable: true });
    for (const name of ['second', 'third']) {
      await kept;
      void tracer.withActiveSpan(name, () => kept);
      // oxlint-disable-next-line typescript/unbound-method
      expect(kept.then).toBe(theirs);
    }
    await kept;
    expect(tracer.unfinishedSpans()).toEqual([]);
  });
});

it('who begins to follow a query that runs waits for the run of its own', async () => {
  const tracer = mockTracer();
  const ends: (() => void)[] = [];
  const query = new Query(() => new Promise<void>((resolve) => void ends.push(resolve)));
  const [first, second] = ['first', 'second'].map((name) => {
    void tracer.withActiveSpan(name, () => query);
    return Promise.resolve(query);
  });
  await Promise.resolve();
  expect(ends).toHaveLength(2);
  ends[0]!();
  await first;
  expect(tracer.finishedSpans().map((span) => span.operationName())).toEqual(['first', 'second']);
  ends[1]!();
  await second;
});

it('two tracers may follow one query, and each has its own span active in it', async () => {
  const tracers = [mockTracer(), mockTracer()] as const;
  const seen: (string | undefined)[] = [];
  const names = (): void =>
    void seen.push(...tracers.map((tracer) => (tracer.activeSpan as MockSpan | null)?.operationName()));
  const query = new Query(async () => names());
  const [outer, inner] = tracers;
  const traced = outer.withActiveSpan('outer', () => inner.withActiveSpan('inner', () => query));
  await inner.withActiveSpan('caller', () => Promise.resolve(traced).then(names));
  expect(seen).toEqual(['outer', 'inner', undefined, 'caller']);
  expect(tracers.map((tracer) => tracer.finishedSpans().length)).toEqual([1, 2]);
});

it('one who waits and throws keeps no other from being told', async () => {
  const strict = new MockTracer({ scopeManager: new AsyncLocalStorageScopeManager(), strict: true });
  const tracer = mockTracer();
  const kept = Lazy.resolve(1);
  void strict.withActiveSpan('strict', (span) => {
    span.finish();
    return kept;
  });
  void tracer.withActiveSpan('other', () => kept);
  await expect(kept).rejects.toThrow('finish');
  expect(tracer.unfinishedSpans()).toEqual([]);
});
