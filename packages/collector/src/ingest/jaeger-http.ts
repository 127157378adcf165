import type { FastifyInstance, FastifyRequest } from 'fastify';

import { bodyCodecs } from '../formats/body-codecs.ts';
import { answerErrors } from '../http/answer-errors.ts';
import { RefusedRequest } from '../http/refused-request.ts';
import type { IngestParts } from './ingest-parts.ts';
import { mediaType } from './media-type.ts';
import { bodyOf } from './read-body.ts';
import { allowSenders } from './sender-access.ts';
import type { BodyForm } from './span-intake.ts';
import { refuseWithText } from './text-refusal.ts';

const form: BodyForm = { codec: bodyCodecs.jaegerBinary, reportsRejected: false };
const types = ['application/x-thrift', 'application/vnd.apache.thrift.binary'];

/**
 * `POST /api/traces` of Jaeger's collector: a `Batch` of jaeger.thrift in Thrift's binary protocol; 202 without a body once
 * stored, a refusal as plain text. The parameter `format`, of which `jaeger.thrift` was the one value, is not looked at. A
 * span that cannot be kept is left out and counted; when none is left the answer is 400.
 */
export function jaegerHttpIngest(app: FastifyInstance, { intake, counters, check, report }: IngestParts): void {
  answerErrors(app, report, (refusal, _request, reply) => {
    counters.countBody(refusal.status === 415 ? 'unknown' : form.codec.name, refusal.status);
    return refuseWithText(reply, refusal);
  });
  allowSenders(app, check, ['/api/traces']);
  app.post('/api/traces', async (request, reply) => {
    if (!types.includes(mediaType(request.headers['content-type']))) throw unsupported(request);
    await intake.receive(bodyOf(request.raw), form);
    counters.countBody(form.codec.name, 202);
    return reply.code(202).send();
  });
}

function unsupported(request: FastifyRequest): RefusedRequest {
  const type = request.headers['content-type'] ?? '';
  const hint = `send a batch of jaeger.thrift in the binary protocol as ${types[0]}`;
  return new RefusedRequest('unsupported-media-type', `Content-Type "${type}" is not supported`, { hint });
}
