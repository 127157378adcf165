import type { RefusedRequest } from '../http/refused-request.ts';
import type { CheckedBody } from './check-body.ts';

/** The two encodings of OTLP over HTTP; answers come in the encoding of the request. */
export type OtlpEncoding = 'application/x-protobuf' | 'application/json';

/**
 * An `ExportTraceServiceResponse`; `partial_success` is set only when spans were rejected
 * (opentelemetry-proto, collector/trace/v1/trace_service.proto).
 */
export function exportAnswer(encoding: OtlpEncoding, { rejected, reasons }: CheckedBody): Buffer {
  if (rejected === 0) return encoding === 'application/json' ? Buffer.from('{}') : Buffer.alloc(0);
  const errorMessage = `${rejected} ${rejected === 1 ? 'span was' : 'spans were'} rejected: ${reasons.join('; ')}`;
  if (encoding === 'application/json') {
    return Buffer.from(JSON.stringify({ partialSuccess: { rejectedSpans: String(rejected), errorMessage } }));
  }
  return bytesField(1, Buffer.concat([varintField(1, rejected), bytesField(2, Buffer.from(errorMessage))]));
}

/** A `google.rpc.Status` for a request that was refused. */
export function statusAnswer(encoding: OtlpEncoding, refusal: RefusedRequest): Buffer {
  const code = rpcCode(refusal.status);
  const message = refusal.hint === undefined ? refusal.message : `${refusal.message}; ${refusal.hint}`;
  if (encoding === 'application/json') return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message))]);
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

function varintField(field: number, value: number): Buffer {
  return Buffer.from([field << 3, ...varint(value)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}
