import { UNTRACED } from '@spanwise/opentracing';

import { isEmptyInit, plainInit } from './request-init.ts';
import type { PlainInit } from './request-init.ts';

/** What a `Request` object has in every implementation of fetch. */
interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly mode?: unknown;
  readonly referrer?: unknown;
  readonly referrerPolicy?: unknown;
  readonly signal?: unknown;
}

/** Methods that fetch itself writes in capitals; others keep their case (Fetch standard, "normalize a method"). */
const NORMALIZED_METHOD = /^(?:delete|get|head|options|post|put)$/i;

/**
 * A call of `fetch` as the application made it: a string, a `URL` or a `Request`, and perhaps an init. What the
 * application gave is never written to, and no body is touched.
 */
export class FetchRequest {
  /** As `fetch` will send it: standard methods in capitals, `GET` when none was given. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The host's name or address, without the port. */
  readonly host: string;
  /** What the application may abort the request by; `undefined` when it gave none. */
  readonly signal: AbortSignal | undefined;
  readonly #input: unknown;
  readonly #init: PlainInit;
  readonly #headers: Headers;

  /** @throws what `URL` and `Headers` throw for an address or headers that fetch would refuse too. */
  constructor(input: unknown, init: unknown) {
    this.#input = input;
    this.#init = plainInit(init);
    const request = isRequest(input) ? input : undefined;
    const {
      method = request?.method ?? 'GET',
      headers = request?.headers,
      // As in fetch, `null` takes the one of the request away.
      signal = request?.signal,
    } = this.#init;
    const url = new URL(request?.url ?? String(input), baseUrl());
    this.method = NORMALIZED_METHOD.test(String(method)) ? String(method).toUpperCase() : String(method);
    this.url = url.href;
    this.host = url.hostname;
    this.signal = (signal ?? undefined) as AbortSignal | undefined;
    // As fetch does: headers of the init replace all of the request's.
    this.#headers = new Headers(headers as RequestInit['headers']);
  }

  /** The headers that the application gave, by lower-case name; a copy. */
  get headers(): { [name: string]: string } {
    return Object.fromEntries(this.#headers);
  }

  /** Adds a header, in the place of one that the application gave. */
  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  /** Leaves out a header that the application gave. */
  removeHeader(name: string): void {
    this.#headers.delete(name);
  }

  /**
   * Arguments for `fetch` that say the same, with the headers added. They are marked as seen, so that another
   * instrumentation below this one makes no second span.
   *
   * A navigation that a service worker passes on gets no headers: with an init, fetch makes it
   * something else or refuses it.
   */
  toArguments(): [unknown, RequestInit] {
    const added: PlainInit & { [UNTRACED]: true } = { ...this.#init, [UNTRACED]: true };
    if (!isRequest(this.#input) || !isEmptyInit(this.#init)) {
      added['headers'] = this.#headers;
    } else if (this.#input.mode !== 'navigate') {
      Object.assign(added, whatAnInitResets(this.#input), { headers: this.#headers });
    }
    return [this.#input, added as RequestInit];
  }
}

/**
 * A `Request` falls back to its defaults in these when an init says anything (Fetch standard, "if init is not empty").
 */
function whatAnInitResets({ referrer, referrerPolicy }: RequestLike): PlainInit {
  return { ...(referrer !== undefined && { referrer }), ...(referrerPolicy !== undefined && { referrerPolicy }) };
}

function isRequest(input: unknown): input is RequestLike {
  const like = input as Partial<RequestLike> | null | undefined;
  return typeof like === 'object' && typeof like?.url === 'string' && typeof like.method === 'string';
}

/** A page and a worker resolve relative addresses; Node refuses them. */
function baseUrl(): string | undefined {
  const { document, location } = globalThis as { document?: { baseURI?: string }; location?: { href?: string } };
  return document?.baseURI ?? location?.href;
}
