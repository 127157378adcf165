import type { SpanLike } from './tracer-like.ts';

/** How a call ended. */
export interface RpcStatus {
  /** One of gRPC's status codes: 0 is `OK`. */
  readonly code: number;
  /** What the server, or the library, says about it; may be empty. */
  readonly details: string;
}

/** The status code of a call that was given up, mostly by who made it. */
export const CANCELLED = 1;

/** The names of gRPC's status codes, by code. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** What a server is to blame for, by OpenTelemetry's conventions; all else is its answer to a wrong question. */
const SERVER_ERRORS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** The name of a status code, such as `NOT_FOUND`; the number itself when it is none of gRPC's. */
export function rpcStatusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/** Whether a status is an error of the server that sends it. Codes that gRPC does not know are `UNKNOWN`. */
export function isServerError(code: number): boolean {
  return SERVER_ERRORS.has(NAMES[code] ?? 'UNKNOWN');
}

/** Marks the span as failed by its status: `error=true`, and a log with the status's name and details. */
export function markFailedByStatus(span: SpanLike, { code, details }: RpcStatus): void {
  span.setTag('error', true);
  span.log({ event: 'error', 'error.kind': rpcStatusName(code), message: details });
}
