import { describe, expect, it } from 'vitest';

import type { Scope } from '../contract.ts';
import { ScopeManager } from '../scope-manager.ts';
import { AsyncLocalStorageScopeManager } from '../scope-managers/async-local-storage.ts';
import { SyncStackScopeManager } from '../scope-managers/sync-stack.ts';
import { scopeCheck, type ScopeCheckOptions } from './scope-check.ts';
import { failingCases } from './fixtures/failing-cases.ts';

const pythonNames = [
  'test_missing_active_external',
  'test_missing_active',
  'test_activate',
  'test_activate_external',
  'test_activate_finish_on_close',
  'test_activate_nested',
  'test_activate_finish_on_close_nested',
  'test_close_wrong_order',
];

/** Runs tests later and in a context of their own, as event loops do. */
const inMicrotask: NonNullable<ScopeCheckOptions['runTest']> = (test) => Promise.resolve().then(test);

describe('scopeCheck of SyncStackScopeManager', () => {
  for (const { name, run } of scopeCheck(() => new SyncStackScopeManager())) it(name, run);
});

describe('scopeCheck of AsyncLocalStorageScopeManager', () => {
  for (const { name, run } of scopeCheck(() => new AsyncLocalStorageScopeManager())) it(name, run);
});

describe('scopeCheck of AsyncLocalStorageScopeManager in a microtask', () => {
  for (const { name, run } of scopeCheck(() => new AsyncLocalStorageScopeManager(), { runTest: inMicrotask })) {
    it(name, run);
  }
});

describe('scopeCheck', () => {
  it("has the 8 cases of opentracing-python's harness, and marks its own", () => {
    const names = scopeCheck(() => new ScopeManager()).map(({ name }) => name);
    expect(names.slice(0, 8)).toEqual(pythonNames);
    expect(names.slice(8).every((name) => name.startsWith('extra: '))).toBe(true);
    expect(scopeCheck(() => new ScopeManager(), { extras: false }).map(({ name }) => name)).toEqual(pythonNames);
  });

  it('fails on the no-op in every case of Python', async () => {
    expect(await failingCases(scopeCheck(() => new ScopeManager(), { extras: false }))).toEqual(pythonNames);
  });

  it('runs all but external cases where runTest says', async () => {
    let inside = 0;
    const runTest = (test: () => void): void => {
      inside++;
      test();
    };
    const cases = scopeCheck(() => new SyncStackScopeManager(), { runTest });
    expect(await failingCases(cases)).toEqual([]);
    expect(inside).toBe(cases.length - 2);
  });

  it('fails when runTest does not run the test, or loses what it throws', async () => {
    const internal = pythonNames.filter((name) => !name.endsWith('external'));
    const create = (): ScopeManager => new SyncStackScopeManager();
    expect(await failingCases(scopeCheck(create, { runTest: () => {}, extras: false }))).toEqual(internal);
    const losing = (test: () => void): Promise<void> =>
      Promise.resolve()
        .then(test)
        .catch(() => {});
    expect(await failingCases(scopeCheck(() => new ScopeManager(), { runTest: losing, extras: false }))).toEqual(
      pythonNames,
    );
  });
});

/** A manager in which one thing is broken, told by what was opened before and where. */
class Mutant extends SyncStackScopeManager {
  /** All scopes that were opened, the oldest first, and with what. */
  readonly opened: { scope: Scope; finishOnClose: boolean | undefined }[] = [];
  /** Whether the test runs inside `runTest`. */
  readonly inside: boolean;

  constructor(inside: boolean) {
    super();
    this.inside = inside;
  }

  override activate(...[span, finishOnClose]: Parameters<ScopeManager['activate']>): Scope {
    const scope = super.activate(span, finishOnClose);
    this.opened.push({ scope, finishOnClose });
    return scope;
  }
}

type MutantClass = new (inside: boolean) => Mutant;

/** Cases that cannot but see the mutant of another one too. */
const also: Record<string, string[]> = {
  test_activate_nested: ['extra: scopes that are nested restore the one before, at any depth to 50'],
};

