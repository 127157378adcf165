// The examples of opentracing-python's README, ported; docs/coming-from-python.md shows them, guides.test.ts runs them.
import {
  FORMAT_HTTP_HEADERS,
  globalTracer,
  recordError,
  type Scope,
  type Span,
  startChildSpan,
  Tags,
  type Tracer,
} from '@spanwise/opentracing';

export interface InboundRequest {
  readonly operation: string;
  readonly headers: Record<string, string>;
  readonly fullUrl: string;
  readonly remoteIp?: string;
  readonly remotePort?: number;
  readonly callerName?: string;
}

export interface OutboundRequest {
  readonly operation: string;
  readonly fullUrl: string;
  readonly serviceName?: string;
  readonly host?: string;
  readonly port?: number;
  addHeader(name: string, value: string): void;
}

// Inbound request

export async function handleRequest(request: InboundRequest, handleForReal: () => Promise<void>): Promise<void> {
  const tracer = globalTracer();
  const span = beforeRequest(request, tracer);
  await tracer.withActiveSpan(span, { finishOnClose: true }, handleForReal);
}

export function beforeRequest(request: InboundRequest, tracer: Tracer): Span {
  const span = tracer.startSpan(request.operation, { childOf: tracer.extract(FORMAT_HTTP_HEADERS, request.headers) });
  span.setTag(Tags.HTTP_URL, request.fullUrl);
  if (request.remoteIp !== undefined) span.setTag(Tags.PEER_HOST_IPV4, request.remoteIp);
  if (request.callerName !== undefined) span.setTag(Tags.PEER_SERVICE, request.callerName);
  if (request.remotePort !== undefined) span.setTag(Tags.PEER_PORT, request.remotePort);
  return span;
}

// Outbound request

export async function send<R>(request: OutboundRequest, sendForReal: () => Promise<R>): Promise<R> {
  const span = beforeHttpRequest(request);
  return globalTracer().withActiveSpan(span, { finishOnClose: true }, sendForReal);
}

export function beforeHttpRequest(request: OutboundRequest): Span {
  const tracer = globalTracer();
  const span = tracer.startSpan(request.operation); // a child of the active span
  span.setTag(Tags.HTTP_URL, request.fullUrl);
  if (request.serviceName !== undefined) span.setTag(Tags.PEER_SERVICE, request.serviceName);
  if (request.host !== undefined) span.setTag(Tags.PEER_HOSTNAME, request.host);
  if (request.port !== undefined) span.setTag(Tags.PEER_PORT, request.port);

  const headers: Record<string, string> = {};
  tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
  for (const [name, value] of Object.entries(headers)) request.addHeader(name, value);
  return span;
}

// Scopes

export function tagActiveSpan(tracer: Tracer): void {
  tracer.scopeManager.active?.span.setTag('found', true);
  // or, shorter
  tracer.activeSpan?.setTag('found', true);
}

export function activateByHand(tracer: Tracer, doThings: () => void): void {
  const span = tracer.startSpan('someWork');
  using _scope = tracer.scopeManager.activate(span, true);
  doThings();
}

export function activateAtOnce(tracer: Tracer, doThings: () => void): void {
  using scope = tracer.startActiveSpan('someWork');
  scope.span.setTag('things', 1);
  doThings();
}

export function handleErrors(tracer: Tracer, doThings: () => void): void {
  const span = tracer.startSpan('someWork');
  const scope = tracer.scopeManager.activate(span, true);
  try {
    doThings();
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    scope.close();
  }
}

export function inOneCall(tracer: Tracer, doThings: () => void): void {
  tracer.withActiveSpan('someWork', doThings);
}

export function startAnotherTrace(tracer: Tracer): Scope {
  return tracer.startActiveSpan('someWork', { ignoreActiveSpan: true });
}

// Beyond the README

export function startChild(parent: Span): Span {
  return startChildSpan(parent, 'child', { tags: { a: 1 } });
}

export function withoutParent(tracer: Tracer, schedule: () => void): void {
  tracer.scopeManager.runDetached(schedule);
}
