import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

/** The collector could not start. `message` says why and names the setting that changes it. */
export class CollectorStartError extends Error {
  override readonly name = 'CollectorStartError';
}

/** Where a server shall listen, and the names of the setting that says so. */
export interface BindTarget {
  readonly host: string;
  readonly port: number;
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
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen({ host: target.host, port: target.port, exclusive: true }, resolve);
    });
  } catch (error) {
    throw startError(target, error);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/**
 * Starts to listen and returns the address as a URL without a path.
 *
 * @throws {CollectorStartError} as `probePort`.
 */
export async function bind(app: FastifyInstance, target: BindTarget): Promise<string> {
  try {
    await app.listen({ host: target.host, port: target.port });
  } catch (error) {
    throw startError(target, error);
  }
  const { port } = app.server.address() as AddressInfo;
  return `http://${target.host.includes(':') ? `[${target.host}]` : target.host}:${port}`;
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
