import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

import { socketType } from './bind.ts';
import { closeDeadlineMillis } from './port-server.ts';
import type { PortServer } from './port-server.ts';

/** Takes one datagram; never rejects, as there is nobody to tell. */
export type DatagramHandler = (datagram: Buffer) => Promise<void>;

/** Asked of the system, which may give less: what comes while the process is busy waits here, and else is lost unseen. */
const recvBufferSize = 4_194_304;

/** A UDP port. */
export class DatagramPort implements PortServer {
  readonly #handle: DatagramHandler;
  readonly #underWay = new Set<Promise<void>>();
  #socket: Socket | undefined;

  constructor(handle: DatagramHandler) {
    this.#handle = handle;
  }

  listen(host: string, port: number): Promise<number> {
    const socket = createSocket({ type: socketType(host), recvBufferSize });
    socket.on('message', (datagram) => this.#take(datagram));
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ address: host, port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        // Errors of a socket that only receives concern none of its datagrams.
        socket.on('error', () => {});
        this.#socket = socket;
        resolve(socket.address().port);
      });
    });
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => socket.close(resolve));
    await this.#settled();
  }

  #take(datagram: Buffer): void {
    const handled = this.#handle(datagram).finally(() => this.#underWay.delete(handled));
    this.#underWay.add(handled);
  }

  async #settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeDeadlineMillis)));
    await Promise.race([Promise.all(this.#underWay), deadline]);
    clearTimeout(timer);
  }
}