const mutants: Record<string, MutantClass> = {
  test_missing_active_external: missingActive(false),
  test_missing_active: missingActive(true),
  test_activate: finishesUnasked(true),
  test_activate_external: finishesUnasked(false),
  test_activate_finish_on_close: changed(function (scope, finishOnClose) {
    if (finishOnClose !== true) return;
    before(scope, 'close', () => {
      if (this.opened.length === 1) ignoreFinish(scope);
    });
  }),
  test_activate_nested: changed(function (scope, finishOnClose) {
    // Those of later cases are disposed of above a scope that stays.
    if (this.opened.length === 1 && finishOnClose === true) {
      Object.assign(scope, { [Symbol.dispose]: () => (this.opened.length > 1 ? undefined : scope.close()) });
    }
  }),
  test_activate_finish_on_close_nested: changed(function (_scope, finishOnClose) {
    const first = this.opened[0];
    if (this.opened.length === 2 && finishOnClose === true && first?.finishOnClose === false) {
      before(first.scope, 'close', () => first.scope.span.finish());
    }
  }),
  test_close_wrong_order: class extends Mutant {
    override get active(): Scope | null {
      return this.ignoredCloses === 1 && super.active === this.opened[1]?.scope ? null : super.active;
    }
  },
  'extra: activate does not finish the span by default': class extends Mutant {
    override activate(...[span, finishOnClose = true]: Parameters<ScopeManager['activate']>): Scope {
      return super.activate(span, finishOnClose);
    }
  },
  'extra: a scope knows its span and its manager': changed(function (scope) {
    Object.assign(scope, { span: Object.create(scope.span) });
  }),
  'extra: a scope that is closed twice is closed once': changed(function (scope) {
    let closed = false;
    before(scope, 'close', () => {
      if (closed && this.active !== null && this.active !== scope) scope.span.finish();
      closed = true;
    });
  }),
  'extra: after a close in the wrong order each span is finished once, and nothing is active': changed(
    function (scope) {
      let asked = false;
      before(scope, 'close', () => {
        if (asked && this.ignoredCloses === 1) scope.span.finish();
        asked = true;
      });
    },
  ),
  'extra: a close that came too early is carried out when the scope above closes': changed(function (scope) {
    // Forgets it, so that it takes another one.
    const close = scope.close.bind(scope);
    Object.assign(scope, {
      close: () => {
        if (this.active === scope) close();
      },
    });
  }),
  'extra: scopes that are nested restore the one before, at any depth to 50': changed(function (scope) {
    const depth = this.opened.length;
    if (depth !== 4 && depth !== 50) return;
    const close = scope.close.bind(scope);
    Object.assign(scope, {
      close: () => {
        close();
        for (const { scope: other } of [...this.opened].reverse()) if (other !== scope) other.close();
      },
    });
  }),
};

describe('the messages of scopeCheck', () => {
  it('name the spans of scopes', async () => {
    const messageOf = async (create: () => ScopeManager, name: string): Promise<string> => {
      const found = scopeCheck(create).find((one) => one.name === name);
      return String(await Promise.resolve(found?.run()).catch((error: unknown) => error));
    };
    const ofNothing = await messageOf(() => new AlwaysNull(), 'test_activate');
    expect(ofNothing).toContain('the active scope: expected the scope of the span "a", was null');
    const ofAnother = await messageOf(() => new Doubling(), 'test_activate');
    expect(ofAnother).toContain('expected the scope of the span "a", was another: the scope of the span "a"');
  });
});

class AlwaysNull extends SyncStackScopeManager {
  override get active(): null {
    return null;
  }
}

/** Gives a scope of its own for each question. */
class Doubling extends SyncStackScopeManager {
  override get active(): Scope | null {
    const scope = super.active;
    return scope && (Object.create(scope) as Scope);
  }
}

describe('scopeCheck catches', () => {
  it('a broken manager in each of its cases', () => {
    expect(Object.keys(mutants)).toEqual(scopeCheck(() => new SyncStackScopeManager()).map(({ name }) => name));
  });

  it.each(Object.entries(mutants))('%s', async (name, Broken) => {
    let inside = false;
    const runTest = (test: () => void): void => {
      inside = true;
      try {
        test();
      } finally {
        inside = false;
      }
    };
    expect(await failingCases(scopeCheck(() => new Broken(inside), { runTest }))).toEqual([
      name,
      ...(also[name] ?? []),
    ]);
  });
});

function missingActive(inside: boolean): MutantClass {
  return class extends Mutant {
    override get active(): Scope | null {
      return this.opened.length === 0 && this.inside === inside ? new ScopeManager().active : super.active;
    }
  };
}

function finishesUnasked(inside: boolean): MutantClass {
  return changed(function (scope, finishOnClose) {
    if (this.opened.length > 1 || finishOnClose !== false || this.inside !== inside) return;
    before(scope, 'close', () => {
      if (this.opened.length === 1) scope.span.finish();
    });
  });
}

function changed(change: (this: Mutant, scope: Scope, finishOnClose: boolean | undefined) => void): MutantClass {
  return class extends Mutant {
    override activate(...[span, finishOnClose]: Parameters<ScopeManager['activate']>): Scope {
      const scope = super.activate(span, finishOnClose);
      change.call(this, scope, finishOnClose);
      return scope;
    }
  };
}

function before(scope: Scope, method: 'close', act: () => void): void {
  const original = scope[method];
  Object.assign(scope, {
    [method]: () => {
      act();
      original.call(scope);
    },
  });
}

function ignoreFinish(scope: Scope): void {
  Object.assign(scope.span, { finish: () => {} });
}
