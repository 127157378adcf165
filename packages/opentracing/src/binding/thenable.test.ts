import { describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { bindThenable } from './index.ts';

const manager = new AsyncLocalStorageScopeManager();
const tracer = new MockTracer({ scopeManager: manager });
const calling = tracer.startSpan('calling');
const given = tracer.startSpan('given');

/** The span whose context is active here; a context outlives the scope of `withActiveSpan`. */
function here(): Span | null {
  const id = manager.activeContext?.toSpanId();
  return [calling, given].find((span) => span.context().toSpanId() === id) ?? null;
}

/** A query that calls back when a connection of a pool has its answer. */
class Query implements PromiseLike<number> {
  private readonly waiting: [answer?: unknown, failure?: unknown][] = [];

  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  then(...callbacks: [answer?: unknown, failure?: unknown]): never {
    this.waiting.push(callbacks);
    return 'what then returns' as never;
  }

  catch(failure: unknown): never {
    return this.then(undefined, failure);
  }

  settle(index: 0 | 1, value: unknown): void {
    for (const callbacks of this.waiting.splice(0))
      (callbacks[index] as ((value: unknown) => void) | undefined)?.(value);
  }
}

describe('a bound thenable', () => {
  const seen: unknown[] = [];
  const note = (value: unknown): void => void seen.push([value, here()]);

  it('calls back where then was called, or with the given span or none', () => {
    for (const span of [undefined, given, null]) {
      const query = bindThenable(manager, new Query(), span);
      expect(tracer.withActiveSpan(calling, () => query.then(note))).toBe('what then returns');
      query.settle(0, 'row');
    }
    expect(seen.splice(0)).toEqual([
      ['row', calling],
      ['row', given],
      ['row', null],
    ]);
  });

  it('tells failures there too, also by catch', () => {
    const query = bindThenable(manager, new Query());
    tracer.withActiveSpan(calling, () => {
      query.then(undefined, note);
      query.catch(note);
    });
    query.settle(1, 'no');
    expect(seen.splice(0)).toEqual([
      ['no', calling],
      ['no', calling],
    ]);
  });

  it('may be awaited, and is bound once', async () => {
    const query = bindThenable(manager, new Query());
    const then: unknown = Reflect.get(query, 'then');
    expect(Reflect.get(bindThenable(manager, query, given), 'then')).toBe(then);
    await tracer.withActiveSpan(calling, async () => {
      const answer = Promise.resolve(query as PromiseLike<number>);
      await Promise.resolve();
      await Promise.resolve();
      manager.runDetached(() => query.settle(0, 7));
      expect(await answer).toBe(7);
      expect(here()).toBe(calling);
    });
  });
});
