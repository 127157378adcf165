// The standard tags of OpenTracing, each with the type of its values: `span.setTag(HTTP_STATUS_CODE, '200')` does not
// compile. At run time they are the plain strings of `ext/tags.ts`, so they are keys of `tags: { [HTTP_METHOD]: 'GET' }`
// too. `opentracing.Tags` stays without types: code written for npm opentracing sets what it likes.
//
// Sources: names and types of values from OpenTracing's semantic conventions 1.1, "Span tags table"; constants named as
// in npm opentracing 0.14.7 and, where opentracing-python 2.4 says it otherwise, a second time as there.
import type { Tag } from './contract.ts';

/**
 * Names a tag of your own with the type of its values: `const CART_SIZE = tag<number>('cart.size')`. A tag without a type
 * takes anything.
 */
export function tag<V>(name: string): Tag<V> {
  return name as Tag<V>;
}

/** What {@link SPAN_KIND} may be: the roles in a remote call, and those of a message. */
export type SpanKind = 'client' | 'server' | 'producer' | 'consumer';

/** Which side of a call the span is. Give it when the span starts: tracers that share ids between the sides need it. */
export const SPAN_KIND = 'span.kind' as Tag<SpanKind>;
/** Value of {@link SPAN_KIND}: the caller of a remote procedure. */
export const SPAN_KIND_RPC_CLIENT = 'client';
/** Value of {@link SPAN_KIND}: the callee of a remote procedure. */
export const SPAN_KIND_RPC_SERVER = 'server';
/** Value of {@link SPAN_KIND}: the sender of a message. */
export const SPAN_KIND_MESSAGING_PRODUCER = 'producer';
/** Value of {@link SPAN_KIND}: the receiver of a message. */
export const SPAN_KIND_MESSAGING_CONSUMER = 'consumer';
/** {@link SPAN_KIND_MESSAGING_PRODUCER}, as opentracing-python calls it. */
export const SPAN_KIND_PRODUCER = 'producer';
/** {@link SPAN_KIND_MESSAGING_CONSUMER}, as opentracing-python calls it. */
export const SPAN_KIND_CONSUMER = 'consumer';

/** `true` when the application considers the operation failed. A span without this tag did not fail. */
export const ERROR = 'error' as Tag<boolean>;
/** The library or framework that made the span, such as `grpc`. */
export const COMPONENT = 'component' as Tag<string>;
/** A whole number. Above 0: please keep this trace. 0: please do not. */
export const SAMPLING_PRIORITY = 'sampling.priority' as Tag<number>;
/**
 * The service that a span is reported for, when it is not the tracer's own.
 *
 * @deprecated Left the semantic conventions; kept because opentracing-python has it.
 */
export const SERVICE = 'service' as Tag<string>;

/** Name of the service on the other side. */
export const PEER_SERVICE = 'peer.service' as Tag<string>;
/** Host name of the other side. */
export const PEER_HOSTNAME = 'peer.hostname' as Tag<string>;
/** Address of the other side as a client would use it, such as `ip:port` or a connection URL. */
export const PEER_ADDRESS = 'peer.address' as Tag<string>;
/** IPv4 address of the other side, in dotted form. The number that Java's API takes too is not in the conventions. */
export const PEER_HOST_IPV4 = 'peer.ipv4' as Tag<string>;
/** IPv6 address of the other side, colon-separated. */
export const PEER_HOST_IPV6 = 'peer.ipv6' as Tag<string>;
/** Port of the other side. */
export const PEER_PORT = 'peer.port' as Tag<number>;

/** URL of the request. */
export const HTTP_URL = 'http.url' as Tag<string>;
/** Method of the request. */
export const HTTP_METHOD = 'http.method' as Tag<string>;
/** Status of the response. */
export const HTTP_STATUS_CODE = 'http.status_code' as Tag<number>;

/** Queue or topic that the message goes to. */
export const MESSAGE_BUS_DESTINATION = 'message_bus.destination' as Tag<string>;

/** Name of the database. */
export const DB_INSTANCE = 'db.instance' as Tag<string>;
/** The statement; mind the personal data in it. */
export const DB_STATEMENT = 'db.statement' as Tag<string>;
/** `sql`, or the product in lower case, such as `redis`. */
export const DB_TYPE = 'db.type' as Tag<string>;
/** User name of the connection. */
export const DB_USER = 'db.user' as Tag<string>;
/** {@link DB_INSTANCE}, as opentracing-python calls it. */
export const DATABASE_INSTANCE = 'db.instance' as Tag<string>;
/** {@link DB_STATEMENT}, as opentracing-python calls it. */
export const DATABASE_STATEMENT = 'db.statement' as Tag<string>;
/** {@link DB_TYPE}, as opentracing-python calls it. */
export const DATABASE_TYPE = 'db.type' as Tag<string>;
/** {@link DB_USER}, as opentracing-python calls it. */
export const DATABASE_USER = 'db.user' as Tag<string>;
