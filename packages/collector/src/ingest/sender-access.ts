import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { CallerCheck } from '../http/caller-check.ts';

/**
 * CORS for an ingest scope: spans are taken from pages of listed origins and from programs; other pages get 403.
 * Answers preflight requests at `urls`.
 */
export function allowSenders(scope: FastifyInstance, check: CallerCheck, urls: readonly string[]): void {
  scope.addHook('onRequest', async (request, reply) => {
    reply.header('vary', 'Origin');
    const origin = check.checkSender(request.headers);
    if (origin === undefined) return;
    reply.header('access-control-allow-origin', origin);
    // Pages see no other header of an answer to another origin, and are to come back when they are told.
    reply.header('access-control-expose-headers', 'retry-after');
  });
  for (const url of urls) scope.options(url, answerPreflight);
}

function answerPreflight(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wanted = request.headers['access-control-request-headers'];
  reply.header('access-control-allow-methods', 'POST');
  reply.header('access-control-allow-headers', wanted ?? 'content-type, content-encoding');
  reply.header('access-control-max-age', '7200');
  // Chromium asks before a public page may reach loopback (Private Network Access).
  if (request.headers['access-control-request-private-network'] === 'true') {
    reply.header('access-control-allow-private-network', 'true');
  }
  return reply.code(204).send();
}
