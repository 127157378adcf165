import { encodeExportResponse, encodeRpcStatus } from '@spanwise/wire/otlp/decode';

import type { CheckedBody } from '../formats/body-codec.ts';
import type { RefusedRequest } from '../http/refused-request.ts';

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
  const message = refusal.hint === undefined ? refusal.message : `${refusal.message}; ${refusal.hint}`;
  return Buffer.from(encodeRpcStatus({ code: rpcCode(refusal.status), message }, formatOf[encoding]));
}

/** `google.rpc.Code` for an HTTP status. */
function rpcCode(status: number): number {
  switch (status) {
    case 403:
      return 7; // PERMISSION_DENIED
    case 404:
      return 5; // NOT_FOUND
    case 405:
      return 12; // UNIMPLEMENTED
    case 413:
    case 429:
      return 8; // RESOURCE_EXHAUSTED
    case 500:
      return 13; // INTERNAL
    case 503:
      return 14; // UNAVAILABLE
    default:
      return 3; // INVALID_ARGUMENT
  }
}
