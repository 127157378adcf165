import { FORMAT_TEXT_MAP } from '@spanwise/opentracing';

import type { Boundary } from './boundary.ts';
import { lowCardinalityPath } from './http-path.ts';
import type { TracerLike } from './tracer-like.ts';

/** What an adapter of either side knows about a message, and about the broker that carries it. */
export interface MessageAdapter<Message> {
  /** The value of the `component` tag: the library, such as `mqtt`. */
  readonly component: string;
  /** The value of `peer.service`: what the library talks to, such as `mqtt`. */
  readonly service: string;
  /** Topic or queue; `undefined` when the message does not say. */
  destination(message: Message): string | undefined;
  /**
   * The message's headers as a carrier for `tracer.extract`, with strings as values; `undefined` where the protocol has
   * none (MQTT 3.1.1).
   */
  headers(message: Message): { readonly [name: string]: string } | undefined;
  /** Name or address of the broker; `undefined` when it is not known. */
  host(message: Message): string | undefined;
  /** The broker's port; `undefined` when it is not known. */
  port(message: Message): number | undefined;
  /** The broker's IP address; `undefined` when there is no connection, or it is not known. */
  address(message: Message): string | undefined;
}

/** The tags that both sides have. */
export function messageTags<Message>(
  adapter: MessageAdapter<Message>,
  message: Message,
  kind: 'producer' | 'consumer',
): { [key: string]: unknown } {
  const tags: { [key: string]: unknown } = {
    'span.kind': kind,
    component: adapter.component,
    'peer.service': adapter.service,
  };
  const destination = adapter.destination(message);
  if (destination !== undefined) tags['message_bus.destination'] = destination;
  const host = adapter.host(message);
  if (host !== undefined) tags['peer.hostname'] = host;
  return tags;
}

/**
 * A span's name with few distinct values: `publish orders/:id` for the topic `orders/1234`; see `lowCardinalityPath` for
 * what looks like an identifier. Without a destination the verb alone.
 */
export function messageName(verb: 'publish' | 'process', template: string | undefined, destination?: string): string {
  if (template !== undefined) return `${verb} ${template}`;
  return destination === undefined ? verb : `${verb} ${lowCardinalityPath(`/${destination}`).slice(1)}`;
}

/** The context in a message's headers. What nobody can read is none, and is no reason for a message to go without a span. */
export function contextIn<Message>(
  tracer: TracerLike,
  boundary: Boundary,
  adapter: MessageAdapter<Message>,
  message: Message,
): object | undefined {
  const headers = adapter.headers(message);
  if (headers === undefined) return undefined;
  try {
    return tracer.extract(FORMAT_TEXT_MAP, headers) ?? undefined;
  } catch (error) {
    boundary.caught(error);
    return undefined;
  }
}
