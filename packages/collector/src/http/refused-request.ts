import { ReplayingError } from '../storage/span-store.ts';

/** What can be wrong with a request; stable, machine-readable, the `code` of our own API's errors. */
export type RefusalCode =
  | 'invalid-parameter'
  | 'malformed-body'
  | 'body-too-large'
  | 'body-timeout'
  | 'unsupported-media-type'
  | 'method-not-allowed'
  | 'not-found'
  | 'forbidden-host'
  | 'forbidden-origin'
  | 'overloaded'
  | 'storage-full'
  | 'storage-read-only'
  | 'storage-failed'
  | 'replaying'
  | 'internal-error';

const statusOf: Readonly<Record<RefusalCode, number>> = {
  'invalid-parameter': 400,
  'malformed-body': 400,
  'forbidden-host': 403,
  'forbidden-origin': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'body-timeout': 408,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  overloaded: 429,
  'internal-error': 500,
  replaying: 503,
  'storage-full': 503,
  'storage-read-only': 503,
  'storage-failed': 503,
};

/**
 * A request that is not served, and why, in words that may be shown to whoever sent it. Each façade writes it in the
 * form that its clients understand. A `cause` is a fault of ours: it goes to the log and is not shown.
 */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly code: RefusalCode;
  /** HTTP's, by the code unless a protocol wants another. */
  readonly status: number;
  /** What to do about it. */
  readonly hint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: RefusalCode,
    message: string,
    more: { hint?: string; headers?: Record<string, string>; cause?: unknown; status?: number } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.status = more.status ?? statusOf[code];
    this.hint = more.hint;
    this.headers = more.headers ?? {};
  }
}

/** The refusal that an error amounts to; whatever is not one of ours is a fault of ours and tells no details. */
export function asRefusal(error: unknown): RefusedRequest {
  if (error instanceof RefusedRequest) return error;
  if (error instanceof ReplayingError) {
    return new RefusedRequest('replaying', error.message, {
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    });
  }
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  if (statusCode === 415) return new RefusedRequest('unsupported-media-type', 'Content-Type is no media type');
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new RefusedRequest('invalid-parameter', String(message));
  }
  return new RefusedRequest('internal-error', 'the collector failed to answer; its log says why', { cause: error });
}
