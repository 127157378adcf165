import type { Agent, IncomingMessage, RequestOptions } from 'node:http';

import type { HttpModule } from '../internal/http-request.ts';
import {
  httpModuleFor,
  limitRequest,
  networkError,
  outsideOfRequests,
  parseHttpUrl,
  requestOptions,
} from '../internal/http-request.ts';
import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
import { longestTimerMillis, systemTimers } from '../timers.ts';
import { checkHeaders } from './check-headers.ts';
import { parseRetryAfter } from './retry-after.ts';
import type { Transport, TransportOutcome, TransportRequest } from './transport.ts';

/** How the backend answered a body it took: spans it refused, and why. */
export interface Acknowledgement {
  /** How many spans of the body it did not take. */
  readonly rejectedSpans: number;
  /** Its reason, for the operator; empty without one. */
  readonly message: string;
}

/** Where an `httpTransport` sends, and how. */
export interface HttpTransportOptions {
  /** `http:` or `https:`, the whole address. A user and password in it become basic authentication. */
  readonly url: string;
  /**
   * Sent with every request, such as `authorization`; checked when the transport is made. Not those of the connection and of
   * the body's length and form (`transfer-encoding`, `content-encoding`), which are the transport's. `host` may be another one
   * than the address says. None unless given.
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** From the start of a request to the end of its answer. 10,000 unless given. */
  readonly timeoutMillis?: number;
  /** `gzip` unless the host is this machine, `none` there. */
  readonly compression?: 'gzip' | 'none';
  /** Reads what a 2xx answer says about spans refused; without it all are delivered. Must not throw. */
  readonly acknowledgement?: (body: Uint8Array, contentType: string) => Acknowledgement;
}

/** An answer is read as far as this; nothing a backend says about spans is longer. */
const maxAnswerBytes = 65_536;

/**
 * Posts bodies over HTTP/1.1 with kept-alive connections, on Node.
 *
 * 2xx is delivered; 429, 502, 503, 504, a time-out and every network error may be retried, after `Retry-After` where it
 * is given (OTLP specification, "OTLP/HTTP Response"); every other status is refused, and so is a request that cannot
 * be made. Redirects are not followed.
 *
 * Throws a `TypeError` for an address that is not one and for headers that HTTP cannot send or that are not for the application to
 * set; it shows no secrets.
 */
export function httpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options);
}

class HttpTransport implements Transport {
  readonly #address: RequestOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #acknowledgement: HttpTransportOptions['acknowledgement'];
  readonly #timeoutMillis: number;
  readonly #compress: boolean;
  readonly #http: HttpModule;
  readonly #agent: Agent;
  readonly #runOutside: <T>(run: () => T) => T;

  constructor(options: HttpTransportOptions) {
    const url = parseHttpUrl('httpTransport: url', options.url, '/');
    this.#address = requestOptions('httpTransport: url', url);
    this.#headers = checkHeaders(options.headers);
    this.#acknowledgement = options.acknowledgement;
    this.#timeoutMillis = wholeNumber(
      'httpTransport: timeoutMillis',
      options.timeoutMillis,
      10_000,
      1,
      longestTimerMillis,
    );
    if (options.compression !== undefined && options.compression !== 'gzip' && options.compression !== 'none') {
      throw invalidOption('httpTransport: compression', options.compression, 'must be "gzip" or "none"');
    }
    this.#compress = (options.compression ?? (isLoopback(url.hostname) ? 'none' : 'gzip')) === 'gzip';
    this.#http = httpModuleFor(url);
    this.#agent = new this.#http.Agent({ keepAlive: true });
    this.#runOutside = outsideOfRequests();
  }

  async send(request: TransportRequest): Promise<TransportOutcome> {
    if (request.signal.aborted) return retry('aborted');
    const body = this.#compress ? await gzip(request.body) : request.body;
    return this.#runOutside(() => this.#post(request, body)).catch(refused);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Rejects when the request cannot even be made. */
  #post(request: TransportRequest, body: Uint8Array): Promise<TransportOutcome> {
    return new Promise((resolve) => {
      const failed = (error: unknown): void => resolve(retry(networkError(error)));
      const outgoing = this.#http.request(this.#requestOptions(request, body), (answer) => {
        this.#read(answer).then(resolve, failed);
      });
      limitRequest(outgoing, this.#timeoutMillis, systemTimers, failed);
      outgoing.end(body);
    });
  }

  #requestOptions(request: TransportRequest, body: Uint8Array): RequestOptions {
    const headers: Record<string, string | number> = { 'user-agent': 'spanwise', ...this.#headers };
    headers['content-type'] = request.contentType;
    headers['content-length'] = body.byteLength;
    if (this.#compress) headers['content-encoding'] = 'gzip';
    return { ...this.#address, method: 'POST', headers, agent: this.#agent, signal: request.signal };
  }

  async #read(answer: IncomingMessage): Promise<TransportOutcome> {
    const body = await readAnswer(answer);
    const status = answer.statusCode ?? 0;
    const message = `${status} ${answer.statusMessage ?? ''}`.trimEnd();
    if (status >= 200 && status < 300) {
      const read = this.#acknowledgement?.(body, answer.headers['content-type'] ?? '');
      return { kind: 'delivered', rejectedSpans: read?.rejectedSpans ?? 0, message: read?.message || message };
    }
    if (status === 429 || status === 502 || status === 503 || status === 504) {
      return { kind: 'retry', message, retryAfterMillis: parseRetryAfter(answer.headers['retry-after'], Date.now()) };
    }
    return { kind: 'refused', message };
  }
}

/** The answer's first bytes. A longer one is cut off, which costs the connection. */
async function readAnswer(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    // Leaving the loop destroys the answer.
    if (length >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes);
}

function gzip(body: Uint8Array): Promise<Uint8Array> {
  const zlib = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    zlib.gzip(body, { level: zlib.constants.Z_BEST_SPEED }, (error, compressed) => {
      if (error === null) resolve(compressed);
      else reject(error);
    });
  });
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function retry(message: string): TransportOutcome {
  return { kind: 'retry', message, retryAfterMillis: undefined };
}

/** The same request would fail for ever. */
function refused(error: unknown): TransportOutcome {
  return { kind: 'refused', message: networkError(error) };
}
