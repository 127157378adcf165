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

const form: BodyForm = { codec: bodyCodecs.zipkinV2Json, reportsRejected: false };

/** Under both prefixes, as the query API is. */
const addresses = ['/api/v2/spans', '/zipkin/api/v2/spans'];

/**
 * `POST /api/v2/spans` of Zipkin's API: JSON v2, without a content type or under any that is well-formed and not that of a binary form, as Zipkin
 * itself has it (browsers' `sendBeacon` says `text/plain`, curl says a form); 202 without a body once stored, a refusal
 * as plain text. A span that cannot be kept is left out and counted; when none is left the answer is 400. Version 1 and
 * the binary forms are refused with a text that says so.
 */
export function zipkinHttpIngest(app: FastifyInstance, { intake, counters, check, report }: IngestParts): void {
  answerErrors(app, report, (refusal, _request, reply) => {
    counters.countBody(refusal.status === 415 ? 'unknown' : form.codec.name, refusal.status);
    return refuseWithText(reply, refusal);
  });
  allowSenders(app, check, addresses);
  for (const address of addresses) {
    app.post(address, async (request, reply) => {
      if (!isJson(request)) throw unsupported(request);
      await intake.receive(bodyOf(request.raw), form);
      counters.countBody(form.codec.name, 202);
      return reply.code(202).send();
    });
  }
  app.post('/api/v1/spans', async () => {
    const hint = 'send JSON version 2 to /api/v2/spans';
    throw new RefusedRequest('unsupported-media-type', 'Zipkin format version 1 is not supported', { hint });
  });
}

const binaryForms = /protobuf|thrift|grpc/;

function isJson(request: FastifyRequest): boolean {
  return !binaryForms.test(mediaType(request.headers['content-type']));
}

function unsupported(request: FastifyRequest): RefusedRequest {
  const type = request.headers['content-type'] ?? '';
  const hint = 'send JSON version 2 as application/json';
  return new RefusedRequest('unsupported-media-type', `Content-Type "${type}" is not supported`, { hint });
}
