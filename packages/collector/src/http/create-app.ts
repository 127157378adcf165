import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import { asRefusal } from './refused-request.ts';
import type { RefusalAnswer } from './answer-errors.ts';

/**
 * A server as all ports of the collector have it. Bodies reach handlers unread: ingest reads them itself, within its
 * limits, and nothing else takes one. `answer` writes the refusal of requests that never reach a scope.
 */
export function createApp(answer: RefusalAnswer): FastifyInstance {
  const app = Fastify({
    logger: false,
    // Longer than clients keep an idle connection, so that it is the client who lets go: else a request that crosses
    // the close on its way is lost.
    keepAliveTimeout: 75_000,
    requestTimeout: 120_000,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void answer(asRefusal(error), request, reply),
    // As long as a request line can be: handlers say better than the router what is wrong with an id.
    routerOptions: { maxParamLength: 16_384 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  return app;
}
