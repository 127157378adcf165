import { randomBytes } from 'node:crypto';

import type { FastifyInstance, FastifyReply } from 'fastify';

import type { PageAsset } from './page-assets.ts';

/** What the built page writes where the nonce of its styles belongs. */
const noncePlaceholder = '__SPANWISE_STYLE_NONCE__';

const notBuilt = 'The page is not built: run `npm run build` in the checkout, or install @spanwise/ui again.\n';

/**
 * Serves the page: its files, and `index.html` for every address that the page's own router knows. Nothing but this
 * server may be loaded or connected to; styles that scripts add need the nonce, a new one for every answer, which
 * stands in `<meta property="csp-nonce">`.
 */
export class Page {
  readonly #assets: readonly PageAsset[];
  readonly #index: string | undefined;

  constructor(assets: readonly PageAsset[]) {
    this.#assets = assets.filter(({ url }) => url !== '/index.html');
    this.#index = assets.find(({ url }) => url === '/index.html')?.bytes.toString();
  }

  /** Adds a route for `/` and for each file. */
  register(scope: FastifyInstance): void {
    scope.get('/', async (_request, reply) => this.sendIndex(reply));
    scope.get('/index.html', async (_request, reply) => this.sendIndex(reply));
    for (const asset of this.#assets) {
      scope.get(asset.url, async (request, reply) => sendAsset(reply, asset, request.headers['if-none-match']));
    }
  }

  /** Whether a path that no route took is one that the page's router may know: no file, no API. */
  isRoute(method: string, url: string): boolean {
    const path = url.split('?', 1)[0] ?? '';
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || /^\/(?:zipkin\/)?api(?:\/|$)|^\/assets\//.test(path)) return false;
    // Names of services may end like files.
    return path.startsWith('/services/') || !/\.[a-z0-9]{1,5}$/i.test(path);
  }

  sendIndex(reply: FastifyReply): FastifyReply {
    if (this.#index === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({
        'content-security-policy': contentSecurityPolicy(nonce),
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
      })
      .type('text/html; charset=utf-8')
      .send(withNonce(this.#index, nonce));
  }
}

function contentSecurityPolicy(nonce: string): string {
  const self = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'";
  return `${self}; frame-ancestors 'none'; style-src 'self' 'nonce-${nonce}'`;
}

/** Fills the page's own place for the nonce, or makes one. */
function withNonce(html: string, nonce: string): string {
  if (html.includes(noncePlaceholder)) return html.replaceAll(noncePlaceholder, nonce);
  return html.replace('</head>', `<meta property="csp-nonce" nonce="${nonce}"></head>`);
}

function sendAsset(reply: FastifyReply, asset: PageAsset, ifNoneMatch: string | undefined): FastifyReply {
  reply.header('cache-control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  reply.header('etag', asset.etag);
  if (ifNoneMatch === asset.etag) return reply.code(304).send();
  return reply.type(asset.mediaType).send(asset.bytes);
}
