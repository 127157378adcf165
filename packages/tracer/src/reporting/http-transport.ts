import type * as http from 'node:http';
import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import type * as https from 'node:https';

import { UNTRACED } from '@spanwise/opentracing';

import { invalidOption, wholeNumber } from '../internal/invalid-option.ts';
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
  /** Sent with every request, such as `authorization`; checked when the transport is made. None unless given. */
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
 * Throws a `TypeError` for an address that is not one and for headers that HTTP cannot send; it shows no secrets.
 */
export function httpTransport(options: HttpTransportOptions): Transport {
  return new HttpTransport(options);
}

/** The address, or a `TypeError` that shows it, without user and password. */
export function parseHttpUrl(
  option: string,
  url: string | URL,
  defaultPath: string,
  example: string = `http://127.0.0.1:4318${defaultPath}`,
): URL {
  const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw invalidOption(option, hidePassword(String(url)), `must be an http: or https: address such as ${example}`);
  }
  if (parsed.pathname === '/' && parsed.search === '') parsed.pathname = defaultPath;
  return parsed;
}

/** All before the last "@": in what is no address, nobody knows where a password ends. */
function hidePassword(url: string): string {
  return url.replace(/^([a-z]*:\/\/)?[^]*@/i, '$1…@');
}

/** User and password of the address, for basic authentication; undefined where there are none. */
export function credentialsOf(option: string, { username, password, href }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  try {
    return `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  } catch {
    throw invalidOption(option, hidePassword(href), 'must have user and password percent-encoded ("%25" for "%")');
  }
}

class HttpTransport implements Transport {
  readonly #url: URL;
  readonly #credentials: string | undefined;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #acknowledgement: HttpTransportOptions['acknowledgement'];
  readonly #timeoutMillis: number;
  readonly #compress: boolean;
  readonly #http: typeof http | typeof https;
  readonly #agent: Agent;
  readonly #runOutside: <T>(run: () => T) => T;

  constructor(options: HttpTransportOptions) {
    this.#url = parseHttpUrl('httpTransport: url', options.url, '/');
    this.#credentials = credentialsOf('httpTransport: url', this.#url);
    this.#headers = checkHeaders(options.headers);
    this.#acknowledgement = options.acknowledgement;
    this.#timeoutMillis = wholeNumber('httpTransport: timeoutMillis', options.timeoutMillis, 10_000, 1, 2 ** 31 - 1);
    if (options.compression !== undefined && options.compression !== 'gzip' && options.compression !== 'none') {
      throw invalidOption('httpTransport: compression', options.compression, 'must be "gzip" or "none"');
    }
    this.#compress = (options.compression ?? (isLoopback(this.#url.hostname) ? 'none' : 'gzip')) === 'gzip';
    this.#http = process.getBuiltinModule(this.#url.protocol === 'https:' ? 'node:https' : 'node:http');
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
      const outgoing = this.#http.request(this.#requestOptions(request, body), (answer) => {
        this.#read(answer).then(resolve, (error: unknown) => resolve(retry(networkError(error))));
      });
      const timer = setTimeout(
        () => outgoing.destroy(new Error(`no answer in ${this.#timeoutMillis} ms`)),
        this.#timeoutMillis,
      );
      timer.unref();
      // A backend that accepts and never answers must not keep a process running that is done; `flush`
      // does while it waits.
      outgoing.once('socket', (socket) => socket.unref());
      outgoing.once('close', () => clearTimeout(timer));
      outgoing.on('error', (error) => resolve(retry(networkError(error))));
      outgoing.end(body);
    });
  }

  #requestOptions(request: TransportRequest, body: Uint8Array): RequestOptions {
    const { hostname, port, pathname, search } = this.#url;
    const headers: Record<string, string | number> = { 'user-agent': 'spanwise', ...this.#headers };
    headers['content-type'] = request.contentType;
    headers['content-length'] = body.byteLength;
    if (this.#compress) headers['content-encoding'] = 'gzip';
    const options: RequestOptions & { [UNTRACED]: true } = {
      method: 'POST',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: pathname + search,
      headers,
      agent: this.#agent,
      signal: request.signal,
      [UNTRACED]: true,
    };
    if (this.#credentials !== undefined) options.auth = this.#credentials;
    return options;
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

/**
 * Runs a function in the async context of the transport's making. A span that fills a batch would otherwise hand its
 * request's context to a socket that lives for hours, and everything that context holds.
 */
export function outsideOfRequests(): <T>(run: () => T) => T {
  const { AsyncResource } = process.getBuiltinModule('node:async_hooks');
  const resource = new AsyncResource('SpanwiseExport');
  return (run) => resource.runInAsyncScope(run);
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

export function networkError(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? String(error);
}
