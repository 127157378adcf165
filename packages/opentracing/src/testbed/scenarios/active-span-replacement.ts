import { hasNoParent, isChildOf, isEmpty, notSameTrace } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * A task makes a span of somebody else the active one for a while, finishes it, and finds its own again.
 * Origin: opentracing-python, test_active_span_replacement; opentracing-java has the same.
 */
export const activeSpanReplacement: Scenario = {
  name: 'active_span_replacement',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    const given = tracer.startSpan('initial');
    yield bench.spawn(() =>
      within(tracer.startActiveSpan('task'), function* () {
        yield* within(manager.activate(given, true), function* () {
          yield bench.turn();
          bench.expectActive(given, 'in work for the initial span');
        });
        yield* within(tracer.startActiveSpan('subtask'), () => {});
      }),
    );
    const [initial, subtask, task] = bench.finished('initial', 'subtask', 'task');
    isEmpty(initial, 'initial');
    isEmpty(subtask, 'subtask');
    isEmpty(task, 'task');
    isChildOf(subtask, task);
    notSameTrace(initial, subtask);
    hasNoParent(initial);
  },
};
