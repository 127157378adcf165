import { FORMAT_HTTP_HEADERS, type Span } from '@spanwise/opentracing';
import type { MockSpan, MockTracer } from '@spanwise/opentracing/mock';

import { mockTracer, onlySpan, settledSpans } from '../spans.ts';
import { DEFAULT_DEADLINE_MILLIS, within } from '../waiting.ts';
import { call, type CallOptions, type Reply } from './caller.ts';
import type { Answer, CreateHttpServer, HttpServerCapabilities, HttpServerUnderTest, Route } from './under-test.ts';

/** The path that the server under test leaves alone. */
export const UNTRACED_PATH = '/untraced';

/** What a case works with: a tracer, a server, and requests to it. Everything that waits has a deadline. */
export class ServerBench {
  readonly tracer: MockTracer;
  readonly capabilities: HttpServerCapabilities;
  readonly #create: CreateHttpServer;
  #server: HttpServerUnderTest | undefined;

  constructor(create: CreateHttpServer, capabilities: HttpServerCapabilities, tracer: MockTracer = mockTracer()) {
    this.#create = create;
    this.capabilities = capabilities;
    this.tracer = tracer;
  }

  /** Starts the server of this case. */
  async serve(...routes: Route[]): Promise<void> {
    const { tracer } = this;
    const server = Promise.resolve(this.#create({ tracer, routes, untracedPath: UNTRACED_PATH }));
    this.#server = await this.within(server, 'the start of the server');
  }

  /** Starts a server with one route for GET. */
  async serveOne(path: string, handle: Route['handle']): Promise<void> {
    await this.serve({ method: 'GET', path, handle });
  }

  get server(): HttpServerUnderTest {
    if (this.#server === undefined) throw new Error('no server was started');
    return this.#server;
  }

  /** Sends a request and reads the answer. */
  call(target: string, options?: CallOptions): Promise<Reply> {
    return this.within(call(this.server.origin, target, options), `the answer of ${target}`);
  }

  /** Sends a request, reads the answer, and gives the server's span when it has finished. */
  async span(target: string, options?: CallOptions): Promise<MockSpan> {
    await this.call(target, options);
    return onlySpan(await this.spans(), 'server');
  }

  /** Waits until no span is open, and gives the finished ones. */
  async spans(): Promise<MockSpan[]> {
    return settledSpans(this.tracer, this.#deadlineMillis);
  }

  /** The headers that a caller sends whose span is `span`. */
  headersOf(span: Span): Record<string, string> {
    const headers: Record<string, string> = {};
    this.tracer.inject(span, FORMAT_HTTP_HEADERS, headers);
    return headers;
  }

  within<T>(promise: Promise<T>, what: string): Promise<T> {
    return within(promise, this.#deadlineMillis, what);
  }

  /** Ends the server. What it does at the end of its connections is done then. A second call does nothing. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await this.within(server.close(), 'the end of the server');
  }

  get #deadlineMillis(): number {
    return this.capabilities.deadlineMillis ?? DEFAULT_DEADLINE_MILLIS;
  }
}

/** One requirement on a server adapter. */
export type ServerRequirement = (bench: ServerBench) => Promise<void>;

/** A handler that answers at once. */
export function answering(answer: Answer): Route['handle'] {
  return () => answer;
}
