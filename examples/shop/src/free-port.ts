import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A loopback port that nobody has at the moment, for who must know it before it is used. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
