import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { types } from 'node:util';

import { MessageConsumerHandler } from '../protocol/message-consumer.ts';
import type { MessageConsumerAdapter, MessageConsumerOptions } from '../protocol/message-consumer.ts';
import type { ScopeLike, SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { mqttMessages } from './message.ts';
import type { MqttClient, MqttMessage, UserProperties } from './message.ts';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Handler = MessageConsumerHandler<MqttMessage>;

interface PublishPacket {
  readonly qos?: unknown;
  readonly retain?: unknown;
  readonly properties?: { readonly userProperties?: UserProperties };
}

/** Traces what a client does with a message: its `message` listeners, and then its `handleMessage`. */
export class MqttDelivering {
  readonly #handler: Handler;
  readonly #defaultHandleMessage: MqttClient['handleMessage'];

  /** @param defaultHandleMessage what a client has that was given none: it does nothing, and needs no span */
  constructor(
    tracer: TracerLike,
    options: MessageConsumerOptions<MqttMessage>,
    defaultHandleMessage: MqttClient['handleMessage'],
  ) {
    this.#handler = new MessageConsumerHandler(tracer, consumerAdapter, options);
    this.#defaultHandleMessage = defaultHandleMessage;
  }

  /** Emits a `message` event, in a span when anybody is there who handles it. */
  emit(client: MqttClient, original: AnyFunction, args: unknown[]): unknown {
    const isHandled = client.handleMessage !== this.#defaultHandleMessage;
    const emit = (): unknown => Reflect.apply(original, client, args);
    if (!isHandled && client.rawListeners('message').length === 0) return emit();
    const span = this.#handler.start(messageOf(client, args));
    if (span === undefined) return emit();
    const delivery = new Delivery(this.#handler, span);
    // Of an emitter in between that is not Node's nobody knows what it does: only what runs at once is in the span then.
    const isNodes = original === EventEmitter.prototype.emit;
    const emitted = isNodes ? (): unknown => callListeners(client, args.slice(1), delivery) : emit;
    return delivery.run(emitted, isHandled ? trapHandleMessage(client, delivery) : undefined);
  }
}

/** What Node's `emit` does, except that the delivery gets to see the promises of asynchronous listeners. */
function callListeners(client: MqttClient, args: unknown[], delivery: Delivery): boolean {
  const listeners = client.rawListeners('message');
  for (const listener of listeners) delivery.await(Reflect.apply(listener, client, args));
  return listeners.length > 0;
}

/**
 * Lets the client's own `handleMessage` run in the span when the client calls it, which it does right after the event. It
 * may be a property of the client or a method of a subclass, and is in its place again before it runs.
 *
 * @returns what puts it back when the client does not come to call it
 */
function trapHandleMessage(client: MqttClient, delivery: Delivery): () => void {
  const own = Object.getOwnPropertyDescriptor(client, 'handleMessage');
  const original = client.handleMessage;
  const release = delivery.hold();
  const restore = (): void => {
    if (client.handleMessage !== trap) return;
    if (own === undefined) Reflect.deleteProperty(client, 'handleMessage');
    else Object.defineProperty(client, 'handleMessage', own);
  };
  const trap: AnyFunction = function handleMessage(this: unknown, packet, callback, ...others) {
    restore();
    const answered = (...answer: unknown[]): unknown => {
      release(answer[0]);
      return Reflect.apply(callback as AnyFunction, undefined, answer);
    };
    // The client goes on to the next message in there, which has nothing to do with this span.
    const done = AsyncResource.bind(answered);
    return delivery.enter(() => {
      const result = Reflect.apply(original, this, [packet, done, ...others]);
      delivery.await(result);
      return result;
    });
  };
  Object.defineProperty(client, 'handleMessage', { configurable: true, writable: true, enumerable: true, value: trap });
  return () => {
    restore();
    release();
  };
}

/** A message on its way through the application. Its span ends when all that holds it has let go. */
class Delivery {
  readonly #handler: Handler;
  readonly #span: SpanLike;
  readonly #scopes: (ScopeLike | undefined)[] = [];
  #holders = 0;

  constructor(handler: Handler, span: SpanLike) {
    this.#handler = handler;
    this.#span = span;
  }

  /** Calls the listeners; when one throws, the client does not go on with the message. */
  run(listeners: () => unknown, giveUp: (() => void) | undefined): unknown {
    const release = this.hold();
    let returned = false;
    try {
      const result = this.enter(listeners);
      returned = true;
      return result;
    } finally {
      if (!returned) giveUp?.();
      release();
    }
  }

  /** Runs work with the span active. */
  enter(work: () => unknown): unknown {
    return this.#handler.run(this.#span, (scope) => {
      this.#scopes.push(scope);
      let returned = false;
      try {
        const result = work();
        returned = true;
        return result;
      } finally {
        if (!returned) this.#handler.fail(this.#span);
      }
    });
  }

  /** Keeps the span open until the returned function is called, with what failed, if something did. */
  hold(): (error?: unknown) => void {
    this.#holders++;
    let holds = true;
    return (error) => {
      if (!holds) return;
      holds = false;
      if (error !== undefined && error !== null) this.#handler.fail(this.#span, error);
      if (--this.#holders === 0) this.#handler.finish(this.#span, this.#scopes);
    };
  }

  /** Keeps the span open until a promise has settled. One that is rejected and that nobody handles stays so. */
  await(result: unknown): void {
    // Not what only looks like one: it may be a query that runs when it is asked for its result.
    if (!types.isPromise(result)) return;
    const release = this.hold();
    void result.then(
      () => release(),
      (error: unknown) => {
        release(error);
        throw error;
      },
    );
  }
}

function messageOf(client: MqttClient, [, topic, payload, packet]: unknown[]): MqttMessage {
  const { qos, retain, properties } = (packet ?? {}) as PublishPacket;
  return {
    client,
    topic: String(topic),
    payload,
    qos: Number(qos ?? 0),
    retain: retain === true,
    userProperties: properties?.userProperties,
  };
}

const consumerAdapter: MessageConsumerAdapter<MqttMessage> = {
  ...mqttMessages,
  isRetained: ({ retain }) => retain,
};
