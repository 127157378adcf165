import { same } from '../assertions.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';

/**
 * A handler that keeps nothing for its requests: the active scope is where it finds the span again.
 * Origin: opentracing-java, stateless_common_request_handler. That it is the right span is our addition.
 */
export const statelessCommonRequestHandler: Scenario = {
  name: 'stateless_common_request_handler',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const { tracer, manager } = bench;
    function* send(message: string): Steps<string> {
      yield bench.turn();
      tracer.startActiveSpan('send', { finishOnClose: false }).span.setTag('message', message);
      yield bench.turn();
      const scope = manager.active;
      scope?.span.setTag('answered', message);
      scope?.span.finish();
      scope?.close();
      return `${message}:response`;
    }
    const messages = ['message', 'message2', 'message3'];
    const responses = yield Promise.all(messages.map((message) => bench.spawn(() => send(message))));
    same(String(responses), 'message:response,message2:response,message3:response', 'the responses');
    for (const span of bench.finished('send', 'send', 'send')) {
      same(span.tags()['answered'], span.tags()['message'], 'the message answered in a span');
    }
  },
};
