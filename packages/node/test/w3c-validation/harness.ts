import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One line of a request's head, as it stands on the wire. */
export type HeaderLine = readonly [name: string, value: string];

/** The suite's side: sends requests to the service, and is what the service calls. */
export class Harness {
  readonly #server: http.Server;
  /** The lines of each call that came, by its path. */
  readonly #calls = new Map<string, HeaderLine[]>();
  #requests = 0;

  private constructor(server: http.Server) {
    this.#server = server;
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      this.#calls.set(request.url ?? '', linesOf(request.rawHeaders));
      request.resume().on('end', () => response.end('null'));
    });
  }

  static async start(): Promise<Harness> {
    const server = http.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Harness(server);
  }

  /**
   * Sends the service a request with these lines, nothing joined or trimmed, and asks it for some calls.
   *
   * @returns the lines of each call
   */
  async send(service: string, lines: readonly HeaderLine[], calls: number): Promise<readonly HeaderLine[][]> {
    const { port } = this.#server.address() as AddressInfo;
    const scope = ++this.#requests;
    const paths = Array.from({ length: calls }, (_, index) => `/${scope}.${index}`);
    const asked = paths.map((path) => ({ url: `http://127.0.0.1:${port}${path}`, arguments: [] }));
    await post(service, lines, JSON.stringify(asked));
    return paths.map((path) => {
      const received = this.#calls.get(path);
      if (received === undefined) throw new Error(`the service did not call ${path}`);
      return received;
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function post(url: string, lines: readonly HeaderLine[], body: string): Promise<void> {
  // An array goes out line by line; an object could not have two lines of one name.
  const headers = [
    ['Host', new URL(url).host],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ...lines,
  ].flat();
  const request = http.request(url, { method: 'POST', headers }).end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`the service answered ${response.statusCode}: ${answer}`);
}

/** Names and values stand in turn there. */
function linesOf(rawHeaders: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push([rawHeaders[at]!, rawHeaders[at + 1]!]);
  return lines;
}
