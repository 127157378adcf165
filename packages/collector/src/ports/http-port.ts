import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { closeDeadlineMillis } from './port-server.ts';
import type { PortServer } from './port-server.ts';

/** A port that speaks HTTP. */
export class HttpPort implements PortServer {
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  async listen(host: string, port: number): Promise<number> {
    await this.#app.listen({ host, port });
    return (this.#app.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#app.server.closeAllConnections(), closeDeadlineMillis);
    try {
      await this.#app.close();
    } finally {
      clearTimeout(timer);
    }
  }
}
