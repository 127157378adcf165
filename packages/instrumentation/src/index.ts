/**
 * Protocol handlers: what tracing an HTTP exchange, a remote call, a database query, a message or a task for another thread
 * means, written once for every library. Adapters for libraries are at `@spanwise/instrumentation/http`, `/fetch`, `/grpc`, `/pg`,
 * `/mqtt` and `/worker-threads`. Everything works with any OpenTracing tracer.
 *
 * @module
 */
export type { Instrumentation } from './instrumentation.ts';
export { Boundary } from './protocol/boundary.ts';
export type { FailureListener } from './protocol/boundary.ts';
export { DatabaseHandler } from './protocol/database.ts';
export type { DatabaseConnection, DatabaseOptions, DatabaseQuery, DatabaseRefusal } from './protocol/database.ts';
export { HttpClientHandler } from './protocol/http-client.ts';
export type { HttpClientAdapter, HttpClientOptions } from './protocol/http-client.ts';
export { lowCardinalityPath, redactedUrl } from './protocol/http-path.ts';
export { HttpServerHandler } from './protocol/http-server.ts';
export type { HttpServerAdapter, HttpServerOptions } from './protocol/http-server.ts';
export type { MessageAdapter } from './protocol/message-broker.ts';
export { MessageConsumerHandler } from './protocol/message-consumer.ts';
export type { MessageConsumerAdapter, MessageConsumerOptions } from './protocol/message-consumer.ts';
export { MessageProducerHandler } from './protocol/message-producer.ts';
export type { MessageProducerAdapter, MessageProducerOptions } from './protocol/message-producer.ts';
export { PUBLISH_TIME_HEADER, waitedMillis } from './protocol/publish-time.ts';
export { RpcClientHandler } from './protocol/rpc-client.ts';
export type { RpcClientAdapter, RpcClientOptions } from './protocol/rpc-client.ts';
export type { RpcMethod } from './protocol/rpc-method.ts';
export { RpcServerHandler } from './protocol/rpc-server.ts';
export type { RpcServerAdapter, RpcServerOptions } from './protocol/rpc-server.ts';
export type { RpcStatus } from './protocol/rpc-status.ts';
export { normalizedStatement, statementName } from './protocol/sql.ts';
export { TaskCallerHandler } from './protocol/task-caller.ts';
export type { Task, TaskCallerOptions } from './protocol/task-caller.ts';
export { TaskWorkerHandler } from './protocol/task-worker.ts';
export type { TaskWorkerOptions } from './protocol/task-worker.ts';
export type { ScopeLike, ScopeManagerLike, SpanLike, StartOptions, TracerLike } from './protocol/tracer-like.ts';
export { UNTRACED } from '@spanwise/opentracing';
