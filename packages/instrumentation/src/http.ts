/**
 * Tracing for `node:http` and `node:https`, servers and clients.
 *
 * @module
 */
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

import { requireTracer } from './instrumentation.ts';
import type { Instrumentation } from './instrumentation.ts';
import { instrumentClients } from './http/client.ts';
import type { HttpModule, NodeHttpClientOptions } from './http/client.ts';
import { instrumentServers } from './http/server.ts';
import type { NodeHttpServerOptions } from './http/server.ts';
import type { TracerLike } from './protocol/tracer-like.ts';

export type { Instrumentation } from './instrumentation.ts';
export type { NodeHttpClientOptions } from './http/client.ts';
export type { NodeHttpServerOptions } from './http/server.ts';
export type { OutgoingRequest } from './http/outgoing-request.ts';
export { UNTRACED } from '@spanwise/opentracing';

/** Settings of `instrumentHttp`. */
export interface HttpInstrumentationOptions {
  /** Any OpenTracing tracer. */
  tracer: TracerLike;
  /** Settings for servers; `false` leaves them alone. */
  server?: NodeHttpServerOptions | false;
  /** Settings for clients; `false` leaves them alone. */
  client?: NodeHttpClientOptions | false;
}

/**
 * Traces every HTTP request that this process serves or sends through `node:http` and `node:https`, named ESM imports
 * included. Call it before libraries that take `http.request` aside are loaded; servers may exist already.
 *
 * Where another copy of this package has instrumented already, this does nothing.
 *
 * ```ts
 * const instrumentation = instrumentHttp({ tracer, server: { shouldTrace: (request) => request.url !== '/health' } });
 * ```
 *
 * Not covered: HTTP/2, upgraded (WebSocket) connections of servers, and `new http.ClientRequest()`.
 *
 * @throws {TypeError} when `tracer` is not a tracer.
 */
export function instrumentHttp(options: HttpInstrumentationOptions): Instrumentation {
  requireTracer(options?.tracer, 'instrumentHttp({ tracer })');
  const { tracer, server = {}, client = {} } = options;
  const restores = [
    ...(server === false ? [] : instrumentServers([http.Server.prototype, https.Server.prototype], tracer, server)),
    ...(client === false ? [] : instrumentClients(MODULES, tracer, client)),
  ];
  syncBuiltinESMExports();
  return {
    uninstall: () => {
      for (const restore of restores.splice(0).reverse()) restore();
      syncBuiltinESMExports();
    },
  };
}

const MODULES = [
  { module: http as unknown as HttpModule, protocol: 'http:' },
  { module: https as unknown as HttpModule, protocol: 'https:' },
] as const;
