import type { SpanLike } from './tracer-like.ts';

/**
 * Tags the other side: `peer.ipv4` or `peer.ipv6`, and `peer.port`. An IPv4 address mapped into
 * IPv6 is an IPv4 address.
 */
export function setPeerAddress(span: SpanLike, address: string | undefined, port: number | undefined): void {
  if (address !== undefined && address !== '') {
    if (!address.includes(':')) span.setTag('peer.ipv4', address);
    else if (address.startsWith('::ffff:')) span.setTag('peer.ipv4', address.slice(7));
    else span.setTag('peer.ipv6', address);
  }
  if (port !== undefined) span.setTag('peer.port', port);
}
