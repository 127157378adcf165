import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, expect, it } from 'vitest';

import { MockTracer, type Span } from '../index.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { bindGenerator } from './index.ts';

const manager = new AsyncLocalStorageScopeManager();
const tracer = new MockTracer({ scopeManager: manager });
const binding = tracer.startSpan('binding');
const consuming = tracer.startSpan('consuming');
const given = tracer.startSpan('given');

/** The span whose context is active here; a context outlives the scope of `withActiveSpan`. */
function here(): Span | null {
  const id = manager.activeContext?.toSpanId();
  return [binding, consuming, given].find((span) => span.context().toSpanId() === id) ?? null;
}

let seen: (Span | null)[];
beforeEach(() => {
  seen = [];
});

function* steps(): Generator<number, string, unknown> {
  try {
    seen.push(here());
    yield 1;
    seen.push(here());
    yield 2;
    return 'done';
  } finally {
    seen.push(here());
  }
}

async function* slowSteps(): AsyncGenerator<number, void, unknown> {
  seen.push(here());
  yield 1;
  await setImmediate();
  seen.push(here());
  yield 2;
}

const consume = <R>(fn: () => R): R => tracer.withActiveSpan(consuming, fn);

describe('a bound generator', () => {
  it.each([
    ['what was active when it was bound', undefined, binding],
    ['the given span', given, given],
    ['nothing for null', null, null],
  ])('runs its steps with %s, and leaves the consumer its own', (_, span, expected) => {
    const bound = tracer.withActiveSpan(binding, () => bindGenerator(manager, steps(), span));
    consume(() => {
      for (const value of bound) {
        expect(value).toBeGreaterThan(0);
        expect(here()).toBe(consuming);
      }
    });
    expect(seen).toEqual([expected, expected, expected]);
    expect(tracer.finishedSpans()).toEqual([]);
  });

  it('runs what cleans up there too, when it is left early', () => {
    const bound = bindGenerator(manager, steps(), given);
    consume(() => {
      for (const _ of bound) break;
    });
    expect(seen).toEqual([given, given]);
  });

  it('closes the scope of the given span when it is over', () => {
    const events: string[] = [];
    const watcher = {
      opened: () => events.push('opened'),
      closed: () => events.push('closed'),
      closedInWrongOrder: () => {},
      closedElsewhere: () => {},
    };
    const bound = bindGenerator(new AsyncLocalStorageScopeManager({ watcher }), steps(), given);
    bound.next();
    expect(events).toEqual(['opened']);
    bound.return('left');
    expect(events).toEqual(['opened', 'closed']);
  });

  it('passes on what it returns and what is thrown into it', () => {
    const bound = bindGenerator(manager, steps(), given);
    expect([bound.next(), bound.next(), bound.next()]).toEqual([
      { value: 1, done: false },
      { value: 2, done: false },
      { value: 'done', done: true },
    ]);
    const other = bindGenerator(manager, steps(), given);
    other.next();
    expect(() => other.throw(new Error('no'))).toThrow('no');
  });

  it('may be asynchronous', async () => {
    const bound = tracer.withActiveSpan(binding, () => bindGenerator(manager, slowSteps()));
    await consume(async () => {
      for await (const _ of bound) expect(here()).toBe(consuming);
    });
    expect(seen).toEqual([binding, binding]);
  });

  it('is not made of other iterators', () => {
    expect(() => bindGenerator(manager, [1][Symbol.iterator]() as never)).toThrow(/no generator/);
  });
});
