import { FORMAT_TEXT_MAP } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
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
    try {
      // A filter that throws traces: a span too many is better than a trace that silently misses.
      if (!this.#boundary.ask(this.#options.shouldTrace, message, true)) return undefined;
      const span = this.#startSpan(message);
      const { onPublish } = this.#options;
      if (onPublish !== undefined) this.#boundary.run(() => onPublish(span, message));
      this.#boundary.run(() => this.#inject(span, message));
      return span;
    } catch (error) {
      this.#boundary.caught(error);
      return undefined;
    }
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
    const parent = this.#parentFromHeaders(message);
    const span = this.#tracer.startSpan(name, parent === undefined ? { tags } : { childOf: parent, tags });
    this.#boundary.run(() => setPeerAddress(span, adapter.address(message), adapter.port(message)));
    return span;
  }

  /** What the caller injected by hand, when no active span says better. */
  #parentFromHeaders(message: Message): object | undefined {
    const manager = this.#tracer.scopeManager;
    if ((manager?.activeParent ?? manager?.active ?? null) !== null) return undefined;
    return contextIn(this.#tracer, this.#boundary, this.#adapter, message);
  }

  #inject(span: SpanLike, message: Message): void {
    if (this.#adapter.headers(message) === undefined) return;
    const { shouldPropagate, publishTime } = this.#options;
    // A filter that throws keeps the headers back: they must not reach a consumer that it may be there to keep out.
    if (shouldPropagate !== undefined && !this.#boundary.ask(shouldPropagate, message, false)) return;
    const carrier: { [name: string]: string } = {};
    this.#tracer.inject(span.context(), FORMAT_TEXT_MAP, carrier);
    const names = Object.keys(carrier);
    for (const name of names) this.#adapter.setHeader(message, name, carrier[name]!);
    if (names.length > 0 && publishTime !== false) {
      this.#adapter.setHeader(message, PUBLISH_TIME_HEADER, String(Date.now()));
    }
  }
}
