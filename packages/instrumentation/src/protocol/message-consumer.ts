import { childOf, followsFrom } from '@spanwise/opentracing';
import type { SpanContext } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { contextIn, messageName, messageTags } from './message-broker.ts';
import type { MessageAdapter } from './message-broker.ts';
import { setPeerAddress } from './peer.ts';
import { PUBLISH_TIME_HEADER, waitedMillis } from './publish-time.ts';
import { runActive } from './run-active.ts';
import { markFailed } from './span-error.ts';
import type { ScopeLike, SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads the messages that its library delivers. */
export interface MessageConsumerAdapter<Message> extends MessageAdapter<Message> {
  /** Whether the broker had kept the message for whoever subscribes later: then it need not be a queue that it waited in. */
  isRetained(message: Message): boolean;
}

/** What a user may choose about consumer spans. Callbacks that throw are reported once and otherwise ignored. */
export interface MessageConsumerOptions<Message> {
  /** `false` leaves the message alone: no span, and nothing is extracted. */
  shouldTrace?: ((message: Message) => boolean) | undefined;
  /** The template of the destination for the span's name, such as `orders/:id`; `undefined` if not known. */
  templateOf?: ((message: Message) => string | undefined) | undefined;
  /**
   * How the span refers to the producer's: `follows_from`, since the producer does not wait for it, or `child_of`, for
   * tracers and backends that take only that for a parent. Default: `follows_from`.
   */
  reference?: 'follows_from' | 'child_of' | undefined;
  /** Called with the new span before the application sees the message. */
  onMessage?: ((span: SpanLike, message: Message) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The consumer's side of a message, in the steps that every adapter shares: `start` (extract the producer's context and
 * start a span), `run` with the span active for all that the application's listeners start, `fail`, and `finish` when
 * the application is done with the message.
 *
 * The span follows from the producer's, which is its parent: one trace. A message without a context, or with one that the
 * tracer cannot read, starts a root; what happens to be active where a message arrives has nothing to do with it.
 *
 * Tags: `span.kind=consumer`, `component`, `peer.service`, `message_bus.destination`, `peer.hostname`, `peer.ipv4` or
 * `peer.ipv6`, `peer.port`; `message_bus.wait_ms`, the milliseconds between the publishing and now, when the producer
 * sent the time and the clocks do not contradict it (see `waitedMillis`); `message_bus.retained` for a message that the
 * broker had kept, whose wait says nothing about a queue; `error`, and the error as a log.
 * Name: see `messageName` (`process orders/:id`).
 *
 * No method throws but what the application's work throws, whatever the tracer, the adapter or a callback does.
 */
export class MessageConsumerHandler<Message> {
  readonly #tracer: TracerLike;
  readonly #adapter: MessageConsumerAdapter<Message>;
  readonly #options: MessageConsumerOptions<Message>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads messages of the library
   * @param options what the user chose
   */
  constructor(
    tracer: TracerLike,
    adapter: MessageConsumerAdapter<Message>,
    options: MessageConsumerOptions<Message> = {},
  ) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} consumer`, options.onFailure);
  }

  /** Starts the span of a message; `undefined` when the message is not to be traced, or could not be. */
  start(message: Message): SpanLike | undefined {
    const { shouldTrace, onMessage } = this.#options;
    return this.#boundary.start(
      () => message,
      shouldTrace,
      () => this.#startSpan(message),
      onMessage,
    );
  }

  /** Runs the application's work, see `runActive`. May be called again; each scope is closed by `finish`. */
  run<R>(span: SpanLike, work: (scope: ScopeLike | undefined) => R): R {
    return runActive(this.#tracer, this.#boundary, span, work);
  }

  /** Marks the span as failed. `error` may be absent when only the fact is known. */
  fail(span: SpanLike, error?: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span and closes its scopes. */
  finish(span: SpanLike, scopes: readonly (ScopeLike | undefined)[]): void {
    this.#boundary.run(() => span.finish());
    for (const scope of scopes) this.#boundary.run(() => scope?.close());
  }

  #startSpan(message: Message): SpanLike {
    const adapter = this.#adapter;
    const template = this.#boundary.ask(this.#options.templateOf, message, undefined);
    const name = messageName('process', template, adapter.destination(message));
    const tags = messageTags(adapter, message, 'consumer');
    const wait = waitedMillis(adapter.headers(message)?.[PUBLISH_TIME_HEADER], Date.now());
    if (wait !== undefined) tags['message_bus.wait_ms'] = wait;
    if (adapter.isRetained(message)) tags['message_bus.retained'] = true;
    const context = contextIn(this.#tracer, this.#boundary, adapter, message);
    const span = this.#tracer.startSpan(
      name,
      context === undefined
        ? { tags, ignoreActiveSpan: true }
        : { references: [this.#reference(context)], tags, ignoreActiveSpan: true },
    );
    this.#boundary.run(() => setPeerAddress(span, adapter.address(message), adapter.port(message)));
    return span;
  }

  #reference(context: object): object {
    const refer = this.#options.reference === 'child_of' ? childOf : followsFrom;
    return refer(context as SpanContext);
  }
}
