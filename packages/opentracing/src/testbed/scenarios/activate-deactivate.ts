import type { Span } from '../../contract.ts';
import { same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/** Finishes a span when all who hold it have let go: the Continuation of opentracing-java. */
class Continuation {
  private holders = 1;
  readonly span: Span;

  constructor(span: Span) {
    this.span = span;
  }

  hold(): this {
    this.holders++;
    return this;
  }

  letGo(): void {
    this.holders--;
    if (this.holders === 0) this.span.finish();
  }
}

/** The entry ends before its actions begin; each makes the span active for itself. */
function* entryWith(bench: Bench, actions: number): Steps {
  const { tracer, manager } = bench;
  function* action(continuation: Continuation, name: string): Steps {
    yield bench.turn();
    yield* within(manager.activate(continuation.span, false), function* () {
      yield bench.turn();
      tracer.activeSpan?.setTag(`test_tag_${name}`, 'random');
    });
    continuation.letGo();
  }
  bench.spawn(() => {
    const continuation = new Continuation(tracer.startSpan('parent'));
    return within(manager.activate(continuation.span, false), () => {
      for (let name = 1; name <= actions; name++) {
        continuation.hold();
        bench.spawn(() => action(continuation, String(name)));
      }
      continuation.letGo();
    });
  });
  yield bench.idle();
  const [parent] = bench.finished('parent');
  same(Object.keys(parent.tags()).length, actions, 'the number of tags');
}

/**
 * A span is activated in one task and finished in another.
 * Origin: opentracing-java, activate_deactivate, test_one_scheduled_action.
 */
export const oneScheduledAction: Scenario = {
  name: 'activate_deactivate: one_scheduled_action',
  origin: 'opentracing-java',
  main: (bench) => entryWith(bench, 1),
};

/**
 * Two actions at the same time: the span is finished by the later one.
 * Origin: opentracing-java, activate_deactivate, test_two_scheduled_actions.
 */
export const twoScheduledActions: Scenario = {
  name: 'activate_deactivate: two_scheduled_actions',
  origin: 'opentracing-java',
  main: (bench) => entryWith(bench, 2),
};
