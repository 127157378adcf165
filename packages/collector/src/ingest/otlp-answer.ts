import { encodeExportResponse, encodeRpcStatus } from '@spanwise/wire/otlp/decode';

import type { CheckedBody } from '../formats/body-codec.ts';
import { GrpcCode, GrpcFailure } from '../grpc/grpc-failure.ts';
import { RefusedRequest } from '../http/refused-request.ts';
import { refusalText } from './text-refusal.ts';

/** The two encodings of OTLP over HTTP; answers come in the encoding of the request. */
export type OtlpEncoding = 'application/x-protobuf' | 'application/json';

const formatOf = { 'application/x-protobuf': 'protobuf', 'application/json': 'json' } as const;

/** Partial success when spans were rejected, and else what says that all were kept. */
export function exportAnswer(encoding: OtlpEncoding, { rejected, reasons }: CheckedBody): Buffer {
  const spans = rejected === 1 ? 'span was' : 'spans were';
  const errorMessage = rejected === 0 ? '' : `${rejected} ${spans} rejected: ${reasons.join('; ')}`;
  return Buffer.from(encodeExportResponse({ rejectedSpans: rejected, errorMessage }, formatOf[encoding]));
}

/** A `google.rpc.Status` for a request that was refused. */
export function statusAnswer(encoding: OtlpEncoding, refusal: RefusedRequest): Buffer {
  const status = { code: rpcCode(refusal.status), message: refusalText(refusal) };
  return Buffer.from(encodeRpcStatus(status, formatOf[encoding]));
}

/** The same as the end of a gRPC call, with `RetryInfo` where another try is worth it. */
export function callFailure(refusal: RefusedRequest): GrpcFailure {
  // An encoding that is not understood has a code of its own there.
  const code = refusal.code === 'unsupported-media-type' ? GrpcCode.unimplemented : rpcCode(refusal.status);
  const message = refusalText(refusal);
  const retryAfterSeconds = refusal.headers['retry-after'];
  if (retryAfterSeconds === undefined) return new GrpcFailure(code, message);
  const status = { code, message, retryAfterSeconds: Number(retryAfterSeconds) };
  return new GrpcFailure(code, message, encodeRpcStatus(status, 'protobuf'));
}

/** OTLP's clients send again after 429, 502, 503 and 504 alone: 408 would lose the spans of a slow connection. */
export function worthAnotherTry(refusal: RefusedRequest): RefusedRequest {
  if (refusal.code !== 'body-timeout') return refusal;
  const headers = { ...refusal.headers, 'retry-after': '1' };
  return new RefusedRequest(refusal.code, refusal.message, { headers, status: 503 });
}

/** `google.rpc.Code` for an HTTP status. */
function rpcCode(status: number): GrpcCode {
  switch (status) {
    case 403:
      return GrpcCode.permissionDenied;
    case 404:
      return GrpcCode.notFound;
    case 405:
      return GrpcCode.unimplemented;
    case 413:
    case 429:
      return GrpcCode.resourceExhausted;
    case 500:
      return GrpcCode.internal;
    case 503:
      return GrpcCode.unavailable;
    default:
      return GrpcCode.invalidArgument;
  }
}
