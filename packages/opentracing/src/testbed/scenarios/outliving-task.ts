import { hasNoParent } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * A task outlives the scope that it was started in, and who started it has opened another one: that is not the task's.
 * Origin: ours.
 */
export const outlivingTask: Scenario = {
  name: 'outliving_task',
  origin: 'javascript',
  *main(bench): Steps {
    const { tracer } = bench;
    yield* within(tracer.startActiveSpan('first'), () => {
      bench.spawn(function* () {
        yield bench.turn();
        bench.expectActive(null, 'in the task, whose scope is closed');
        bench.mark('in the task');
      });
    });
    yield* within(tracer.startActiveSpan('second'), function* () {
      yield bench.idle();
    });
    const [, marked] = bench.finished('first', 'in the task', 'second');
    hasNoParent(marked);
  },
};
