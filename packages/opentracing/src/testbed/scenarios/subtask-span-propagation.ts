import { isChildOf, isEmpty, same } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * A task waits for another one, which runs below its span.
 * Origin: opentracing-python, test_subtask_span_propagation.
 */
export const subtaskSpanPropagation: Scenario = {
  name: 'subtask_span_propagation',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer } = bench;
    function* child(message: string): Steps<string> {
      return yield* within(tracer.startActiveSpan('child'), function* () {
        yield bench.turn();
        return `${message}::response`;
      });
    }
    const response = yield bench.spawn(() =>
      within(tracer.startActiveSpan('parent'), function* () {
        return (yield bench.spawn(() => child('message'))) as string;
      }),
    );
    same(response, 'message::response', 'the response');
    const [inner, outer] = bench.finished('child', 'parent');
    isEmpty(inner, 'child');
    isEmpty(outer, 'parent');
    isChildOf(inner, outer);
  },
};
