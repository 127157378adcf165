import type { Attributes, Endpoint } from './span-record.ts';

/**
 * The other side of a span as OpenTracing's `peer.service`, `peer.ipv4`, `peer.ipv6` and `peer.port` tags tell it, or
 * `undefined` when none of them says anything usable. `peer.ipv4` may be dotted or OpenTracing's unsigned 32-bit number,
 * `peer.port` a number or its digits. The tracer fills `SpanRecord.remoteEndpoint` with this; the attributes stay.
 */
export function peerEndpoint(_attributes: Attributes): Endpoint | undefined {
  throw new Error('not written yet');
}
