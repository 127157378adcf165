import type { FastifyReply } from 'fastify';

import type { RefusedRequest } from '../http/refused-request.ts';

/** Writes a refusal as plain text, as Zipkin's and Jaeger's clients log it. */
export function refuseWithText(reply: FastifyReply, refusal: RefusedRequest): FastifyReply {
  return reply
    .code(refusal.status)
    .headers(refusal.headers)
    .type('text/plain; charset=utf-8')
    .send(refusalText(refusal));
}

/** What was wrong, and what to do about it. */
export function refusalText({ message, hint }: RefusedRequest): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
