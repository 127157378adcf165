import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { bodyCodecs } from '../formats/body-codecs.ts';
import { answerErrors } from '../http/answer-errors.ts';
import { RefusedRequest } from '../http/refused-request.ts';
import type { IngestProtocol } from './ingest-counters.ts';
import type { IngestParts } from './ingest-parts.ts';
import { mediaType } from './media-type.ts';
import { exportAnswer, statusAnswer, worthAnotherTry } from './otlp-answer.ts';
import type { OtlpEncoding } from './otlp-answer.ts';
import { bodyOf } from './read-body.ts';
import { allowSenders } from './sender-access.ts';
import type { BodyForm } from './span-intake.ts';

const forms: Readonly<Record<OtlpEncoding, BodyForm>> = {
  'application/x-protobuf': { codec: bodyCodecs.otlpProtobuf, reportsRejected: true },
  'application/json': { codec: bodyCodecs.otlpJson, reportsRejected: true },
};

/**
 * `POST /v1/traces` of OTLP over HTTP (specification 1.9): protobuf and JSON, answered in the encoding of the request,
 * refusals as `google.rpc.Status`. Spans that cannot be kept are rejected alone and reported as partial success.
 */
export function otlpHttpIngest(app: FastifyInstance, { intake, counters, check, report }: IngestParts): void {
  answerErrors(app, report, (thrown, request, reply) => {
    const refusal = worthAnotherTry(thrown);
    counters.countBody(protocolOf(request), refusal.status);
    return refuseOtlp(request, reply, refusal);
  });
  allowSenders(app, check, ['/v1/traces']);
  app.post('/v1/traces', async (request, reply) => {
    const encoding = encodingOf(request);
    if (encoding === undefined) throw unsupported(request);
    const checked = await intake.receive(bodyOf(request.raw), forms[encoding]);
    counters.countBody(forms[encoding].codec.name, 200);
    return reply.type(encoding).send(exportAnswer(encoding, checked));
  });
}

/** Writes a refusal in the encoding of the request, JSON when that is none of ours. */
export function refuseOtlp(request: FastifyRequest, reply: FastifyReply, refusal: RefusedRequest): FastifyReply {
  const encoding = encodingOf(request) ?? 'application/json';
  return reply.code(refusal.status).headers(refusal.headers).type(encoding).send(statusAnswer(encoding, refusal));
}

function encodingOf(request: FastifyRequest): OtlpEncoding | undefined {
  const type = mediaType(request.headers['content-type']);
  return type === 'application/x-protobuf' || type === 'application/json' ? type : undefined;
}

function protocolOf(request: FastifyRequest): IngestProtocol {
  const encoding = encodingOf(request);
  return encoding === undefined ? 'unknown' : forms[encoding].codec.name;
}

function unsupported(request: FastifyRequest): RefusedRequest {
  const type = request.headers['content-type'] ?? '';
  return new RefusedRequest('unsupported-media-type', `Content-Type "${type}" is not understood`, {
    hint: 'send application/x-protobuf or application/json',
  });
}
