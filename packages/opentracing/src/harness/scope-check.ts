import { type ConformanceCase, same } from '../conformance-case.ts';
import type { Scope, ScopeManager, Span } from '../contract.ts';
import { Span as SpanBase } from '../span.ts';
import { FinishWatch } from './finish-watch.ts';
import { withBlock } from './with-block.ts';

/** What {@link scopeCheck} needs to know. */
export interface ScopeCheckOptions {
  /**
   * Calls its argument where the manager is to be tested: in a zone, a worker, a promise. Cases whose names end in
   * `external` run outside. By default it is called at once.
   */
  runTest?: (test: () => void) => void | Promise<void>;
  /** Whether to add the cases that opentracing-python's harness lacks; their names begin with `extra: `. Default `true`. */
  extras?: boolean;
}

/**
 * The cases of opentracing-python's `ScopeCompatibilityCheckMixin` (2.4.0), by their names there, and ours beyond them.
 * `scopeManagerCases` asks more of a manager, asynchronous work above all.
 *
 * @param createManager makes a fresh manager; called once a case
 */
export function scopeCheck(createManager: () => ScopeManager, options: ScopeCheckOptions = {}): ConformanceCase[] {
  const { runTest = (test) => test(), extras = true } = options;
  const cases = { ...pythonCases, ...(extras ? extraCases : {}) };
  return Object.entries(cases).map(([name, test]) => ({
    name,
    run: () => (name.endsWith('_external') ? test(createManager()) : runInside(runTest, () => test(createManager()))),
  }));
}

type Requirement = (manager: ScopeManager) => void;

const activateWithoutFinish: Requirement = (manager) => {
  const { span, watch } = watchedSpan('a');
  const scope = manager.activate(span, false);
  same(manager.active, scope, 'the active scope');
  scope.close();
  same(watch.calls, 0, 'calls of finish');
  same(manager.active, null, 'the active scope after the close');
};

const missingActive: Requirement = (manager) => {
  same(manager.active, null, 'the active scope');
};

const pythonCases: Record<string, Requirement> = {
  test_missing_active_external: missingActive,
  test_missing_active: missingActive,
  test_activate: activateWithoutFinish,
  test_activate_external: activateWithoutFinish,

  test_activate_finish_on_close(manager) {
    const { span, watch } = watchedSpan('a');
    const scope = manager.activate(span, true);
    same(manager.active, scope, 'the active scope');
    scope.close();
    same(watch.calls, 1, 'calls of finish');
    same(manager.active, null, 'the active scope after the close');
  },

  test_activate_nested(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    withBlock(manager.activate(outer.span, true), (parent) => {
      same(manager.active, parent, 'the active scope');
      withBlock(manager.activate(inner.span, true), (child) => {
        same(manager.active, child, 'the active scope inside');
      });
      same(manager.active, parent, 'the active scope after the inner one');
    });
    same(outer.watch.calls, 1, "calls of the outer span's finish");
    same(inner.watch.calls, 1, "calls of the inner span's finish");
    same(manager.active, null, 'the active scope after both');
  },

  test_activate_finish_on_close_nested(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    const parent = manager.activate(outer.span, false);
    withBlock(manager.activate(inner.span, true), () => {});
    parent.close();
    same(outer.watch.calls, 0, "calls of the outer span's finish");
    same(inner.watch.calls, 1, "calls of the inner span's finish");
    same(manager.active, null, 'the active scope after both');
  },

  test_close_wrong_order(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    const parent = manager.activate(outer.span, true);
    const child = manager.activate(inner.span, true);
    try {
      parent.close();
      same(outer.watch.calls, 0, "calls of the outer span's finish");
      same(manager.active, child, 'the active scope');
    } finally {
      closeAll(child, parent);
    }
  },
};

const extraCases: Record<string, Requirement> = {
  'extra: activate does not finish the span by default'(manager) {
    const { span, watch } = watchedSpan('a');
    manager.activate(span).close();
    same(watch.calls, 0, 'calls of finish');
  },

  'extra: a scope knows its span and its manager'(manager) {
    const { span } = watchedSpan('a');
    withBlock(manager.activate(span, true), (scope) => {
      same(scope.span, span, 'scope.span');
      same(scope.manager, manager, 'scope.manager');
    });
  },

  'extra: a scope that is closed twice is closed once'(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    withBlock(manager.activate(outer.span, false), (parent) => {
      const child = manager.activate(inner.span, true);
      child.close();
      child.close();
      same(inner.watch.calls, 1, "calls of the inner span's finish");
      same(manager.active, parent, 'the active scope');
    });
  },

  'extra: after a close in the wrong order each span is finished once, and nothing is active'(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    const parent = manager.activate(outer.span, true);
    const child = manager.activate(inner.span, true);
    closeAll(parent, child, parent);
    same(outer.watch.calls, 1, "calls of the outer span's finish");
    same(inner.watch.calls, 1, "calls of the inner span's finish");
    same(manager.active, null, 'the active scope');
  },

  'extra: a close that came too early is carried out when the scope above closes'(manager) {
    const [outer, inner] = [watchedSpan('outer'), watchedSpan('inner')];
    const parent = manager.activate(outer.span, true);
    const child = manager.activate(inner.span, true);
    closeAll(parent, child);
    same(inner.watch.calls, 1, "calls of the inner span's finish");
    same(outer.watch.calls, 1, "calls of the outer span's finish");
  },

  'extra: scopes that are nested restore the one before, at any depth to 50'(manager) {
    const nest = (depth: number, before: Scope | null): void => {
      if (depth > 50) return;
      const { span, watch } = watchedSpan(`depth ${depth}`);
      withBlock(manager.activate(span, true), (scope) => {
        same(manager.active, scope, `the active scope at depth ${depth}`);
        nest(depth + 1, scope);
      });
      same(manager.active, before, `the active scope after the one at depth ${depth}`);
      same(watch.calls, 1, `calls of finish of the span at depth ${depth}`);
    };
    nest(1, null);
  },
};

/** For the messages. */
class NamedSpan extends SpanBase {
  private readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  operationName(): string {
    return this.name;
  }
}

function watchedSpan(name: string): { span: Span; watch: FinishWatch } {
  const span = new NamedSpan(name);
  return { span, watch: new FinishWatch(span) };
}

function closeAll(...scopes: Scope[]): void {
  for (const scope of scopes) scope.close();
}

/** An environment that loses errors, or the whole test, must not make a case pass. */
async function runInside(runTest: (test: () => void) => void | Promise<void>, test: () => void): Promise<void> {
  let outcome: { error?: unknown } | undefined;
  await runTest(() => {
    try {
      test();
      outcome = {};
    } catch (error) {
      outcome = { error };
      throw error;
    }
  });
  if (outcome === undefined) throw new Error('runTest did not call the test before it was over');
  if ('error' in outcome) throw outcome.error;
}
