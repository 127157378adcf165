import { same } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/**
 * One span goes through three callbacks, each scheduled by the one before; the last one finishes it.
 * Origin: opentracing-python, test_nested_callbacks (asyncio); opentracing-java has the same. Python's contextvars form
 * finds the span of the closed scope still active. Ours does not keep spans of closed scopes: each callback activates it.
 */
export const nestedCallbacks: Scenario = {
  name: 'nested_callbacks',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    const scope = tracer.startActiveSpan('one', { finishOnClose: false });
    const { span } = scope;
    const submit = (depth: number): void => {
      bench.spawn(() =>
        within(manager.activate(span, false), () => {
          tracer.activeSpan?.setTag(`key${depth}`, String(depth));
          if (depth < 3) submit(depth + 1);
          else span.finish();
        }),
      );
    };
    submit(1);
    scope.close();
    yield bench.idle();
    const [one] = bench.finished('one');
    same(JSON.stringify(one.tags()), '{"key1":"1","key2":"2","key3":"3"}', 'the tags');
  },
};
