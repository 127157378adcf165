import { UNTRACED } from '@spanwise/opentracing';

/** What a `Request` object has in every implementation of fetch. */
interface RequestLike {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
}

/** Methods that fetch itself writes in capitals; others keep their case (Fetch standard, "normalize a method"). */
const NORMALIZED_METHOD = /^(?:delete|get|head|options|post|put)$/i;

/**
 * A call of `fetch` as the application made it: a string, a `URL` or a `Request`, and perhaps an init. What the
 * application gave is never written to, and no body is touched.
 */
export class FetchRequest {
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The host's name or address, without the port. */
  readonly host: string;
  readonly #input: unknown;
  readonly #init: RequestInit | undefined;
  readonly #headers: Headers;

  /** @throws what `URL` and `Headers` throw for an address or headers that fetch would refuse too. */
  constructor(input: unknown, init: unknown) {
    this.#input = input;
    this.#init = typeof init === 'object' && init !== null ? init : undefined;
    const request = isRequest(input) ? input : undefined;
    const url = new URL(request?.url ?? String(input), baseUrl());
    const method = this.#init?.method ?? request?.method ?? 'GET';
    this.method = NORMALIZED_METHOD.test(method) ? method.toUpperCase() : method;
    this.url = url.href;
    this.host = url.hostname;
    // As fetch does: headers of the init replace all of the request's.
    this.#headers = new Headers(this.#init?.headers ?? request?.headers);
  }

  /** The headers that the application gave, by lower-case name; a copy. */
  get headers(): { [name: string]: string } {
    return Object.fromEntries(this.#headers);
  }

  /** Adds a header, in the place of one that the application gave. */
  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  /**
   * Arguments for `fetch` that say the same, with the headers added. They are marked as seen, so that another
   * instrumentation below this one makes no second span.
   */
  toArguments(): [unknown, RequestInit] {
    return [this.#input, { ...this.#init, headers: this.#headers, [UNTRACED]: true } as RequestInit];
  }
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
