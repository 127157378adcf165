import type { FastifyInstance } from 'fastify';

import { RefusedRequest } from './refused-request.ts';

/**
 * Notes which methods each path has, so that a request with another one gets 405 and `Allow` rather than 404. Make it
 * before any route is registered.
 */
export class KnownMethods {
  readonly #notFound: { readonly hint?: string };
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** `hint` tells what to do about a path that is not there. */
  constructor(app: FastifyInstance, hint?: string) {
    this.#notFound = hint === undefined ? {} : { hint };
    app.addHook('onRoute', ({ url, method }) => {
      this.#routes.push({ pattern: patternOf(url), methods: [method].flat() });
    });
  }

  /** The refusal for a request that no route took. */
  refusalFor(method: string, url: string): RefusedRequest {
    const path = url.split('?', 1)[0] ?? '';
    const methods = new Set(this.#routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods));
    if (methods.size === 0) return new RefusedRequest('not-found', `there is nothing at ${path}`, this.#notFound);
    const allow = [...methods].sort().join(', ');
    return new RefusedRequest('method-not-allowed', `${path} takes ${allow}, not ${method}`, { headers: { allow } });
  }
}

function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  return new RegExp(`^${parts.join('/')}$`);
}
