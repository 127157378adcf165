import { hasNoParent, isChildOf, isEmpty } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

// `no_parent_scope()` of opentracing-python is `scopeManager.runDetached(fn)` here.

function expectSecondDetached(bench: Bench): void {
  const spans = bench.finished('root', '1', '2', '3');
  for (const span of spans) isEmpty(span, span.operationName());
  const [root, first, second, third] = spans;
  isChildOf(first, root);
  hasNoParent(second);
  isChildOf(third, root);
}

/**
 * A task that is started detached begins a trace; those started before and after it do not.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_tasks_with_no_parent_scope.
 */
export const tasksWithNoParentScope: Scenario = {
  name: 'tasks_with_no_parent_scope',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function* task(name: string): Steps {
      yield bench.turn();
      yield* within(bench.tracer.startActiveSpan(name), function* () {
        yield bench.turn();
      });
    }
    function tasks(): void {
      bench.spawn(() => task('1'));
      bench.manager.runDetached(() => void bench.spawn(() => task('2')));
      bench.spawn(() => task('3'));
    }
    bench.tracer.withActiveSpan('root', () => void bench.spawn(tasks));
    yield bench.idle();
    expectSecondDetached(bench);
  },
};

/**
 * The same with callbacks.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_callbacks_with_no_parent_scope.
 */
export const callbacksWithNoParentScope: Scenario = {
  name: 'callbacks_with_no_parent_scope',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const callback = (name: string): void => bench.tracer.startActiveSpan(name).close();
    const callbacks = (): void => {
      bench.later(() => callback('1'));
      bench.manager.runDetached(() => void bench.later(() => callback('2')));
      bench.later(() => callback('3'));
    };
    bench.tracer.withActiveSpan('root', () => void bench.later(callbacks));
    yield bench.idle();
    expectSecondDetached(bench);
  },
};

/**
 * The same with work that is waited for.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_await_with_no_parent_scope.
 */
export const awaitWithNoParentScope: Scenario = {
  name: 'await_with_no_parent_scope',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function* task(name: string): Steps {
      yield* within(bench.tracer.startActiveSpan(name), () => {});
    }
    function* tasks(): Steps {
      yield* task('1');
      yield bench.manager.runDetached(() => bench.spawn(() => task('2')));
      yield* task('3');
    }
    bench.tracer.withActiveSpan('root', () => void bench.spawn(tasks));
    yield bench.idle();
    expectSecondDetached(bench);
  },
};

/**
 * Work that is started detached where nothing is active, and is still under way, leaves nothing active in its caller.
 * Origin: ours; a server that fills a cache before it listens.
 */
export const detachedAtBoot: Scenario = {
  name: 'detached_at_boot',
  origin: 'javascript',
  *main(bench): Steps {
    const { manager, tracer } = bench;
    const refresh = manager.runDetached(() => tracer.startActiveSpan('refresh'));
    bench.expectActive(null, 'in the caller of the detached work');
    bench.mark('request');
    refresh.close();
    bench.expectActive(null, 'after the detached work');
    yield bench.turn();
    bench.mark('later');
    for (const span of bench.finished('request', 'refresh', 'later')) hasNoParent(span);
  },
};
