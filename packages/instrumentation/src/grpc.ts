/**
 * Tracing for gRPC: clients and servers of `@grpc/grpc-js` (1.10 and later).
 *
 * @module
 */
import { requireTracer } from './instrumentation.ts';
import type { Instrumentation } from './instrumentation.ts';
import { instrumentChannel } from './grpc/client.ts';
import type { GrpcClientOptions } from './grpc/client.ts';
import { watchStreams } from './grpc/left-streams.ts';
import type { ClientClass } from './grpc/left-streams.ts';
import { instrumentServer } from './grpc/server.ts';
import type { GrpcServerOptions } from './grpc/server.ts';
import type { TracerLike } from './protocol/tracer-like.ts';

export type { Instrumentation } from './instrumentation.ts';
export type { GrpcClientOptions } from './grpc/client.ts';
export type { IncomingCall } from './grpc/incoming-call.ts';
export type { GrpcMetadata } from './grpc/metadata.ts';
export type { OutgoingCall } from './grpc/outgoing-call.ts';
export type { GrpcServerOptions } from './grpc/server.ts';
export type { RpcClientOptions } from './protocol/rpc-client.ts';
export type { RpcServerOptions } from './protocol/rpc-server.ts';
export type { RpcStatus } from './protocol/rpc-status.ts';
export { UNTRACED } from '@spanwise/opentracing';

/** Settings of `instrumentGrpc`. */
export interface GrpcInstrumentationOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** Settings for servers; `false` leaves them alone. */
  server?: GrpcServerOptions | false;
  /** Settings for clients; `false` leaves them alone. */
  client?: GrpcClientOptions | false;
}

/** What is needed of the module `@grpc/grpc-js`, by `require` or by any form of `import`. */
export interface GrpcModule {
  /** The class of connections to a server. */
  Channel: abstract new (...args: never[]) => object;
  /** The class of servers. */
  Server: abstract new (...args: never[]) => object;
  /**
   * The class of clients. Without it, the span of a call whose stream the application destroys, or leaves a loop over, may never
   * end: grpc-js tells of that by the stream alone.
   */
  Client?: abstract new (...args: never[]) => object;
}

/**
 * Traces every call that this copy of `@grpc/grpc-js` makes or serves: one message or a stream, each way. Clients and
 * servers may exist already. Interceptors and handlers of a server run with its span active, events of streams
 * included. Callbacks and events of a client run in the context of who made the call.
 *
 * A client's span is below its interceptors: one that calls twice makes two spans, one that answers by itself makes none.
 * Retries of grpc-js itself are within one span, as a call is one to the application; each attempt that reaches a server
 * has a span there.
 *
 * The module is given by the application, so that it works in bundles and with more than one copy of it. A copy that is
 * instrumented already is left as it is. A call whose `Metadata` carries `UNTRACED` is left alone by clients.
 *
 * Not covered: calls to methods that a server does not have, and channels of other classes (`channelOverride`).
 *
 * ```ts
 * import * as grpc from '@grpc/grpc-js';
 * instrumentGrpc(grpc, { tracer, server: { shouldTrace: (call) => call.service !== 'grpc.health.v1.Health' } });
 * ```
 *
 * @throws {TypeError} when `tracer` is not a tracer, or `grpc` is not the module.
 */
export function instrumentGrpc(grpc: GrpcModule, options: GrpcInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentGrpc(grpc, { tracer })');
  const channel = prototypeWith(grpc?.Channel, 'Channel', 'createCall');
  const server = prototypeWith(grpc?.Server, 'Server', '_retrieveHandler');
  const { tracer } = options;
  const restores = [
    options.client === false ? undefined : instrumentChannel(channel, tracer, options.client ?? {}),
    options.client === false || grpc.Client === undefined ? undefined : watchStreams(grpc.Client as ClientClass),
    options.server === false ? undefined : instrumentServer(server, tracer, options.server ?? {}),
  ];
  return {
    uninstall: () => {
      for (const restore of restores.splice(0)) restore?.();
    },
  };
}

function prototypeWith(type: GrpcModule['Server'] | undefined, name: string, method: string): object {
  const prototype = type?.prototype as { [name: string]: unknown } | undefined;
  if (typeof prototype?.[method] === 'function') return prototype;
  throw new TypeError(
    `instrumentGrpc(grpc, …) must be given the module \`@grpc/grpc-js\`, 1.10 or later, whose \`${name}\` has a method \`${method}\``,
  );
}
