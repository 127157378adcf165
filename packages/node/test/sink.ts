import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import type { SpanRecord } from '@spanwise/wire';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';

/** A backend that takes OTLP over HTTP and keeps what it got. */
export class Sink {
  readonly spans: SpanRecord[] = [];
  readonly requests: { path: string; headers: http.IncomingHttpHeaders }[] = [];
  readonly url: string;
  readonly #server: http.Server;

  private constructor(server: http.Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** @param answers `false` takes requests and never answers. */
  static async start(answers: boolean = true): Promise<Sink> {
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sink = new Sink(server);
    server.on('request', (request, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        sink.#take(request, Buffer.concat(chunks));
        if (answers) response.end();
      });
    });
    return sink;
  }

  /** `service name`, sorted. */
  get names(): string[] {
    return this.spans.map((span) => `${span.resource.serviceName} ${span.name}`).sort();
  }

  /** A second call does nothing. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(request: http.IncomingMessage, body: Buffer): void {
    this.requests.push({ path: request.url ?? '', headers: request.headers });
    const json = request.headers['content-type']?.includes('json');
    const { spans } = json ? decodeOtlpJson(body) : decodeOtlpProtobuf(body);
    this.spans.push(...spans);
  }
}
