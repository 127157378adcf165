import { FORMAT_TEXT_MAP } from '../../constants.ts';
import { SPAN_KIND, SPAN_KIND_RPC_CLIENT, SPAN_KIND_RPC_SERVER } from '../../ext/tags.ts';
import { hasNoParent, isChildOf, spanTagged } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';
import { MessageQueue } from './message-queue.ts';

type Carrier = Record<string, string>;

/**
 * A client sends its context with a message; the server, a task of its own, continues the trace.
 * Origin: opentracing-python, test_client_server; opentracing-java has the same.
 */
export const clientServer: Scenario = {
  name: 'client_server',
  origin: 'opentracing-python',
  *main(bench): Steps {
    const { tracer } = bench;
    const queue = new MessageQueue<Carrier>();
    bench.spawn(function* () {
      const message = (yield queue.take()) as Carrier;
      const childOf = tracer.extract(FORMAT_TEXT_MAP, message);
      yield* within(tracer.startActiveSpan('receive', { childOf }), () => {
        tracer.activeSpan?.setTag(SPAN_KIND, SPAN_KIND_RPC_SERVER);
      });
    });
    bench.spawn(function* () {
      const scope = tracer.startActiveSpan('send');
      yield* within(scope, () => {
        scope.span.setTag(SPAN_KIND, SPAN_KIND_RPC_CLIENT);
        const message: Carrier = {};
        tracer.inject(scope.span, FORMAT_TEXT_MAP, message);
        queue.put(message);
      });
    });
    yield bench.idle();
    const spans = bench.finished('send', 'receive');
    const client = spanTagged(spans, SPAN_KIND, SPAN_KIND_RPC_CLIENT);
    isChildOf(spanTagged(spans, SPAN_KIND, SPAN_KIND_RPC_SERVER), client);
    hasNoParent(client);
  },
};
