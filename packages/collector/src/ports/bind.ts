import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

import type { PortServer } from './port-server.ts';

/** The collector could not start. `message` says why and names the setting that changes it. */
export class CollectorStartError extends Error {
  override readonly name = 'CollectorStartError';
}

/** Where a server shall listen, and the names of the setting that says so. */
export interface BindTarget {
  readonly host: string;
  readonly port: number;
  readonly transport: 'tcp' | 'udp';
  /** Of the address. */
  readonly scheme: string;
  readonly flag: string;
  readonly variable: string;
}

/**
 * Finds out early whether a port can be had, before anything slow begins.
 *
 * @throws {CollectorStartError} when it is in use or not ours to take.
 */
export async function probePort(target: BindTarget): Promise<void> {
  if (target.port === 0) return;
  try {
    await (target.transport === 'udp' ? probeDatagrams(target) : probeConnections(target));
  } catch (error) {
    throw startError(target, error);
  }
}

/**
 * Starts to listen and returns the address as a URL without a path.
 *
 * @throws {CollectorStartError} as `probePort`.
 */
export async function bind(server: PortServer, target: BindTarget): Promise<string> {
  const { host, scheme } = target;
  try {
    const port = await server.listen(host, target.port);
    return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  } catch (error) {
    throw startError(target, error);
  }
}

async function probeConnections({ host, port }: BindTarget): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen({ host, port, exclusive: true }, resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

async function probeDatagrams({ host, port }: BindTarget): Promise<void> {
  const probe = createSocket(socketType(host));
  probe.bind({ address: host, port, exclusive: true });
  try {
    await once(probe, 'listening');
  } finally {
    probe.close();
  }
}

/** The kind of UDP socket that an address needs. */
export function socketType(host: string): 'udp4' | 'udp6' {
  return host.includes(':') ? 'udp6' : 'udp4';
}

function startError({ host, port, flag, variable }: BindTarget, error: unknown): CollectorStartError {
  const { code, message } = error as NodeJS.ErrnoException;
  const otherPort = `choose another with ${flag} PORT (${variable}), or switch it off with ${flag} off`;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is in use; end the program that holds it, or ${otherPort}`,
    EACCES: `port ${port} on ${host} may not be opened by this user; ${otherPort}`,
    EADDRNOTAVAIL: `this machine has no address ${host}; change --host (SPANWISE_HOST)`,
  };
  const reason = reasons[code ?? ''] ?? `cannot listen on port ${port} of ${host}: ${message}; ${otherPort}`;
  return new CollectorStartError(reason, { cause: error });
}
