import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import { RpcClientHandler } from '../protocol/rpc-client.ts';
import type { RpcClientAdapter, RpcClientOptions } from '../protocol/rpc-client.ts';
import { CANCELLED } from '../protocol/rpc-status.ts';
import type { RpcStatus } from '../protocol/rpc-status.ts';
import type { SpanLike, TracerLike } from '../protocol/tracer-like.ts';
import { isUntraced } from '../untraced.ts';
import { hearWhenLeft } from './left-streams.ts';
import { carrierOf } from './metadata.ts';
import type { GrpcMetadata } from './metadata.ts';
import { OutgoingCall } from './outgoing-call.ts';
import { parsePeer } from './peer.ts';

/** What a user may choose about the spans of gRPC clients. */
export type GrpcClientOptions = RpcClientOptions<OutgoingCall>;

type Handler = RpcClientHandler<OutgoingCall>;

/** The fields of a channel that are used. */
interface Channel {
  createCall(...args: unknown[]): unknown;
  getTarget(): string;
}

/** A call of a channel, which is below the interceptors and above grpc-js's own retries. */
interface Call {
  start: (metadata: GrpcMetadata, listener: Listener) => void;
  sendMessageWithContext: (context: MessageContext, message: unknown) => void;
  cancelWithStatus: (code: number, details: string) => void;
  getPeer(): string;
}

interface Listener {
  onReceiveMetadata?(metadata: unknown): void;
  onReceiveMessage?(message: unknown): void;
  onReceiveStatus?(status: RpcStatus): void;
}

interface MessageContext {
  readonly callback?: (...args: unknown[]) => void;
}

/**
 * Traces every call of the channels of this prototype, whichever client makes it. Clients that exist already are
 * covered, and those whose class was made before: they have taken the methods of `Client` aside, and channels are what
 * all of them use.
 */
export function instrumentChannel(
  prototype: object,
  tracer: TracerLike,
  options: GrpcClientOptions,
): Restore | undefined {
  const handler: Handler = new RpcClientHandler(tracer, grpcClientAdapter, options);
  return replaceFunction(prototype as Channel, 'createCall', (original, enabled) => {
    return function createCall(this: Channel, ...args: unknown[]): unknown {
      const call = Reflect.apply(original, this, args) as Call;
      if (enabled()) traceFromStart(handler, call, String(args[0]), this);
      return call;
    };
  });
}

/**
 * The span begins where the call is started: an interceptor that answers by itself never does so. It belongs to who
 * asked for the call, which may have been earlier, as interceptors may wait.
 */
function traceFromStart(handler: Handler, call: Call, path: string, channel: Channel): void {
  const caller = new AsyncResource('spanwise.grpc.call');
  const { start } = call;
  call.start = (metadata, listener) => {
    call.start = start;
    const outgoing = new OutgoingCall(path, channel.getTarget(), metadata, () => call.getPeer());
    const span = isUntraced(metadata) ? undefined : caller.runInAsyncScope(() => handler.start(outgoing));
    if (span === undefined) return call.start(metadata, listener);
    new ClientExchange(handler, span, outgoing, caller).start(call, listener);
  };
}

/** A call whose status has not come yet. */
class ClientExchange {
  readonly #handler: Handler;
  readonly #span: SpanLike;
  readonly #outgoing: OutgoingCall;
  readonly #caller: AsyncResource;
  #open = true;
  #cancelled = false;

  constructor(handler: Handler, span: SpanLike, outgoing: OutgoingCall, caller: AsyncResource) {
    this.#handler = handler;
    this.#span = span;
    this.#outgoing = outgoing;
    this.#caller = caller;
  }

  /** Starts the call with the context in its metadata. */
  start(call: Call, listener: Listener): void {
    this.#bindWrites(call);
    this.#hearCancel(call);
    hearWhenLeft(call, () => this.#end(undefined, true));
    let returned = false;
    try {
      call.start(this.#outgoing.sentMetadata, this.#following(listener));
      returned = true;
    } finally {
      if (!returned) {
        this.#handler.fail(this.#span);
        this.#end(undefined);
      }
    }
  }

  /**
   * What the call tells goes on in the context of who asked for it, callbacks and events of streams with it: it comes
   * from a connection that many share.
   */
  #following(listener: Listener): Listener {
    const caller = this.#caller;
    return {
      onReceiveMetadata: (metadata) => caller.runInAsyncScope(() => listener.onReceiveMetadata?.(metadata)),
      onReceiveMessage: (message) => caller.runInAsyncScope(() => listener.onReceiveMessage?.(message)),
      onReceiveStatus: (status) => {
        this.#end(status, this.#cancelled && status.code === CANCELLED);
        caller.runInAsyncScope(() => listener.onReceiveStatus?.(status));
      },
    };
  }

  /** Likewise what tells that a message was written, from which a stream's `drain` and `finish` come. */
  #bindWrites(call: Call): void {
    const { sendMessageWithContext: send } = call;
    const caller = this.#caller;
    call.sendMessageWithContext = (context, message) => {
      const { callback } = context;
      const bound: MessageContext =
        typeof callback === 'function'
          ? { ...context, callback: (...args) => caller.runInAsyncScope(callback, undefined, ...args) }
          : context;
      Reflect.apply(send, call, [bound, message]);
    };
  }

  /** A server may answer `CANCELLED` too, and grpc-js ends calls by itself with other codes. */
  #hearCancel(call: Call): void {
    const { cancelWithStatus: cancel } = call;
    call.cancelWithStatus = (code, details) => {
      if (code === CANCELLED) this.#cancelled = true;
      Reflect.apply(cancel, call, [code, details]);
    };
  }

  #end(status: RpcStatus | undefined, aborted: boolean = false): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handler.finish(this.#span, this.#outgoing, status, aborted);
  }
}

const grpcClientAdapter: RpcClientAdapter<OutgoingCall> = {
  component: 'grpc',
  method: (call) => call,
  target: (call) => call.target,
  metadata: (call) => carrierOf(call.metadata),
  setMetadata: (call, name, value) => call.setMetadata(name, value),
  removeMetadata: (call, name) => call.removeMetadata(name),
  peerAddress: (call) => parsePeer(call.peer).address,
  peerPort: (call) => parsePeer(call.peer).port,
};
