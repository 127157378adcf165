import type { IncomingMessage, RequestOptions } from 'node:http';

import { UNTRACED } from '@spanwise/opentracing';

import { credentialsOf, outsideOfRequests } from '../reporting/http-transport.ts';
import type { Timers } from '../reporting/timers.ts';

export interface HttpGetOptions {
  /** For the message when the address has credentials that cannot be read. */
  readonly option: string;
  /** From the start of the request to the end of the answer. */
  readonly timeoutMillis: number;
  readonly maxBytes: number;
  readonly timers: Timers;
}

/**
 * Asks for one small text over HTTP/1.1, on Node, again and again. Its requests get no spans, run outside of the
 * application's requests, follow no redirects, and keep no process running.
 */
export class HttpGet {
  readonly #url: URL;
  readonly #options: HttpGetOptions;
  readonly #credentials: string | undefined;
  readonly #runOutside: <T>(run: () => T) => T = outsideOfRequests();

  constructor(url: URL, options: HttpGetOptions) {
    this.#url = url;
    this.#options = options;
    this.#credentials = credentialsOf(options.option, url);
  }

  /** The body of a 2xx answer; rejects with an `Error` that says in some words what came instead. */
  fetch(signal: AbortSignal): Promise<string> {
    return this.#runOutside(() => this.#fetch(signal));
  }

  #fetch(signal: AbortSignal): Promise<string> {
    const http = process.getBuiltinModule(this.#url.protocol === 'https:' ? 'node:https' : 'node:http');
    const { timers, timeoutMillis, maxBytes } = this.#options;
    return new Promise((resolve, reject) => {
      const outgoing = http.request(this.#requestOptions(signal), (answer) => {
        readText(answer, maxBytes).then(resolve, reject);
      });
      const timer = timers.schedule(timeoutMillis, () => {
        reject(new Error(`no answer in ${timeoutMillis} ms`));
        outgoing.destroy();
      });
      outgoing.once('socket', (socket) => socket.unref());
      outgoing.once('close', () => timer.cancel());
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  #requestOptions(signal: AbortSignal): RequestOptions {
    const { hostname, port, pathname, search } = this.#url;
    const options: RequestOptions & { [UNTRACED]: true } = {
      method: 'GET',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: pathname + search,
      headers: { 'user-agent': 'spanwise', accept: 'application/json' },
      // One request a minute keeps no connection.
      agent: false,
      signal,
      [UNTRACED]: true,
    };
    if (this.#credentials !== undefined) options.auth = this.#credentials;
    return options;
  }
}

/** Leaving the loop, by an error too, destroys the answer and its connection. */
async function readText(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const { statusCode = 0, statusMessage = '' } = answer;
  const isRedirect = statusCode >= 300 && statusCode < 400;
  if (statusCode < 200 || statusCode >= 300) {
    answer.destroy();
    throw new Error(`${statusCode} ${statusMessage}${isRedirect ? ', and redirects are not followed' : ''}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
