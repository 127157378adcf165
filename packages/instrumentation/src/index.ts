/**
 * Protocol handlers: what tracing an HTTP exchange or a database query means, written once for every library.
 * Adapters for libraries are at `@spanwise/instrumentation/http`, `/fetch` and `/pg`. Everything works with
 * any OpenTracing tracer.
 *
 * @module
 */
export type { Instrumentation } from './instrumentation.ts';
export { Boundary } from './protocol/boundary.ts';
export type { FailureListener } from './protocol/boundary.ts';
export { DatabaseHandler } from './protocol/database.ts';
export type { DatabaseOptions, DatabaseQuery } from './protocol/database.ts';
export { HttpClientHandler } from './protocol/http-client.ts';
export type { HttpClientAdapter, HttpClientOptions } from './protocol/http-client.ts';
export { lowCardinalityPath, redactedUrl } from './protocol/http-path.ts';
export { HttpServerHandler } from './protocol/http-server.ts';
export type { HttpServerAdapter, HttpServerOptions } from './protocol/http-server.ts';
export { normalizedStatement, statementName } from './protocol/sql.ts';
export type { ScopeLike, ScopeManagerLike, SpanLike, StartOptions, TracerLike } from './protocol/tracer-like.ts';
export { UNTRACED } from '@spanwise/opentracing';
