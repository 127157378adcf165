import { isIP } from 'node:net';

/** The other side of a connection. */
export interface Peer {
  /** Its IP address; `undefined` for what is none, such as the path of a socket. */
  readonly address: string | undefined;
  /** Its port; `undefined` without an address. */
  readonly port: number | undefined;
}

/**
 * Reads what `getPeer` gives: `127.0.0.1:50051`, `[::1]:50051` or, on servers, `::1:50051`. It gives a name while there
 * is no connection, and `unknown` where there is no address.
 */
export function parsePeer(text: string): Peer {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(colon, 0)).replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return { address: undefined, port: undefined };
  return { address, port: Number(text.slice(colon + 1)) };
}
