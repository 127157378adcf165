import type { IncomingHttpHeaders } from 'node:http';

import { isLoopbackAddress } from '../config/parse-host.ts';
import { RefusedRequest } from './refused-request.ts';

/**
 * Keeps other web sites out. A page from anywhere can make its visitor's browser send requests to loopback, and by
 * DNS rebinding even read the answers under a name of its own; so the name in `Host` must be ours, and `Origin`, where
 * a browser sends one, must be this very server (or, for ingest, one that was listed).
 *
 * Programs that are no browsers send no `Origin` and are not concerned.
 */
export class CallerCheck {
  readonly #host: string;
  readonly #allowedOrigins: ReadonlySet<string>;

  /** `host` is the address that was configured; it and every loopback name are ours. */
  constructor(host: string, allowedOrigins: readonly string[]) {
    this.#host = host.toLowerCase();
    this.#allowedOrigins = new Set(allowedOrigins);
  }

  /**
   * For whatever can be read: the page, the query APIs, metrics.
   *
   * @throws {RefusedRequest} `forbidden-host` or `forbidden-origin`.
   */
  checkReader(headers: IncomingHttpHeaders): void {
    if (!this.#isOurs(headers.host)) {
      const message = `Host "${headers.host ?? ''}" is not a name of this collector`;
      throw new RefusedRequest('forbidden-host', message, { hint: 'open it as http://127.0.0.1 or http://localhost' });
    }
    if (headers.origin !== undefined && !this.#isSameOrigin(headers)) throw foreignOrigin(headers.origin);
    const site = headers['sec-fetch-site'];
    const isForeign = site === 'cross-site' || site === 'same-site';
    // Following a link to here shows the answer to the visitor, never to the page that has the link.
    if (isForeign && headers['sec-fetch-mode'] !== 'navigate') throw foreignOrigin(site);
  }

  /**
   * For ingest: the value for `Access-Control-Allow-Origin`, `undefined` when no browser asks.
   *
   * @throws {RefusedRequest} `forbidden-origin` when the origin is not listed.
   */
  checkSender(headers: IncomingHttpHeaders): string | undefined {
    const { origin } = headers;
    if (origin === undefined) return undefined;
    if (this.#allowedOrigins.has(origin)) return origin;
    if (this.#allowedOrigins.has('*')) return '*';
    if (this.#isOurs(headers.host) && this.#isSameOrigin(headers)) return origin;
    throw new RefusedRequest('forbidden-origin', `spans from pages of ${origin} are not taken`, {
      hint: 'name the origin in --allowed-origins (SPANWISE_ALLOWED_ORIGINS)',
    });
  }

  #isSameOrigin({ origin, host }: IncomingHttpHeaders): boolean {
    return origin?.toLowerCase() === `http://${host?.toLowerCase()}`;
  }

  #isOurs(header: string | undefined): boolean {
    const name = header
      ?.toLowerCase()
      .replace(/:\d{1,5}$/, '')
      .replace(/^\[(.*)\]$/, '$1');
    if (name === undefined || name === '') return false;
    return name === this.#host || name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
  }
}

function foreignOrigin(origin: string): RefusedRequest {
  return new RefusedRequest('forbidden-origin', `requests from other web sites are not answered (${origin})`);
}
