import { AsyncResource } from 'node:async_hooks';

import { replaceFunction } from '../internal/replace-function.ts';
import type { Restore } from '../internal/replace-function.ts';
import { RpcServerHandler } from '../protocol/rpc-server.ts';
import type { RpcServerAdapter, RpcServerOptions } from '../protocol/rpc-server.ts';
import type { TracerLike } from '../protocol/tracer-like.ts';
import { IncomingCall } from './incoming-call.ts';
import { carrierOf } from './metadata.ts';
import type { GrpcMetadata } from './metadata.ts';
import { parsePeer } from './peer.ts';
import { ServerExchange } from './server-exchange.ts';
import type { ServerCall } from './server-exchange.ts';

/** What a user may choose about the spans of gRPC servers. */
export type GrpcServerOptions = RpcServerOptions<IncomingCall>;

type Handler = RpcServerHandler<IncomingCall>;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Interceptor = (definition: unknown, call: ServerCall) => ServerCall;

/** The fields of a server that are used. They are private to it, and the same since its interceptors came (1.10). */
interface Server {
  _retrieveHandler(path: string): Method | null;
  interceptors: readonly Interceptor[];
}

/** What a server knows of a method. */
interface Method {
  readonly path: string;
  readonly type?: string;
  readonly func: AnyFunction;
}

/** The server's call below all interceptors, or what one of its credentials has put before it. */
interface InnerCall extends ServerCall {
  readonly metadata?: GrpcMetadata;
  readonly nextCall?: InnerCall;
  getPeer(): string;
}

/** On a list of interceptors for one call: the list that it stands for. */
const STANDS_FOR: unique symbol = Symbol('spanwise.grpc.interceptors');

/**
 * Traces every call that servers of this prototype have a method for; servers that exist already are covered. A server
 * looks for the method of a call and reads its interceptors right after that: they are given to it as one that runs all
 * of them in the span, so that the server itself stays as it was.
 */
export function instrumentServer(
  prototype: object,
  tracer: TracerLike,
  options: GrpcServerOptions,
): Restore | undefined {
  const handler: Handler = new RpcServerHandler(tracer, grpcServerAdapter, options);
  return replaceFunction(prototype as Server, '_retrieveHandler', (original, enabled) => {
    return function _retrieveHandler(this: Server, ...args: [string]): Method | null {
      const method = Reflect.apply(original, this, args);
      if (!method || !enabled() || !Array.isArray(this.interceptors)) return method;
      return serveTraced(handler, this, method);
    };
  });
}

function serveTraced(handler: Handler, server: Server, method: Method): Method {
  let exchange: ServerExchange | undefined;
  const given = server.interceptors as Server['interceptors'] & { [STANDS_FOR]?: Server['interceptors'] };
  const interceptors = given[STANDS_FOR] ?? given;
  const all: Interceptor = (definition, call) => {
    server.interceptors = interceptors;
    const intercepted = (): ServerCall =>
      interceptors.reduce((inner, interceptor) => interceptor(definition, inner), call);
    const started = handler.start(() => describe(method, call as InnerCall));
    if (started === undefined) return intercepted();
    return handler.run(started.span, (scope) => {
      exchange = new ServerExchange(handler, started, scope, new AsyncResource('spanwise.grpc.server'));
      return exchange.serve(innermost(call as InnerCall), intercepted);
    });
  };
  server.interceptors = Object.assign([all], { [STANDS_FOR]: interceptors });
  return { ...method, func: noting(method.func, (error) => exchange?.threw(error)) };
}

/** The server makes a status of what a handler throws, and forgets the error. */
function noting(func: AnyFunction, threw: (error: unknown) => void): AnyFunction {
  return function handle(this: unknown, ...args) {
    try {
      return Reflect.apply(func, this, args);
    } catch (error) {
      threw(error);
      throw error;
    }
  };
}

function describe({ path, type }: Method, call: InnerCall): IncomingCall {
  const { metadata } = innermost(call);
  if (metadata === undefined) throw new TypeError('this version of grpc-js keeps the metadata of a call elsewhere');
  return new IncomingCall(path, metadata, call.getPeer(), type);
}

function innermost(call: InnerCall): InnerCall {
  let inner = call;
  while (inner.metadata === undefined && inner.nextCall !== undefined) inner = inner.nextCall;
  return inner;
}

const grpcServerAdapter: RpcServerAdapter<IncomingCall> = {
  component: 'grpc',
  method: (call) => call,
  metadata: (call) => carrierOf(call.metadata),
  peerAddress: (call) => parsePeer(call.peer).address,
  peerPort: (call) => parsePeer(call.peer).port,
};
