/** One request body on its way. */
export interface TransportRequest {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly spanCount: number;
  /** Aborted when the reporter stops waiting; the transport then ends the request and settles. */
  readonly signal: AbortSignal;
}

/** What became of a request. `message` is for the operator's log: a status line or an error code, no request data. */
export type TransportOutcome =
  | { readonly kind: 'delivered'; readonly rejectedSpans: number; readonly message: string }
  | { readonly kind: 'handed-off' }
  | { readonly kind: 'retry'; readonly message: string; readonly retryAfterMillis: number | undefined }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Carries encoded spans to a backend.
 *
 * - `send` always settles, within the transport's own time limit, and never rejects for a reason of the network.
 * - `delivered` means that the backend acknowledged the body; `handed-off` that nobody will ever say.
 * - `retry` means that the same body may be accepted later; `refused` that it never will.
 * - It retries nothing by itself: the reporter owns time, order and counters.
 * - Its own traffic makes no spans, whatever instrumentation is loaded.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportOutcome>;
  /** Lets go of connections. Nothing is sent afterwards. */
  close(): void;
}
