import { FORMAT_TEXT_MAP } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { givenParent, headerChanges } from './carried-context.ts';
import { contextIn, messageName, messageTags } from './message-broker.ts';
import type { MessageAdapter } from './message-broker.ts';
import { setPeerAddress } from './peer.ts';
import { PUBLISH_TIME_HEADER } from './publish-time.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads and writes the messages that its library sends. */
export interface MessageProducerAdapter<Message> extends MessageAdapter<Message> {
  /** Sets a header of the message that will be sent; what the caller gave stays as it is. Called only where there are `headers`. */
  setHeader(message: Message, name: string, value: string): void;
  /** Keeps a header that the caller gave out of the message that will be sent; `name` is in lower case. */
  removeHeader(message: Message, name: string): void;
}

/** What a user may choose about producer spans. Callbacks that throw are reported once and otherwise ignored. */
export interface MessageProducerOptions<Message> {
  /** `false` leaves the message alone: no span, and no header is added. */
  shouldTrace?: ((message: Message) => boolean) | undefined;
  /**
   * `false` makes a span and sends no headers: for consumers that refuse or must not see them. When it throws, none are
   * sent either.
   */
  shouldPropagate?: ((message: Message) => boolean) | undefined;
  /** The template of the destination for the span's name, such as `orders/:id`; `undefined` if not known. */
  templateOf?: ((message: Message) => string | undefined) | undefined;
  /** `false` does not send the time (`PUBLISH_TIME_HEADER`): the consumer's span does not say how long the message waited. */
  publishTime?: boolean | undefined;
  /** Called with the new span before the message goes out. */
  onPublish?: ((span: SpanLike, message: Message) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The producer's side of a message, in the steps that every adapter shares: `start` (span, and headers into the message),
 * `fail`, and `finish` when the broker has taken the message, as far as the protocol says. The span is not made active:
 * what the application does meanwhile is not part of it.
 *
 * The parent is the active span. When none is active and the caller has put a context into the headers by itself (it may
 * pass on those of a message that it got), that is the parent. The headers are then written anew.
 *
 * Tags: `span.kind=producer`, `component`, `peer.service`, `message_bus.destination`, `peer.hostname`, `peer.ipv4` or
 * `peer.ipv6`, `peer.port`; `error`, and the error as a log. Name: see `messageName` (`publish orders/:id`).
 *
 * No method throws, whatever the tracer, the adapter or a callback does.
 */
export class MessageProducerHandler<Message> {
  readonly #tracer: TracerLike;
  readonly #adapter: MessageProducerAdapter<Message>;
  readonly #options: MessageProducerOptions<Message>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads and writes messages of the library
   * @param options what the user chose
   */
  constructor(
    tracer: TracerLike,
    adapter: MessageProducerAdapter<Message>,
    options: MessageProducerOptions<Message> = {},
  ) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} producer`, options.onFailure);
  }

  /**
   * Starts the span and writes its context into the message; `undefined` when the message is not to be traced, or could
   * not be.
   */
  start(message: Message): SpanLike | undefined {
    const { shouldTrace, onPublish } = this.#options;
    const span = this.#boundary.start(
      () => message,
      shouldTrace,
      () => this.#startSpan(message),
      onPublish,
    );
    if (span !== undefined) this.#boundary.run(() => this.#inject(span, message));
    return span;
  }

  /** Marks the span as failed. */
  fail(span: SpanLike, error: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span. */
  finish(span: SpanLike): void {
    this.#boundary.run(() => span.finish());
  }

  #startSpan(message: Message): SpanLike {
    const adapter = this.#adapter;
    const template = this.#boundary.ask(this.#options.templateOf, message, undefined);
    const name = messageName('publish', template, adapter.destination(message));
    const tags = messageTags(adapter, message, 'producer');
    const parent = givenParent(this.#tracer, () => contextIn(this.#tracer, this.#boundary, this.#adapter, message));
    const span = this.#tracer.startSpan(name, parent === undefined ? { tags } : { childOf: parent, tags });
    this.#boundary.run(() => setPeerAddress(span, adapter.address(message), adapter.port(message)));
    return span;
  }

  #inject(span: SpanLike, message: Message): void {
    const given = this.#adapter.headers(message);
    if (given === undefined) return;
    const { shouldPropagate, publishTime } = this.#options;
    const from = { tracer: this.#tracer, boundary: this.#boundary, shouldPropagate, given };
    const { set, removed } = headerChanges(span, FORMAT_TEXT_MAP, message, from);
    const names = Object.keys(set);
    for (const name of removed) this.#adapter.removeHeader(message, name);
    for (const name of names) this.#adapter.setHeader(message, name, set[name]!);
    if (names.length > 0 && publishTime !== false) {
      this.#adapter.setHeader(message, PUBLISH_TIME_HEADER, String(Date.now()));
    }
  }
}
