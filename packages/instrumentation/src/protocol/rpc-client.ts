import { FORMAT_HTTP_HEADERS } from '@spanwise/opentracing';

import { Boundary } from './boundary.ts';
import type { FailureListener } from './boundary.ts';
import { givenParent, headerChanges } from './carried-context.ts';
import { setPeerAddress } from './peer.ts';
import { rpcSpanName } from './rpc-method.ts';
import type { RpcMethod } from './rpc-method.ts';
import { CANCELLED, markFailedByStatus } from './rpc-status.ts';
import type { RpcStatus } from './rpc-status.ts';
import { markFailed } from './span-error.ts';
import type { SpanLike, TracerLike } from './tracer-like.ts';

/** How an adapter reads and writes the calls of its library. */
export interface RpcClientAdapter<Call> {
  /** The value of the `component` and `rpc.system` tags, such as `grpc`. */
  readonly component: string;
  /** What is called. */
  method(call: Call): RpcMethod;
  /** The address that the application gave, such as `catalogue:50051`; `undefined` when it is not known. */
  target(call: Call): string | undefined;
  /** The metadata that the caller gave, as a carrier for `tracer.extract`: a plain object, by name. */
  metadata(call: Call): object;
  /** Sets an entry of the metadata that will be sent; what the caller gave stays as it is. */
  setMetadata(call: Call, name: string, value: string): void;
  /** Keeps an entry that the caller gave out of the metadata that will be sent; `name` is in lower case. */
  removeMetadata(call: Call, name: string): void;
  /** The server's IP address, asked when the status has come; `undefined` when it is not known. */
  peerAddress(call: Call): string | undefined;
  /** The server's port, asked when the status has come; `undefined` when it is not known. */
  peerPort(call: Call): number | undefined;
}

/** What a user may choose about client spans. Callbacks that throw are reported once and otherwise ignored. */
export interface RpcClientOptions<Call> {
  /** `false` leaves the call alone: no span, and no metadata is added. */
  shouldTrace?: ((call: Call) => boolean) | undefined;
  /**
   * `false` makes a span and sends no metadata: for servers that refuse or must not see it. When it throws, none is
   * sent either.
   */
  shouldPropagate?: ((call: Call) => boolean) | undefined;
  /** Called with the new span before the call goes out. */
  onRequest?: ((span: SpanLike, call: Call) => void) | undefined;
  /** Called with the span when the status has come, just before it finishes. */
  onResponse?: ((span: SpanLike, call: Call, status: RpcStatus) => void) | undefined;
  /** Hears of failures inside the instrumentation; by default `console.warn` says the first. */
  onFailure?: FailureListener | undefined;
}

/**
 * The client's side of a remote call, of one message or a stream each way: `start` (span, and context into the
 * metadata), `finish` with the status; `fail` and `finish` without one when the call could not be made. The span is
 * not made active: what the application does while it waits is not part of the call.
 *
 * The parent is the active span. When none is active and the caller has put a context into the metadata by itself, that
 * is the parent. The context is then written anew, as the server's span belongs below this one.
 *
 * Tags: `span.kind`, `component`, `rpc.system`, `rpc.service`, `rpc.method`, `rpc.grpc.status_code`, `peer.address` (as the
 * application wrote it), `peer.ipv4` or `peer.ipv6`, `peer.port`; `error` for every status but `OK`, with a log of the
 * status's name and details; `rpc.aborted` and `CANCELLED` when the application gave the call up, which is no failure.
 * There is no `peer.service`: the name of what is called (`rpc.service`) is not the one by which its process is traced.
 * Name: `package.Service/Method`.
 *
 * No method throws, whatever the tracer, the adapter or a callback does.
 */
export class RpcClientHandler<Call> {
  readonly #tracer: TracerLike;
  readonly #adapter: RpcClientAdapter<Call>;
  readonly #options: RpcClientOptions<Call>;
  readonly #boundary: Boundary;

  /**
   * @param tracer starts the spans
   * @param adapter reads calls of the library
   * @param options what the user chose
   */
  constructor(tracer: TracerLike, adapter: RpcClientAdapter<Call>, options: RpcClientOptions<Call> = {}) {
    this.#tracer = tracer;
    this.#adapter = adapter;
    this.#options = options;
    this.#boundary = new Boundary(`${adapter.component} client`, options.onFailure);
  }

  /**
   * Starts the span and writes its context into the metadata; `undefined` when the call is not to be traced, or could
   * not be.
   */
  start(call: Call): SpanLike | undefined {
    const { shouldTrace, onRequest } = this.#options;
    const span = this.#boundary.start(
      () => call,
      shouldTrace,
      () => this.#startSpan(call),
      onRequest,
    );
    if (span !== undefined) this.#boundary.run(() => this.#inject(span, call));
    return span;
  }

  /** Marks the span as failed. `error` may be absent when only the fact is known. */
  fail(span: SpanLike, error?: unknown): void {
    this.#boundary.run(() => markFailed(span, error));
  }

  /**
   * Ends the span; the status is `undefined` when the call was not made, or was left before its status. `aborted` tells that
   * the application gave it up.
   */
  finish(span: SpanLike, call: Call, status: RpcStatus | undefined, aborted: boolean = false): void {
    if (status !== undefined || aborted) this.#end(span, call, status, aborted);
    this.#boundary.run(() => span.finish());
  }

  #startSpan(call: Call): SpanLike {
    const adapter = this.#adapter;
    const method = adapter.method(call);
    const tags: { [key: string]: unknown } = {
      'span.kind': 'client',
      component: adapter.component,
      'rpc.system': adapter.component,
      'rpc.service': method.service,
      'rpc.method': method.method,
    };
    const target = adapter.target(call);
    if (target !== undefined) tags['peer.address'] = target;
    const parent = givenParent(this.#tracer, () =>
      this.#tracer.extract(FORMAT_HTTP_HEADERS, this.#adapter.metadata(call)),
    );
    return this.#tracer.startSpan(rpcSpanName(method), parent === undefined ? { tags } : { childOf: parent, tags });
  }

  #inject(span: SpanLike, call: Call): void {
    const { shouldPropagate } = this.#options;
    const given = this.#adapter.metadata(call);
    const from = { tracer: this.#tracer, boundary: this.#boundary, shouldPropagate, given };
    const { set, removed } = headerChanges(span, FORMAT_HTTP_HEADERS, call, from);
    for (const name of removed) this.#adapter.removeMetadata(call, name);
    // One by one: a baggage item that the library refuses must not keep the trace's id back.
    for (const name in set) this.#boundary.run(() => this.#adapter.setMetadata(call, name, set[name]!));
  }

  #end(span: SpanLike, call: Call, status: RpcStatus | undefined, aborted: boolean): void {
    this.#boundary.run(() => {
      span.setTag('rpc.grpc.status_code', status?.code ?? CANCELLED);
      if (aborted) span.setTag('rpc.aborted', true);
      else if (status !== undefined && status.code !== 0) markFailedByStatus(span, status);
      setPeerAddress(span, this.#adapter.peerAddress(call), this.#adapter.peerPort(call));
    });
    const { onResponse } = this.#options;
    if (onResponse !== undefined && status !== undefined) {
      this.#boundary.run(() => onResponse(span, call, status));
    }
  }
}
