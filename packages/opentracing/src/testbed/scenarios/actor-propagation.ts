import { COMPONENT, SPAN_KIND, SPAN_KIND_MESSAGING_CONSUMER, SPAN_KIND_MESSAGING_PRODUCER } from '../../ext/tags.ts';
import { followsFrom } from '../../functions.ts';
import { isChildOf, same, spanTagged } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import { type Steps, within } from '../steps.ts';

/** Holds the actors' tasks at a point, so that it can be looked at what has finished until then. */
class Gate {
  readonly opened: Promise<void>;
  open!: () => void;

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }
}

/** Takes messages, each in a task of its own; its span follows from that of the sender. */
class Actor {
  private readonly bench: Bench;
  private readonly gate: Gate;

  constructor(bench: Bench, gate: Gate) {
    this.bench = bench;
    this.gate = gate;
  }

  tell(message: string): void {
    void this.ask(message);
  }

  ask(message: string): PromiseLike<string> {
    const { tracer, manager } = this.bench;
    const { gate } = this;
    const parent = tracer.activeSpan?.context();
    return this.bench.spawn(function* () {
      const references = parent === undefined ? [] : [followsFrom(parent)];
      const tags = { [SPAN_KIND]: SPAN_KIND_MESSAGING_CONSUMER };
      const received = tracer.startSpan('received', { references, tags });
      return yield* within(manager.activate(received, true), function* () {
        yield gate.opened;
        tracer.activeSpan?.log({ event: `received ${message}` });
        return `received ${message}`;
      });
    });
  }
}

/** Sends two messages and requires that the sender is finished first, and the receivers follow from it. */
function* sendTwo<R>(bench: Bench, name: string, send: (actor: Actor) => R): Steps<R> {
  const { tracer } = bench;
  const gate = new Gate();
  const actor = new Actor(bench, gate);
  const tags = { [SPAN_KIND]: SPAN_KIND_MESSAGING_PRODUCER, [COMPONENT]: 'example-actor' };
  const answer = yield* within(tracer.startActiveSpan(name, { tags }), () => {
    return send(actor);
  });
  yield bench.turn();
  bench.finished(name);
  gate.open();
  yield bench.idle();
  const [, first, second] = bench.finished(name, 'received', 'received');
  const sender = spanTagged(tracer.finishedSpans(), SPAN_KIND, SPAN_KIND_MESSAGING_PRODUCER);
  for (const received of [first, second]) {
    isChildOf(received, sender);
    same(received.tags()[SPAN_KIND], SPAN_KIND_MESSAGING_CONSUMER, 'the kind of a receiver');
  }
  const logged = [first, second].map((span) => span.logs()[0]?.fields['event']);
  same(String(logged), 'received my message 1,received my message 2', 'the logs of the receivers');
  return answer;
}

/**
 * Messages to an actor, without an answer.
 * Origin: opentracing-java, actor_propagation, testActorTell.
 */
export const actorTell: Scenario = {
  name: 'actor_propagation: tell',
  origin: 'opentracing-java',
  *main(bench): Steps {
    yield* sendTwo(bench, 'actorTell', (actor) => {
      actor.tell('my message 1');
      actor.tell('my message 2');
    });
  },
};

/**
 * Messages to an actor that answers later.
 * Origin: opentracing-java, actor_propagation, testActorAsk.
 */
export const actorAsk: Scenario = {
  name: 'actor_propagation: ask',
  origin: 'opentracing-java',
  *main(bench): Steps {
    const answers = yield* sendTwo(bench, 'actorAsk', (actor) => [
      actor.ask('my message 1'),
      actor.ask('my message 2'),
    ]);
    same(String(yield Promise.all(answers)), 'received my message 1,received my message 2', 'the answers');
  },
};
