/** One request body on its way. */
export interface TransportRequest {
  /** The encoded spans, not compressed. */
  readonly body: Uint8Array;
  /** The media type of the body, such as `application/x-protobuf`. */
  readonly contentType: string;
  /** How many spans are in the body, for messages and counts. */
  readonly spanCount: number;
  /** Aborted when the reporter stops waiting; the transport then ends the request and settles. */
  readonly signal: AbortSignal;
}

/** What became of a request. `message` is for the operator's log: a status line or an error code, no request data. */
export type TransportOutcome =
  | {
      /** Acknowledged. */
      readonly kind: 'delivered';
      /** How many spans of the body the backend did not take all the same. */
      readonly rejectedSpans: number;
      /** Its reason; empty without one. */
      readonly message: string;
    }
  | {
      /** Sent, and nobody will acknowledge it. */
      readonly kind: 'handed-off';
    }
  | {
      /** Not taken now; the same body may be later. */
      readonly kind: 'retry';
      /** Why. */
      readonly message: string;
      /** How long the backend asks to be left alone; `undefined` when it does not say. */
      readonly retryAfterMillis: number | undefined;
    }
  | {
      /** Never to be taken. */
      readonly kind: 'refused';
      /** Why. */
      readonly message: string;
    };

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
  /** Sends one body, once. */
  send(request: TransportRequest): Promise<TransportOutcome>;
  /** Lets go of connections. Nothing is sent afterwards. */
  close(): void;
}
