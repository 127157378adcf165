import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { setPeerAddress } from './peer.ts';
import { rpcSpanName } from './rpc-method.ts';
import type { RpcMethod } from './rpc-method.ts';
import { isServerError, markFailedByStatus } from './rpc-status.ts';
import type { RpcStatus } from './rpc-status.ts';
import { runActive } from './run-active.ts';
import { markFailed } from './span-error.ts';
import type { ScopeLike, SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads the calls of its library. Every function is called at most once a call. */
export interface RpcServerAdapter<Call> {
  /** The value of the `component` and `rpc.system` tags, such as `grpc`. */
  readonly component: string;
  /** What is called. */
  method(call: Call): RpcMethod;
  /** A carrier for `tracer.extract`. */
  metadata(call: Call): object;
  /** The client's IP address; `undefined` when it is not known. */
  peerAddress(call: Call): string | undefined;
  /** The client's port; `undefined` when it is not known. */
  peerPort(call: Call): number | undefined;
}

/** What a user may choose about server spans. Callbacks that throw are reported once and otherwise ignored. */
export interface RpcServerOptions<Call> {
  /** `false` leaves the call alone: no span, and nothing is extracted. Health checks, for example. */
  shouldTrace?: ((call: Call) => boolean) | undefined;
  /** Called with the new span before the application sees the call. */
  onRequest?: ((span: SpanLike, call: Call) => void) | undefined;
  /** Called with the span just before it finishes. */
  onResponse?: ((span: SpanLike, call: Call, status: RpcStatus) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The server's side of a remote call, of one message or a stream each way, in the steps that every adapter shares:
 *
 * 1. `start`: extract the caller's context and start a span;
 * 2. `run`: interceptors and handler of the application, with the span active for all that they start;
 * 3. `fail`, when the handler throws;
 * 4. `finish`, when the status was sent or the client is gone: tags by the status, end of the span and of its scope.
 *
 * Tags: `span.kind`, `component`, `rpc.system`, `rpc.service`, `rpc.method`, `rpc.grpc.status_code`, `peer.ipv4` or
 * `peer.ipv6`, `peer.port`; `grpc.method_type` (`SERVER_STREAMING` …), as OpenTracing's gRPC libraries have it, of streams; `error`, with a log of the status's name and details, for the statuses that a server is to
 * blame for: `UNKNOWN`, `DEADLINE_EXCEEDED`, `UNIMPLEMENTED`, `INTERNAL`, `UNAVAILABLE` and `DATA_LOSS`.
 * Name: `package.Service/Method`.
 *
 * No method throws, whatever the tracer, the adapter or a callback does.
 */
export class RpcServerHandler<Call> {
  readonly #tracer: TracerLike;
  readonly #adapter: RpcServerAdapter<Call>;
  readonly #options: RpcServerOptions<Call>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads calls of the library
   * @param options what the user chose
   */
  constructor(tracer: TracerLike, adapter: RpcServerAdapter<Call>, options: RpcServerOptions<Call> = {}) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} server`, options.onFailure);
  }

  /**
   * Starts the span of a call. `read` describes the call and runs inside the boundary; `undefined` comes back when the
   * call is not to be traced, or could not be.
   */
  start(read: () => Call):
    | {
        /** The span, not active yet. */
        readonly span: SpanLike;
        /** What `read` gave. */
        readonly call: Call;
      }
    | undefined {
    const { shouldTrace, onRequest } = this.#options;
    let call: Call | undefined;
    const span = this.#boundary.start(
      () => (call = read()),
      shouldTrace,
      (read) => this.#startSpan(read),
      onRequest,
    );
    return span === undefined || call === undefined ? undefined : { span, call };
  }

  /**
   * Runs the application's part with the span active, for all that it starts: the scope given to `work` stays open until
   * the adapter hands it to `finish`. It is `undefined` without a scope manager. What `work` throws comes out unchanged.
   */
  run<R>(span: SpanLike, work: (scope: ScopeLike | undefined) => R): R {
    return runActive(this.#tracer, this.#boundary, span, work);
  }

  /** Marks the span as failed. `error` may be absent when only the fact is known. */
  fail(span: SpanLike, error?: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /** Ends the span and closes its scope. */
  finish(
    span: SpanLike,
    scope: ScopeLike | undefined,
    exchange: {
      /** What came in. */
      readonly call: Call;
      /** What was answered; `CANCELLED` when the client went away before. */
      readonly status: RpcStatus;
      /** Whether `fail` was called, which says more than the status: that is then no log of its own. */
      readonly failed: boolean;
    },
  ): void {
    this.#boundary.run(() => this.#tagStatus(span, exchange.status, exchange.failed));
    const { onResponse } = this.#options;
    if (onResponse !== undefined) this.#boundary.run(() => onResponse(span, exchange.call, exchange.status));
    this.#boundary.run(() => span.finish());
    this.#boundary.run(() => scope?.close());
  }

  #startSpan(call: Call): SpanLike {
    const adapter = this.#adapter;
    const method = adapter.method(call);
    const parent = this.#tracer.extract(FORMAT_HTTP_HEADERS, adapter.metadata(call)) ?? undefined;
    const tags = {
      'span.kind': 'server',
      component: adapter.component,
      'rpc.system': adapter.component,
      'rpc.service': method.service,
      'rpc.method': method.method,
    };
    // A connection may have been accepted while some unrelated span was active: only the metadata makes a parent.
    const span = this.#tracer.startSpan(rpcSpanName(method), { childOf: parent, tags, ignoreActiveSpan: true });
    if (method.stream !== undefined) span.setTag('grpc.method_type', method.stream);
    setPeerAddress(span, adapter.peerAddress(call), adapter.peerPort(call));
    return span;
  }

  #tagStatus(span: SpanLike, status: RpcStatus, failed: boolean): void {
    span.setTag('rpc.grpc.status_code', status.code);
    if (!failed && isServerError(status.code)) markFailedByStatus(span, status);
  }
}
