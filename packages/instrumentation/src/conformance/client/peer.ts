import { EventEmitter, once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A request that arrived. */
export interface Arrived {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server of the kit does with a request whose body has been read. */
export type Respond = (response: ServerResponse, request: Arrived) => void;

/** The server that clients under test call. */
export class Peer {
  readonly origin: string;
  /** The requests so far, in the order in which they arrived. */
  readonly arrived: readonly Arrived[];
  readonly #server: Server;

  private constructor(server: Server, arrived: readonly Arrived[]) {
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.arrived = arrived;
    this.#server = server;
  }

  /** Starts a server on a free port of the loopback. */
  static async start(respond: Respond): Promise<Peer> {
    const arrived: Arrived[] = [];
    const server = createServer((request, response) => {
      void read(request).then((one) => {
        arrived.push(one);
        respond(response, one);
      });
    });
    // Past `http.Server.prototype.emit`, which an instrumentation may have replaced: no spans of this server.
    // oxlint-disable-next-line typescript/unbound-method -- it becomes a method of the server
    server.emit = EventEmitter.prototype.emit;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Peer(server, arrived);
  }

  /**
   * An address that refuses connections for as long as this server runs: the other end of a connection to it. Of a port
   * that is only free, somebody else may make a server in between.
   */
  async refusingOrigin(): Promise<string> {
    const socket = connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    // It may be told of the end of the server by a reset.
    socket.on('error', () => {});
    return `http://127.0.0.1:${socket.localPort}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function read(request: IncomingMessage): Promise<Arrived> {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part as string;
  return { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body };
}
