import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';

/** A broker on a free port of the loopback, with the clients that tests open. */
export class Broker {
  readonly port: number;
  readonly aedes: Aedes;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #clients: MqttClient[] = [];

  static async start(port: number = 0): Promise<Broker> {
    const aedes = await Aedes.createBroker();
    const server = net.createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Broker(aedes, server);
  }

  private constructor(aedes: Aedes, server: net.Server) {
    this.aedes = aedes;
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      aedes.handle(socket);
    });
  }

  /** A client that is connected. */
  async connect(options: IClientOptions = {}): Promise<MqttClient> {
    const client = this.client(options);
    await once(client as unknown as NodeJS.EventEmitter, 'connect');
    return client;
  }

  /** A client that is about to connect, or with `manualConnect` is not. */
  client(options: IClientOptions = {}): MqttClient {
    const client = mqtt.connect({ host: '127.0.0.1', port: this.port, protocolVersion: 5, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Ends the clients and the broker. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.endAsync(true)));
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => this.aedes.close(resolve));
  }
}
