import { isIpv4, isIpv6 } from './internal/ip-address.ts';
import type { AttributeValue, Attributes, Endpoint } from './span-record.ts';

/**
 * The other side of a span as OpenTracing's `peer.service`, `peer.ipv4`, `peer.ipv6` and `peer.port` tags tell it, or
 * `undefined` when none of them says anything usable. `peer.ipv4` may be dotted or OpenTracing's unsigned 32-bit number,
 * `peer.port` a number or its digits; what is no address or port says nothing. The tracer fills `SpanRecord.remoteEndpoint`
 * with this; the attributes stay.
 */
export function peerEndpoint(attributes: Attributes): Endpoint | undefined {
  let endpoint: { serviceName?: string; ipv4?: string; ipv6?: string; port?: number } | undefined;
  for (let index = 0; index < attributes.length; index += 2) {
    const key = attributes[index] as string;
    if (key.charCodeAt(0) !== 0x70 || !key.startsWith('peer.')) continue;
    const value = attributes[index + 1]!;
    if (key === 'peer.service' && isText(value)) (endpoint ??= {}).serviceName = value;
    else if (key === 'peer.ipv4') {
      const ipv4 = dotted(value);
      if (ipv4 !== undefined) (endpoint ??= {}).ipv4 = ipv4;
    } else if (key === 'peer.ipv6' && isText(value) && isIpv6(value)) (endpoint ??= {}).ipv6 = value;
    else if (key === 'peer.port') {
      const port = portOf(value);
      if (port !== undefined) (endpoint ??= {}).port = port;
    }
  }
  return endpoint;
}

/** Whether this attribute is a peer tag that says the same as the endpoint does, in whatever form. */
export function isPeerValue(key: string, value: AttributeValue, endpoint: Endpoint): boolean {
  if (key === 'peer.service') return value === endpoint.serviceName;
  if (key === 'peer.ipv4') return endpoint.ipv4 !== undefined && dotted(value) === endpoint.ipv4;
  if (key === 'peer.ipv6') return value === endpoint.ipv6;
  return key === 'peer.port' && endpoint.port !== undefined && portOf(value) === endpoint.port;
}

function isText(value: AttributeValue): value is string {
  return typeof value === 'string' && value !== '';
}

/** Some read what follows as octal (RFC 6943 §3.1.1), so nobody knows which address it is. */
const leadingZero = /\b0\d/;

function dotted(value: AttributeValue): string | undefined {
  if (isText(value)) return isIpv4(value) && !leadingZero.test(value) ? value : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0 || value > 0xffff_ffff) return undefined;
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

function portOf(value: AttributeValue): number | undefined {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
}
