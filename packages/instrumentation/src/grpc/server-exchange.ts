import type { AsyncResource } from 'node:async_hooks';

import type { RpcServerHandler } from '../protocol/rpc-server.ts';
import type { RpcStatus } from '../protocol/rpc-status.ts';
import type { ScopeLike, SpanLike } from '../protocol/tracer-like.ts';
import type { IncomingCall } from './incoming-call.ts';

/** A call as interceptors of a server see it. */
export interface ServerCall {
  start: (listener: ServerListener) => void;
  sendStatus: (status: Partial<RpcStatus>) => void;
}

interface ServerListener {
  onReceiveMetadata(metadata: unknown): void;
  onReceiveMessage(message: unknown): void;
  onReceiveHalfClose(): void;
  /** Comes after the status was sent too. */
  onCancel(): void;
}

/** What is told of a call whose client went away. */
const CANCELLED: RpcStatus = { code: 1, details: 'The client went away' };
const UNKNOWN = 2;

/** A call on its way through the application. */
export class ServerExchange {
  readonly #handler: RpcServerHandler<IncomingCall>;
  readonly #span: SpanLike;
  readonly #call: IncomingCall;
  readonly #scope: ScopeLike | undefined;
  readonly #context: AsyncResource;
  #status: RpcStatus | undefined;
  #failed = false;
  #listening = false;
  #open = true;

  /**
   * @param handler what the steps are told to
   * @param started what it started
   * @param scope the span's scope, open
   * @param context made where the scope is open
   */
  constructor(
    handler: RpcServerHandler<IncomingCall>,
    started: { readonly span: SpanLike; readonly call: IncomingCall },
    scope: ScopeLike | undefined,
    context: AsyncResource,
  ) {
    this.#handler = handler;
    this.#span = started.span;
    this.#call = started.call;
    this.#scope = scope;
    this.#context = context;
  }

  /**
   * Lets the application's interceptors make a call of `inner`, the one below all of them. What it tells comes from a
   * connection that many calls share, and reaches the application in the span's context.
   */
  serve(inner: ServerCall, intercepted: () => ServerCall): ServerCall {
    this.#follow(inner);
    let returned = false;
    try {
      const outer = intercepted();
      returned = true;
      this.#startInContext(outer);
      return outer;
    } finally {
      if (!returned) {
        this.threw();
        this.#end({ code: UNKNOWN, details: '' });
      }
    }
  }

  /** Notes what the application's handler has thrown. */
  threw(error?: unknown): void {
    this.#failed = true;
    this.#handler.fail(this.#span, error);
  }

  /** The deadline and messages that cannot be read end a call by these methods too. */
  #follow(inner: ServerCall): void {
    const { start, sendStatus } = inner;
    inner.start = (listener) => {
      Reflect.apply(start, inner, [this.#bound(listener)]);
      // A client that is gone by now: nothing more is heard of the call.
      if (!this.#listening) this.#end(this.#status);
    };
    inner.sendStatus = (status) => {
      this.#status ??= { code: status.code ?? UNKNOWN, details: status.details ?? '' };
      Reflect.apply(sendStatus, inner, [status]);
      // An interceptor that refuses the call before it has listened to it hears of no end.
      if (!this.#listening) this.#end(this.#status);
    };
  }

  #bound(listener: ServerListener): ServerListener {
    const context = this.#context;
    return {
      onReceiveMetadata: (metadata) => {
        this.#listening = true;
        context.runInAsyncScope(() => listener.onReceiveMetadata(metadata));
      },
      onReceiveMessage: (message) => context.runInAsyncScope(() => listener.onReceiveMessage(message)),
      onReceiveHalfClose: () => context.runInAsyncScope(() => listener.onReceiveHalfClose()),
      onCancel: () => {
        try {
          context.runInAsyncScope(() => listener.onCancel());
        } finally {
          this.#end(this.#status);
        }
      },
    };
  }

  /** The server starts the call that the interceptors have made, when they have returned. */
  #startInContext(outer: ServerCall): void {
    const { start } = outer;
    const inContext: ServerCall['start'] = (listener) =>
      this.#context.runInAsyncScope(() => Reflect.apply(start, outer, [listener]));
    // Not by assignment, which throws when the application has frozen its call.
    Reflect.set(outer, 'start', inContext);
  }

  #end(status: RpcStatus | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    const exchange = { call: this.#call, status: status ?? CANCELLED, failed: this.#failed };
    this.#handler.finish(this.#span, this.#scope, exchange);
  }
}
