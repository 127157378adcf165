import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import { asRefusal } from './refused-request.ts';
import type { RefusalAnswer } from './answer-errors.ts';

/** For headers, and for requests that nobody reads. */
const leastRequestTimeoutMillis = 120_000;

/**
 * A server as all ports of the collector have it. Bodies reach handlers unread: ingest reads them itself, within its
 * limits, and nothing else takes one; `bodyTimeoutMillis` is theirs. `answer` writes the refusal of requests that never reach a scope.
 */
export function createApp(bodyTimeoutMillis: number, answer: RefusalAnswer): FastifyInstance {
  const app = Fastify({
    logger: false,
    // Longer than clients keep an idle connection, so that it is the client who lets go: else a request that crosses
    // the close on its way is lost.
    keepAliveTimeout: 75_000,
    // Ingest may wait this long for a body and as long again for the rest of one that it refused.
    requestTimeout: Math.max(leastRequestTimeoutMillis, 2 * bodyTimeoutMillis + leastRequestTimeoutMillis / 2),
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void answer(asRefusal(error), request, reply),
    // As long as a request line can be: handlers say better than the router what is wrong with an id.
    routerOptions: { maxParamLength: 16_384 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  return app;
}
