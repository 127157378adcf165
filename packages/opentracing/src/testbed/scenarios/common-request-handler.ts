import { SPAN_KIND, SPAN_KIND_RPC_CLIENT } from '../../ext/tags.ts';
import { hasNoParent, isChildOf, isNotChildOf, notSameTrace, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';
import { RequestHandler, type RequestState } from './request-handler.ts';

/** A client whose handler runs in the task of the request. */
function* send(bench: Bench, handler: RequestHandler, message: string): Steps<string> {
  const state: RequestState = {};
  handler.before(state);
  yield bench.turn();
  handler.after(state);
  return `${message}::response`;
}

/**
 * One handler serves all requests of a client. With `ignoreActiveSpan`, two requests have nothing to do with each other.
 * Origin: opentracing-python, test_common_request_handler, test_two_callbacks.
 */
export const twoCallbacks: Scenario = {
  name: 'common_request_handler: two_callbacks',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true });
    const [first, second] = ['message1', 'message2'].map((message) =>
      bench.spawn(() => send(bench, handler, message)),
    ) as [PromiseLike<string>, PromiseLike<string>];
    same(yield first, 'message1::response', 'the first response');
    same(yield second, 'message2::response', 'the second response');
    const spans = bench.finished('send', 'send');
    for (const span of spans) {
      same(span.tags()[SPAN_KIND], SPAN_KIND_RPC_CLIENT, 'the kind');
      hasNoParent(span);
    }
    notSameTrace(...spans);
  },
};

/**
 * A handler with `ignoreActiveSpan` does not take the active span for the parent.
 * Origin: opentracing-python, test_common_request_handler, test_parent_not_picked.
 */
export const parentNotPicked: Scenario = {
  name: 'common_request_handler: parent_not_picked',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true });
    yield* within(bench.tracer.startActiveSpan('parent'), function* () {
      same(yield* send(bench, handler, 'no_parent'), 'no_parent::response', 'the response');
    });
    const [child, parent] = bench.finished('send', 'parent');
    isNotChildOf(child, parent);
  },
};

/**
 * A handler that takes the active span for the parent is right for every request, however often it is used.
 * Origin: opentracing-python, test_common_request_handler, test_good_solution_to_set_parent.
 */
export const goodSolution: Scenario = {
  name: 'common_request_handler: good_solution_to_set_parent',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: false });
    yield* within(bench.tracer.startActiveSpan('parent'), function* () {
      yield bench.spawn(() => send(bench, handler, 'correct_parent'));
    });
    yield bench.spawn(() => send(bench, handler, 'wrong_parent'));
    const [first, parent, second] = bench.finished('send', 'parent', 'send');
    isChildOf(first, parent);
    isNotChildOf(second, parent);
  },
};

/**
 * A bad solution, shown to be one: the handler keeps the parent that it was made with, and gives it to all requests,
 * also to those that come long after.
 * Origin: opentracing-python, test_common_request_handler (threads), test_bad_solution_to_set_parent.
 */
export const badSolution: Scenario = {
  name: 'common_request_handler: bad_solution_to_set_parent',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const scope = bench.tracer.startActiveSpan('parent');
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true, parent: scope.span.context() });
    yield* within(scope, function* () {
      yield bench.spawn(() => send(bench, handler, 'correct_parent'));
    });
    yield bench.spawn(() => send(bench, handler, 'wrong_parent'));
    const [first, parent, second] = bench.finished('send', 'parent', 'send');
    isChildOf(first, parent);
    isChildOf(second, parent);
  },
};
