import { SPAN_KIND, SPAN_KIND_RPC_CLIENT } from '../../ext/tags.ts';
import { hasNoParent, isChildOf, isNotChildOf, notSameTrace, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';
import { RequestHandler, type RequestState } from './request-handler.ts';

/** A client whose handler runs in tasks of its own, as on the threads of a pool. */
function* send(bench: Bench, handler: RequestHandler, message: string): Steps<string> {
  const state: RequestState = {};
  yield bench.turn();
  yield bench.spawn(function* () {
    yield bench.turn();
    handler.before(state);
  });
  yield bench.spawn(function* () {
    yield bench.turn();
    handler.after(state);
  });
  return `${message}:response`;
}

/**
 * Requests whose handler runs in other tasks than they do have nothing to do with each other.
 * Origin: opentracing-java, concurrent_common_request_handler, two_requests.
 */
export const twoRequests: Scenario = {
  name: 'concurrent_common_request_handler: two_requests',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true });
    const [first, second] = ['message', 'message2'].map((message) =>
      bench.spawn(() => send(bench, handler, message)),
    ) as [PromiseLike<string>, PromiseLike<string>];
    same(yield first, 'message:response', 'the first response');
    same(yield second, 'message2:response', 'the second response');
    const spans = bench.finished('send', 'send');
    for (const span of spans) {
      same(span.tags()[SPAN_KIND], SPAN_KIND_RPC_CLIENT, 'the kind');
      hasNoParent(span);
    }
    notSameTrace(...spans);
  },
};

/**
 * The active span of the requester is not taken for the parent.
 * Origin: opentracing-java, concurrent_common_request_handler, parent_not_picked_up.
 */
export const parentNotPickedUp: Scenario = {
  name: 'concurrent_common_request_handler: parent_not_picked_up',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true });
    yield* within(bench.tracer.startActiveSpan('parent'), function* () {
      same(yield* send(bench, handler, 'no_parent'), 'no_parent:response', 'the response');
    });
    const [child, parent] = bench.finished('send', 'parent');
    isNotChildOf(child, parent);
  },
};

/**
 * A bad solution, shown to be one: the parent is that of the client, for all its requests.
 * Origin: opentracing-java, concurrent_common_request_handler, bad_solution_to_set_parent.
 */
export const badSolutionPerClient: Scenario = {
  name: 'concurrent_common_request_handler: bad_solution_to_set_parent',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const scope = bench.tracer.startActiveSpan('parent');
    const handler = new RequestHandler(bench.tracer, { ignoreActiveSpan: true, parent: scope.span.context() });
    yield* within(scope, function* () {
      yield* send(bench, handler, 'correct_parent');
    });
    yield* send(bench, handler, 'wrong_parent');
    const [first, parent, second] = bench.finished('send', 'parent', 'send');
    isChildOf(first, parent);
    isChildOf(second, parent);
  },
};
