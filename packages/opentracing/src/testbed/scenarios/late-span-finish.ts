import { isChildOf, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * A parent outlives the tasks that were started under it.
 * Origin: opentracing-python, test_late_span_finish (contextvars).
 */
export const lateSpanFinish: Scenario = {
  name: 'late_span_finish',
  origin: 'opentracing-python',
  *main(bench): Steps {
    yield* within(bench.tracer.startActiveSpan('parent'), function* () {
      for (const name of ['task1', 'task2']) {
        bench.spawn(() =>
          within(bench.tracer.startActiveSpan(name), function* () {
            yield bench.turn();
          }),
        );
      }
      yield bench.idle();
    });
    expectTasksInParent(bench);
  },
};

/**
 * The same where tasks inherit nothing: each is handed the parent, and makes it active.
 * Origin: opentracing-python, test_late_span_finish (threads); opentracing-java has the same.
 */
export const lateSpanFinishByHand: Scenario = {
  name: 'late_span_finish: by_hand',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    const parent = tracer.startSpan('parent');
    for (const name of ['task1', 'task2']) {
      bench.spawn(() =>
        within(manager.activate(parent, false), () =>
          within(tracer.startActiveSpan(name), function* () {
            yield bench.turn();
          }),
        ),
      );
    }
    yield bench.idle();
    parent.finish();
    expectTasksInParent(bench);
  },
};

function expectTasksInParent(bench: Bench): void {
  const [task1, task2, parent] = bench.finished('task1', 'task2', 'parent');
  for (const task of [task1, task2]) {
    isChildOf(task, parent);
    same((task.finishTime() as number) <= (parent.finishTime() as number), true, 'finished before the parent');
  }
}
