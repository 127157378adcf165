import { isIpv4, isIpv6 } from '../internal/ip-address.ts';
import type { JsonObject } from '../internal/json-input.ts';
import type { Endpoint } from '../span-record.ts';

/** A service name (possibly empty) and the address, undefined when there is none. */
export interface ZipkinEndpoint {
  readonly serviceName: string;
  readonly address: Pick<Endpoint, 'ipv4' | 'ipv6' | 'port'> | undefined;
}

/**
 * An endpoint as zipkin2 takes it: addresses that are none are ignored, IPv4 and IPv6 are told apart by their looks and
 * not by the member's name, IPv4 mapped into IPv6 is IPv4, port 0 is none.
 */
export function endpointOf(object: JsonObject): ZipkinEndpoint {
  const { serviceName } = object;
  const address: { ipv4?: string; ipv6?: string; port?: number } = {};
  for (const text of [object['ipv6'], object['ipv4']]) {
    if (typeof text !== 'string') continue;
    const ipv4 = ipv4Of(text);
    if (ipv4 !== undefined) address.ipv4 = ipv4;
    else if (isIpv6(text)) address.ipv6 = text;
  }
  const port = portOf(object['port']);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) address.port = port;
  return {
    serviceName: typeof serviceName === 'string' ? serviceName : '',
    address: Object.keys(address).length === 0 ? undefined : address,
  };
}

/** Lists and maps are not converted: a deeply nested one would exhaust the stack. */
function portOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
}

function ipv4Of(text: string): string | undefined {
  const match = /^(?:::ffff:)?(?<dotted>\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text);
  const dotted = match?.groups?.['dotted'];
  return dotted !== undefined && isIpv4(dotted) ? dotted : undefined;
}
