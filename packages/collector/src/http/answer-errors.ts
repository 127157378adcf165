import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { asRefusal } from './refused-request.ts';
import type { RefusedRequest } from './refused-request.ts';

/** Takes faults that are ours, for the log; callers are not shown them. */
export type FaultReport = (error: unknown) => void;

/** Writes a refusal in the form that the clients of a scope understand. */
export type RefusalAnswer = (refusal: RefusedRequest, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Answers everything that a scope's handlers throw, in the scope's own form. */
export function answerErrors(scope: FastifyInstance, report: FaultReport, answer: RefusalAnswer): void {
  scope.setErrorHandler((error, request, reply) => {
    const refusal = asRefusal(error);
    if (refusal.cause !== undefined) report(refusal.cause);
    return answer(refusal, request, reply);
  });
}
