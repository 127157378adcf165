import { hasNoParent, isChildOf, isEmpty } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

// What is scheduled here runs when the scope around it is over. Python opens the scopes by `with`, and what is scheduled
// finds them although they are closed. Ours skips a closed scope of `startActiveSpan`; with `withActiveSpan` work that
// outlives the scope goes on below the span.

/** A span below what is active, as the originals start it. */
function child(bench: Bench, name: string, fn: () => void = () => {}): void {
  bench.tracer.withActiveSpan(name, { childOf: bench.tracer.activeSpan }, fn);
}

/**
 * A callback that is scheduled in a scope runs below it, and so does one that it schedules itself.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_schedule_callbacks.
 */
export const scheduleCallbacks: Scenario = {
  name: 'schedule_callbacks',
  origin: 'opentracing-python',
  *main(bench): Steps {
    bench.tracer.withActiveSpan('root', () => {
      bench.later(() => child(bench, 'first', () => void bench.later(() => child(bench, 'childof:first'))));
      bench.later(() => child(bench, 'second'));
    });
    yield bench.idle();
    const spans = bench.finished('root', 'first', 'second', 'childof:first');
    for (const span of spans) isEmpty(span, span.operationName());
    const [root, first, second, nested] = spans;
    isChildOf(first, root);
    isChildOf(second, root);
    isChildOf(nested, first);
  },
};

/**
 * Tasks that schedule callbacks, and end before these run.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_coroutines_schedule_callbacks.
 */
export const coroutinesScheduleCallbacks: Scenario = {
  name: 'coroutines_schedule_callbacks',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function task(name: string): void {
      child(bench, name, () => void bench.later(() => child(bench, `childof:${name}`)));
    }
    yield* inTwoTasks(bench, task);
  },
};

/**
 * Tasks that start tasks, and end before these go on.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_coroutines_scheduling_task.
 */
export const coroutinesSchedulingTask: Scenario = {
  name: 'coroutines_scheduling_task',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function* nested(name: string): Steps {
      yield bench.turn();
      child(bench, name);
    }
    function task(name: string): void {
      child(bench, name, () => void bench.spawn(() => nested(`childof:${name}`)));
    }
    yield* inTwoTasks(bench, task);
  },
};

function* inTwoTasks(bench: Bench, task: (name: string) => Steps | void): Steps {
  bench.tracer.withActiveSpan('root', () => {
    bench.spawn(() => task('task1'));
    bench.spawn(() => task('task2'));
  });
  yield bench.idle();
  const spans = bench.finished('root', 'task1', 'task2', 'childof:task1', 'childof:task2');
  for (const span of spans) isEmpty(span, span.operationName());
  const [root, task1, task2, child1, child2] = spans;
  isChildOf(task1, root);
  isChildOf(task2, root);
  isChildOf(child1, task1);
  isChildOf(child2, task2);
}

/**
 * A task that starts its successor: each is a child of the one before.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_recursive_scheduling_task.
 */
export const recursiveSchedulingTask: Scenario = {
  name: 'recursive_scheduling_task',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function* task(turn: number): Steps {
      yield bench.turn();
      child(bench, String(turn), () => {
        if (turn < 3) bench.spawn(() => task(turn + 1));
      });
    }
    bench.spawn(() => task(0));
    yield bench.idle();
    const [first, second, third, fourth] = bench.finished('0', '1', '2', '3');
    hasNoParent(first);
    isChildOf(second, first);
    isChildOf(third, second);
    isChildOf(fourth, third);
  },
};

/**
 * The same, where the later half asks for roots.
 * Origin: opentracing-python, test_nested_callbacks (contextvars), test_recursive_scheduling_with_ignoring_active_span.
 */
export const recursiveSchedulingWithIgnoreActiveSpan: Scenario = {
  name: 'recursive_scheduling_with_ignore_active_span',
  origin: 'opentracing-python',
  *main(bench): Steps {
    function* task(turn: number): Steps {
      yield bench.turn();
      bench.tracer.withActiveSpan(String(turn), { ignoreActiveSpan: turn >= 2 }, () => {
        if (turn < 3) bench.spawn(() => task(turn + 1));
      });
    }
    bench.spawn(() => task(0));
    yield bench.idle();
    const spans = bench.finished('0', '1', '2', '3');
    for (const span of spans) isEmpty(span, span.operationName());
    const [first, second, third, fourth] = spans;
    hasNoParent(first);
    isChildOf(second, first);
    hasNoParent(third);
    hasNoParent(fourth);
  },
};
