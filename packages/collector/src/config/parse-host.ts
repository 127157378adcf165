import { isIP, isIPv4 } from 'node:net';

/**
 * Reads the address to listen on. Only loopback is accepted: what the collector keeps may be private, and it cannot ask
 * anybody who they are yet.
 *
 * @throws {RangeError} for anything that other machines could reach, and for what is no address.
 */
export function parseHost(value: unknown): string {
  const host = typeof value === 'string' ? value.trim().replace(/^\[(.*)\]$/, '$1') : '';
  if (host === 'localhost' || isLoopbackAddress(host)) return host;
  const why =
    isIP(host) === 0
      ? 'give a loopback address'
      : 'other machines could reach it and Spanwise has no authentication yet; listen on loopback and use a tunnel';
  throw new RangeError(`${why}: 127.0.0.1, ::1 or localhost`);
}

/** Whether an address is this machine's own: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  return (isIPv4(address) && address.startsWith('127.')) || address === '::1';
}
