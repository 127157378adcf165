import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { unhandledRejections } from '../harness/fixtures/unhandled-rejections.ts';
import { MockTracer } from '../mock_tracer/mock_tracer.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import { collectGarbage } from './fixtures/collect-garbage.ts';
import { scopeManagerCases, scopeManagerExceptions } from './scope-manager.conformance.ts';

describe('AsyncLocalStorageScopeManager', () => {
  const create = (): AsyncLocalStorageScopeManager => new AsyncLocalStorageScopeManager();
  for (const { name, run } of scopeManagerCases(create, {}, { collectGarbage })) it(name, run);

  it('counts closes that come too early, and reports them when it has a logger', () => {
    const warnings: string[] = [];
    const manager = new AsyncLocalStorageScopeManager({ logger: { warn: (message) => warnings.push(message) } });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    const inner = tracer.startActiveSpan('inner');
    outer.close();
    expect(manager.ignoredCloses).toBe(1);
    expect(warnings).toEqual([expect.stringContaining(outer.span.context().toSpanId())]);
    inner.close();
    outer.close();
    inner.close();
    expect(manager.ignoredCloses).toBe(1);
  });

  it('survives a logger that throws', () => {
    const logger = {
      warn() {
        throw new Error('disk full');
      },
    };
    const manager = new AsyncLocalStorageScopeManager({ logger });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    tracer.startActiveSpan('inner');
    expect(() => outer.close()).not.toThrow();
    expect(manager.ignoredCloses).toBe(1);
  });

  it('survives a logger that rejects', async () => {
    const rejected = unhandledRejections();
    const warn = (): unknown => Promise.reject(new Error('full'));
    const manager = new AsyncLocalStorageScopeManager({ logger: { warn } });
    const tracer = new MockTracer({ scopeManager: manager });
    const outer = tracer.startActiveSpan('outer');
    tracer.startActiveSpan('inner');
    outer.close();
    expect(await rejected()).toEqual([]);
  });

  it('survives a watcher that throws or rejects, and closes what it should', async () => {
    const rejected = unhandledRejections();
    const told: string[] = [];
    const fail = (name: string) => (): never => {
      told.push(name);
      throw new Error('broken');
    };
    const reject = (name: string) => async (): Promise<never> => fail(name)();
    for (const failing of [fail, reject]) {
      const watcher = {
        opened: failing('opened'),
        closed: failing('closed'),
        closedInWrongOrder: failing('wrong order'),
        closedElsewhere: failing('elsewhere'),
      };
      const manager = new AsyncLocalStorageScopeManager({ watcher });
      const tracer = new MockTracer({ scopeManager: manager });
      const elsewhere = manager.snapshot();
      const outer = tracer.startActiveSpan('outer');
      const inner = tracer.startActiveSpan('inner');
      outer.close();
      elsewhere(() => inner.close());
      outer.close();
      expect(tracer.withActiveSpan('run', () => 42)).toBe(42);
      expect(manager.active).toBeNull();
      expect(tracer.finishedSpans()).toHaveLength(3);
      const once = ['opened', 'opened', 'wrong order', 'elsewhere', 'closed', 'closed', 'opened', 'closed'];
      expect(told.splice(0)).toEqual(once);
    }
    expect(await rejected()).toEqual([]);
  });

  it('calls the methods of its watcher on the watcher', () => {
    const opened: unknown[] = [];
    class Watcher {
      readonly seen = opened;
      opened(scope: unknown): void {
        this.seen.push(scope);
      }
      closed(): void {}
      closedInWrongOrder(): void {}
      closedElsewhere(): void {}
    }
    const manager = new AsyncLocalStorageScopeManager({ watcher: new Watcher() });
    const scope = manager.activate(new MockTracer().startSpan('a'));
    expect(opened).toEqual([scope]);
    scope.close();
  });

  it('two managers do not see each other', () => {
    const [one, other] = [new AsyncLocalStorageScopeManager(), new AsyncLocalStorageScopeManager()];
    const scope = one.activate(new MockTracer().startSpan('a'));
    expect(other.active).toBeNull();
    expect(one.active).toBe(scope);
    scope.close();
  });

  it('an event emitter runs its listeners under the span of who emits, unless they were bound', () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer();
    const [listening, emitting] = [tracer.startSpan('listening'), tracer.startSpan('emitting')];
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    manager.run(listening, false, () => {
      emitter.on('ping', () => seen.push(manager.active?.span));
      emitter.on(
        'ping',
        AsyncResource.bind(() => seen.push(manager.active?.span)),
      );
    });
    manager.run(emitting, false, () => emitter.emit('ping'));
    expect(seen).toEqual([emitting, listening]);
  });

  it('work that starts its own successor makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const lengths: number[] = [];
    // Each turn runs in the context that the turn before left behind, as a timer that re-arms itself.
    await new Promise<void>((resolve) => {
      const turn = (left: number): void => {
        if (left === 0) return resolve();
        tracer.withActiveSpan(`turn ${left}`, () => {
          queueMicrotask(() => turn(left - 1));
          lengths.push(chainLength(manager));
        });
      };
      turn(50);
    });
    expect(lengths).toHaveLength(50);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2);
    expect(tracer.finishedSpans()).toHaveLength(50);
  });

  it('work that starts its successor before it closes its own scope makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const lengths: number[] = [];
    const tick = async (left: number): Promise<void> => {
      const scope = tracer.startActiveSpan(`tick ${left}`);
      lengths.push(chainLength(manager));
      const next =
        left === 0 ? undefined : new Promise<void>((resolve) => queueMicrotask(() => resolve(tick(left - 1))));
      // The next tick begins meanwhile, in this scope.
      await Promise.resolve();
      scope.close();
      await next;
    };
    await tick(50);
    expect(tracer.finishedSpans()).toHaveLength(51);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3);
  });

  it('detached work that starts its own successor makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const lengths: number[] = [];
    await new Promise<void>((resolve) => {
      const turn = (left: number): void => {
        lengths.push(chainLength(manager));
        if (left === 0) return resolve();
        const enter = left % 2 === 0 ? manager.snapshot() : (fn: () => void) => manager.runDetached(fn);
        enter(() => queueMicrotask(() => turn(left - 1)));
      };
      turn(50);
    });
    expect(lengths).toHaveLength(51);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1);
  });

  it('scopes that are closed from elsewhere, the later one first, leave no chain below an open one', () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const elsewhere = new AsyncResource('elsewhere');
    let top = tracer.startActiveSpan('first');
    for (let round = 0; round < 20; round++) {
      const [lower, upper] = [tracer.startActiveSpan('lower'), tracer.startActiveSpan('upper')];
      for (const scope of [lower, top]) elsewhere.runInAsyncScope(() => scope.close());
      top = upper;
      expect(chainLength(manager)).toBeLessThanOrEqual(3);
      expect(manager.active).toBe(upper);
    }
    top.close();
    expect(manager.active).toBeNull();
  });

  it('a loop over functions that leak their activation into it makes no chain of scopes', async () => {
    const manager = new AsyncLocalStorageScopeManager();
    const tracer = new MockTracer({ scopeManager: manager });
    const handler = async (): Promise<void> => {
      const scope = tracer.startActiveSpan('handler');
      await Promise.resolve();
      scope.close();
    };
    for (let turn = 0; turn < 50; turn++) {
      await handler();
      expect(chainLength(manager)).toBeLessThanOrEqual(1);
    }
    expect(tracer.finishedSpans().map((span) => span.parentId())).toEqual(Array(50).fill(undefined));
  });
});

