import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { parentIdHex, spanIdHex, traceIdHex } from '@spanwise/wire';
import type { Attributes, SpanRecord } from '@spanwise/wire';
import { decodeOtlpJson } from '@spanwise/wire/otlp/decode';

/** One request that a server got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a server answers. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

type Answering = (request: Received) => Answer | undefined | Promise<Answer | undefined>;

/** A span as tests read it. */
export interface SeenSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly kind: number;
  readonly status: number;
  readonly tags: Record<string, unknown>;
  readonly logs: readonly {
    readonly name: string;
    readonly fields: Record<string, unknown>;
    readonly millis: number;
  }[];
  readonly startMillis: number;
  readonly endMillis: number;
  readonly record: SpanRecord;
}

/**
 * A real server on a free port that remembers what it got. `/v1/traces` takes spans and reads them with the collector's own
 * decoder; it and `/api/…` answer pages of every origin, and everything else is answered as the test says.
 */
export class Site {
  readonly received: Received[] = [];
  readonly #server: Server;
  #answering: Answering = () => undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  /** Another name of the same server is another origin. */
  origin(host = '127.0.0.1'): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets what came, and answers so from now on; what it gives no answer for is answered as usual. */
  reset(answering: Answering = () => undefined): void {
    this.received.length = 0;
    this.#answering = answering;
  }

  /** Requests to this path, without preflights. */
  to(path: string): Received[] {
    return this.received.filter((request) => request.path === path && request.method !== 'OPTIONS');
  }

  get preflights(): Received[] {
    return this.received.filter(({ method }) => method === 'OPTIONS');
  }

  /** The spans that came, in order. */
  get spans(): SeenSpan[] {
    return this.to('/v1/traces').flatMap(({ body }) => decodeOtlpJson(Buffer.from(body)).spans.map(seen));
  }

  /** The one span of this name. */
  span(name: string): SeenSpan {
    const found = this.spans.filter((span) => span.name === name);
    if (found.length !== 1)
      throw new Error(`${found.length} spans are named ${name}: ${this.spans.map((span) => span.name).join(', ')}`);
    return found[0]!;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.received.push(received);
    const { status, headers, body } = (await this.#answering(received)) ?? usual(received);
    response.writeHead(status ?? 200, {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': received.headers['access-control-request-headers'] ?? '',
      'access-control-expose-headers': 'retry-after',
      'cache-control': 'no-store',
      ...headers,
    });
    response.end(body);
  }
}

function usual({ path, method }: Received): Answer {
  if (method === 'OPTIONS') return { status: 204 };
  if (path === '/v1/traces') return { headers: { 'content-type': 'application/json' }, body: '{}' };
  if (path.startsWith('/api/')) return { headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
  return { status: 404 };
}

function seen(record: SpanRecord): SeenSpan {
  const startMillis = record.startMicros / 1000;
  return {
    name: record.name,
    traceId: traceIdHex(record),
    spanId: spanIdHex(record),
    parentId: parentIdHex(record),
    kind: record.kind,
    status: record.status,
    tags: fieldsOf(record.attributes),
    logs: record.events.map(({ name, attributes, timeMicros }) => ({
      name,
      fields: fieldsOf(attributes),
      millis: timeMicros / 1000,
    })),
    startMillis,
    endMillis: startMillis + (record.durationNanos ?? Number.NaN) / 1e6,
    record,
  };
}

/** Keys and values in turn. */
function fieldsOf(attributes: Attributes): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let index = 0; index < attributes.length; index += 2)
    fields[attributes[index] as string] = attributes[index + 1];
  return fields;
}
