import { bodyCodecs } from '../formats/body-codecs.ts';
import type { GrpcFailure } from '../grpc/grpc-failure.ts';
import type { GrpcCall, GrpcMethod } from '../grpc/grpc-port.ts';
import { asRefusal } from '../http/refused-request.ts';
import type { IngestParts } from './ingest-parts.ts';
import { callFailure, exportAnswer, worthAnotherTry } from './otlp-answer.ts';
import { messageOf } from './read-message.ts';
import type { BodyForm } from './span-intake.ts';

/** The full name of OTLP's method, as a path. */
export const otlpExportPath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const encoding = 'application/x-protobuf';
const form: BodyForm = { codec: bodyCodecs.otlpProtobuf, reportsRejected: true };

/**
 * `TraceService/Export` of OTLP over gRPC (specification 1.9): what is true of a body over HTTP is true of a message here.
 * A refusal that is worth another try says so, and when, as `RetryInfo` in its status.
 */
export function otlpGrpcIngest(parts: Pick<IngestParts, 'intake' | 'counters' | 'report'>): GrpcMethod {
  const { intake, counters } = parts;
  return {
    async answer(call: GrpcCall) {
      try {
        const checked = await intake.receive(messageOf(call), form);
        counters.countBody(form.codec.name, 200);
        return exportAnswer(encoding, checked);
      } catch (error) {
        throw failureOf(error, parts);
      }
    },
    refused: (httpStatus) => counters.countBody('unknown', httpStatus),
  };
}

function failureOf(error: unknown, { counters, report }: Pick<IngestParts, 'counters' | 'report'>): GrpcFailure {
  const refusal = worthAnotherTry(asRefusal(error));
  if (refusal.cause !== undefined) report(refusal.cause);
  counters.countBody(form.codec.name, refusal.status);
  return callFailure(refusal);
}
