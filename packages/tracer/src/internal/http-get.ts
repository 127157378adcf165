import type { IncomingMessage, RequestOptions } from 'node:http';

import type { Timers } from '../timers.ts';
import { httpModuleFor, limitRequest, outsideOfRequests, requestOptions } from './http-request.ts';

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
  readonly #address: RequestOptions;
  readonly #runOutside: <T>(run: () => T) => T = outsideOfRequests();

  constructor(url: URL, options: HttpGetOptions) {
    this.#url = url;
    this.#options = options;
    this.#address = requestOptions(options.option, url);
  }

  /** The body of a 2xx answer; rejects with an `Error` that says in some words what came instead. */
  fetch(signal: AbortSignal): Promise<string> {
    return this.#runOutside(() => this.#fetch(signal));
  }

  #fetch(signal: AbortSignal): Promise<string> {
    const { timers, timeoutMillis, maxBytes } = this.#options;
    return new Promise((resolve, reject) => {
      const outgoing = httpModuleFor(this.#url).request(this.#requestOptions(signal), (answer) => {
        readText(answer, maxBytes).then(resolve, reject);
      });
      limitRequest(outgoing, timeoutMillis, timers, reject);
      outgoing.end();
    });
  }

  #requestOptions(signal: AbortSignal): RequestOptions {
    const headers = { 'user-agent': 'spanwise', accept: 'application/json' };
    // One request a minute keeps no connection.
    return { ...this.#address, method: 'GET', headers, agent: false, signal };
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