// Both are decided by trying out, at first use; so here the runtime is one that has what is said, for a while.
describe('AsyncLocalStorageScopeManager where there is withScope', () => {
  const { prototype } = AsyncLocalStorage as unknown as { prototype: Record<string, unknown> };
  const original = Object.getOwnPropertyDescriptor(prototype, 'withScope');
  let calls = 0;

  // As in Node's own: https://github.com/nodejs/node/pull/61674.
  beforeAll(() => {
    define(prototype, 'withScope', function (this: AsyncLocalStorage<unknown>, store: unknown) {
      calls++;
      this.enterWith(store);
      return { dispose: () => expect.unreachable('the chain decides what is restored') };
    });
  });
  afterAll(() => restore(prototype, 'withScope', original));

  const create = (): AsyncLocalStorageScopeManager => new AsyncLocalStorageScopeManager();
  for (const { name, run } of scopeManagerCases(create, {}, { collectGarbage })) it(name, run);

  it('enters by it', () => {
    const manager = new AsyncLocalStorageScopeManager();
    expect(manager.isolatedActivation).toBe(true);
    const before = calls;
    manager.activate(new MockTracer().startSpan('a')).close();
    expect(calls - before).toBe(2);
  });
});

describe.each([
  [
    'throws',
    () => {
      throw new Error('asyncLocalStorage.enterWith() is not implemented');
    },
  ],
  ['does nothing', () => {}],
  ['is missing', undefined],
])('AsyncLocalStorageScopeManager where enterWith %s', (_, enterWith) => {
  const { prototype } = AsyncLocalStorage as unknown as { prototype: Record<string, unknown> };
  const original = Object.getOwnPropertyDescriptor(prototype, 'enterWith');
  const withScope = Object.getOwnPropertyDescriptor(prototype, 'withScope');
  const run = Object.getOwnPropertyDescriptor(prototype, 'run');

  const lack = (): void => {
    define(prototype, 'enterWith', enterWith);
    delete prototype['withScope'];
  };
  const have = (): void => {
    restore(prototype, 'enterWith', original);
    restore(prototype, 'withScope', withScope);
  };
  beforeAll(() => {
    lack();
    // From Node 24 on `run` itself enters and leaves by `enterWith`; in those runtimes it has its own way.
    define(
      prototype,
      'run',
      function (this: unknown, store: unknown, fn: (...args: unknown[]) => unknown, ...args: []) {
        have();
        try {
          const inside = (): unknown => {
            lack();
            try {
              return fn(...args);
            } finally {
              have();
            }
          };
          return Reflect.apply(run?.value as () => unknown, this, [store, inside]);
        } finally {
          lack();
        }
      },
    );
  });
  afterAll(() => {
    have();
    restore(prototype, 'run', run);
  });

  const create = (): AsyncLocalStorageScopeManager => new AsyncLocalStorageScopeManager();
  const capabilities = { isolatedActivation: false };
  for (const { name, run } of scopeManagerCases(create, capabilities, { collectGarbage })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, capabilities)) it(name, run);

  it('shows what is activated to all of the same run, until it is closed', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    expect(manager.isolatedActivation).toBe(false);
    await tracer.withActiveSpan('run', async (outer) => {
      const sibling = Promise.resolve().then(() => manager.active?.span);
      const scope = tracer.startActiveSpan('activated');
      expect(await sibling).toBe(scope.span);
      scope.close();
      expect(manager.active?.span).toBe(outer);
    });
    expect(manager.active).toBeNull();
  });

  it('lets concurrent withActiveSpan alone', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const work = (name: string): Promise<void> =>
      tracer.withActiveSpan(name, async (span) => {
        for (let step = 0; step < 3; step++) {
          await Promise.resolve();
          expect(manager.active?.span).toBe(span);
        }
      });
    await tracer.withActiveSpan('parent', () => Promise.all([work('one'), work('two')]));
    const [one, two, parent] = tracer.finishedSpans();
    expect([one?.parentId(), two?.parentId()]).toEqual([parent?.uuid(), parent?.uuid()]);
    expect(manager.ignoredCloses).toBe(0);
  });

  it('work that starts its own successor makes no chain of scopes', async () => {
    const manager = create();
    const tracer = new MockTracer({ scopeManager: manager });
    const lengths: number[] = [];
    await new Promise<void>((resolve) => {
      const turn = (left: number): void => {
        if (left === 0) return resolve();
        tracer.withActiveSpan(`turn ${left}`, () => {
          queueMicrotask(() => turn(left - 1));
          lengths.push(chainLength(manager));
        });
      };
      turn(50);
    });
    expect(lengths).toHaveLength(50);
    // One more than elsewhere: the cell.
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3);
    expect(tracer.finishedSpans()).toHaveLength(50);
  });
});

function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function restore(target: Record<string, unknown>, name: string, original: PropertyDescriptor | undefined): void {
  if (original === undefined) delete target[name];
  else Object.defineProperty(target, name, original);
}

interface Link {
  previous: Link | undefined;
}

/** Looks inside, because a chain that grows shows only as memory. */
function chainLength(manager: AsyncLocalStorageScopeManager): number {
  const { storage } = manager as unknown as { storage: { getStore(): Link | undefined } };
  let length = 0;
  for (let link = storage.getStore(); link !== undefined; link = link.previous) length++;
  return length;
}
