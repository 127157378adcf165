import { isChildOf } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * A parent starts three tasks at once and waits for them.
 * Origin: opentracing-python, test_multiple_callbacks (contextvars).
 */
export const multipleCallbacks: Scenario = {
  name: 'multiple_callbacks',
  origin: 'opentracing-python',
  *main(bench): Steps {
    yield* within(bench.tracer.startActiveSpan('parent'), function* () {
      const task = (): PromiseLike<void> =>
        bench.spawn(() =>
          within(bench.tracer.startActiveSpan('task'), function* () {
            yield bench.turn();
          }),
        );
      yield Promise.all([task(), task(), task()]);
    });
    expectTasksInParent(bench);
  },
};

/**
 * The same where tasks inherit nothing and the parent does not wait: the last one to end finishes it.
 * Origin: opentracing-python, test_multiple_callbacks (threads, with its RefCount); opentracing-java has the same.
 */
export const multipleCallbacksByHand: Scenario = {
  name: 'multiple_callbacks: by_hand',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    let users = 1;
    const release = (): void => {
      users--;
      if (users === 0) parent.finish();
    };
    const scope = tracer.startActiveSpan('parent', { finishOnClose: false });
    const parent = scope.span;
    for (let count = 0; count < 3; count++) {
      users++;
      bench.spawn(function* () {
        yield* within(manager.activate(parent, false), () =>
          within(tracer.startActiveSpan('task'), function* () {
            yield bench.turn();
          }),
        );
        release();
      });
    }
    scope.close();
    release();
    yield bench.idle();
    expectTasksInParent(bench);
  },
};

function expectTasksInParent(bench: Bench): void {
  const [first, second, third, parent] = bench.finished('task', 'task', 'task', 'parent');
  for (const task of [first, second, third]) isChildOf(task, parent);
}
