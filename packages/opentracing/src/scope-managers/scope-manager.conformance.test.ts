import { describe, expect, it } from 'vitest';

import type { Scope as ScopeContract, Span } from '../contract.ts';
import { ScopeManager } from '../scope-manager.ts';
import { Scope } from '../scope.ts';
import { AsyncLocalStorageScopeManager } from './async-local-storage.ts';
import {
  type ScopeManagerCapabilities,
  scopeManagerCases,
  scopeManagerExceptions,
} from './scope-manager.conformance.ts';

describe('a manager that overrides active and activate only', () => {
  const create = (): ScopeManager => new SmallestScopeManager();
  for (const { name, run } of scopeManagerCases(create, { asynchronous: false, runEnds: false })) it(name, run);
  for (const { name, run } of scopeManagerExceptions(create, { runEnds: false })) it(name, run);
});

describe('the suite', () => {
  it('fails for a manager that makes nothing active', async () => {
    const failed = await failures(scopeManagerCases(() => new ScopeManager()));
    expect(failed).toContain('an activated span is active until its scope closes');
    expect(failed).toContain('the active span is kept in promise chains, microtasks and timers');
  });

  it('leaves out what is declared, and no declaration leaves out the rest', () => {
    const names = (capabilities?: ScopeManagerCapabilities): string[] =>
      scopeManagerCases(() => new ScopeManager(), capabilities).map(({ name }) => name);
    const all = names();
    for (const left of ['nativeAwait', 'nextTick', 'isolatedActivation', 'dispatcherEvents', 'runEnds'] as const) {
      expect(names({ [left]: false }).length).toBeLessThan(all.length);
      expect(names({ [left]: true })).toEqual(all);
    }
    expect(names({ asynchronous: false, nativeAwait: true, isolatedActivation: true })).toEqual(
      names({ asynchronous: false }),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('finds out a declaration that leaves out what the manager can do', async () => {
    const cases = scopeManagerExceptions(() => new AsyncLocalStorageScopeManager(), {
      asynchronous: false,
      dispatcherEvents: false,
      runEnds: false,
    });
    expect(cases.length).toBeGreaterThan(10);
    expect(await failures(cases)).toEqual(cases.map(({ name }) => name));
  });
});

describe('the suite, for a faulty manager', () => {
  it('takes no failure for the proof of an exception but that of an expectation', async () => {
    const broken = (): ScopeManager => {
      const manager = new AsyncLocalStorageScopeManager();
      const fail = (): never => {
        throw new TypeError('broken');
      };
      return Object.assign(manager, { activate: fail, run: fail });
    };
    const everything = { asynchronous: false, dispatcherEvents: false, runEnds: false };
    const cases = scopeManagerExceptions(broken, everything);
    expect(cases.length).toBeGreaterThan(10);
    const [first] = cases;
    await expect(Promise.resolve(first?.run())).rejects.toThrow('broken');
    expect(await failures(cases)).toEqual(cases.map(({ name }) => name));
  });

  it('fails where asynchronous generators get lost, and leaves no rejection that nobody hears', async () => {
    class Losing extends AsyncLocalStorageScopeManager {
      override snapshot(): <R>(fn: () => R) => R {
        return (fn) => {
          this.runDetached(fn);
          return undefined as never;
        };
      }
    }
    const rejected: unknown[] = [];
    const listener = (reason: unknown): void => void rejected.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
    const cases = scopeManagerCases(() => new Losing()).filter(({ name }) => name.includes('asynchronous generator'));
    expect(cases).toHaveLength(2);
    expect(await failures(cases)).toHaveLength(2);
    // The lost one goes on after a timer; rejections are reported after the microtasks.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
    expect(rejected).toEqual([]);
  });
});

async function failures(cases: ReturnType<typeof scopeManagerCases>): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}

class SmallestScopeManager extends ScopeManager {
  readonly stack: ScopeContract[] = [];

  override get active(): ScopeContract | null {
    return this.stack.at(-1) ?? null;
  }

  override activate(span: Span, finishOnClose?: boolean): ScopeContract {
    const scope = new SmallestScope(this, span, finishOnClose === true);
    this.stack.push(scope);
    return scope;
  }
}

class SmallestScope extends Scope {
  private readonly finishOnClose: boolean;
  declare readonly manager: SmallestScopeManager;

  constructor(manager: SmallestScopeManager, span: Span, finishOnClose: boolean) {
    super(manager, span);
    this.finishOnClose = finishOnClose;
  }

  override close(): void {
    if (this.manager.active !== this) return;
    this.manager.stack.pop();
    if (this.finishOnClose) this.span.finish();
  }
}
