// The standard tags of OpenTracing. Source: semantic conventions 1.1; names as in npm opentracing 0.14.7.

/** Which side of a call the span is: one of the four values below. */
export const SPAN_KIND = 'span.kind';
/** Value of `SPAN_KIND`: the caller of a remote procedure. */
export const SPAN_KIND_RPC_CLIENT = 'client';
/** Value of `SPAN_KIND`: the callee of a remote procedure. */
export const SPAN_KIND_RPC_SERVER = 'server';
/** Value of `SPAN_KIND`: the sender of a message. */
export const SPAN_KIND_MESSAGING_PRODUCER = 'producer';
/** Value of `SPAN_KIND`: the receiver of a message. */
export const SPAN_KIND_MESSAGING_CONSUMER = 'consumer';
/** (boolean) `true` when the application considers the operation failed. */
export const ERROR = 'error';
/** (string) The library or framework that made the span. */
export const COMPONENT = 'component';
/** (number) Above 0: please keep this trace. 0: please do not. */
export const SAMPLING_PRIORITY = 'sampling.priority';
/** (string) Name of the service on the other side. */
export const PEER_SERVICE = 'peer.service';
/** (string) Host name of the other side. */
export const PEER_HOSTNAME = 'peer.hostname';
/** (string) Address of the other side as a client would use it, such as `ip:port` or a connection URL. */
export const PEER_ADDRESS = 'peer.address';
/** (string) IPv4 address of the other side, in dotted form. */
export const PEER_HOST_IPV4 = 'peer.ipv4';
/** (string) IPv6 address of the other side, colon-separated. */
export const PEER_HOST_IPV6 = 'peer.ipv6';
/** (number) Port of the other side. */
export const PEER_PORT = 'peer.port';
/** (string) URL of the request. */
export const HTTP_URL = 'http.url';
/** (string) Method of the request. */
export const HTTP_METHOD = 'http.method';
/** (number) Status of the response. */
export const HTTP_STATUS_CODE = 'http.status_code';
/** (string) Queue or topic that the message goes to. */
export const MESSAGE_BUS_DESTINATION = 'message_bus.destination';
/** (string) Name of the database. */
export const DB_INSTANCE = 'db.instance';
/** (string) The statement; mind the personal data in it. */
export const DB_STATEMENT = 'db.statement';
/** (string) `sql`, or the product in lower case, such as `redis`. */
export const DB_TYPE = 'db.type';
/** (string) User name of the connection. */
export const DB_USER = 'db.user';
