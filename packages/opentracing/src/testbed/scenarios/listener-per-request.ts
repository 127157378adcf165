import { SPAN_KIND, SPAN_KIND_RPC_CLIENT } from '../../ext/tags.ts';
import { same, spanTagged } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/**
 * Each request has a listener of its own, which keeps the span and finishes it with the response.
 * Origin: opentracing-python, test_listener_per_request; opentracing-java has the same.
 */
export const listenerPerRequest: Scenario = {
  name: 'listener_per_request',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const span = bench.tracer.startSpan('send').setTag(SPAN_KIND, SPAN_KIND_RPC_CLIENT);
    const listener = { onResponse: (): void => span.finish() };
    const response = yield bench.spawn(function* () {
      yield bench.turn();
      listener.onResponse();
      return 'message::response';
    });
    same(response, 'message::response', 'the response');
    spanTagged(bench.finished('send'), SPAN_KIND, SPAN_KIND_RPC_CLIENT);
  },
};
