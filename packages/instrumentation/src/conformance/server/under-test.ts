import type { MockTracer } from '@spanwise/opentracing/mock';

/** A request as a handler of the kit sees it. */
export interface ServedRequest {
  /** Path and query, as they came. */
  readonly target: string;
  /** Reads the whole body. */
  text(): Promise<string>;
}

/** What a handler of the kit answers with. */
export interface Answer {
  /** The status code. */
  readonly status: number;
  /** By name. None by default. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or its parts as they become ready: each is to be sent at once (`streaming`). Empty by default. */
  readonly body?: string | AsyncIterable<string>;
}

/** A route that the server under test must have. */
export interface Route {
  /** Such as `GET`. */
  readonly method: string;
  /** Such as `/items/:item`, where `:item` stands for any one segment. */
  readonly path: string;
  /** The application's handler: throws, rejects, answers at once or with a promise. */
  readonly handle: (request: ServedRequest) => Answer | Promise<Answer>;
}

/** What a case wants served. */
export interface HttpServerSetting {
  /** The tracer that the adapter under test is to use. */
  readonly tracer: MockTracer;
  /** What to serve. */
  readonly routes: readonly Route[];
  /** Requests of this path are to be left alone, by whatever filter the adapter has (`filter`). */
  readonly untracedPath: string;
}

/** A server that listens, traced by the adapter under test. */
export interface HttpServerUnderTest {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /**
   * What handlers threw and rejected with, as it came to whoever gets it without tracing too: an error handler of the
   * framework, or what stands for `uncaughtException`. The same values, not copies.
   */
  thrown(): readonly unknown[];
  /** Ends the server and its connections, and takes the instrumentation away. */
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback. */
export type CreateHttpServer = (setting: HttpServerSetting) => HttpServerUnderTest | Promise<HttpServerUnderTest>;

/** What an adapter and its server can do. What they cannot is thereby declared, and not tested. */
export interface HttpServerCapabilities {
  /** Knows the address of the client. Default `true`. */
  peer?: boolean;
  /** Names spans by route. Default `true`. */
  routes?: boolean;
  /** Sees requests that no route takes. Default `true`; not so for adapters that wrap single routes. */
  unrouted?: boolean;
  /** Can leave requests alone. Default `true`. */
  filter?: boolean;
  /** The server sends bodies in parts. Default `true`. */
  streaming?: boolean;
  /** Logs what a handler threw, beside the tag `error`. Default `true`. */
  errorLogs?: boolean;
  /**
   * Sees promises of handlers that are rejected. Default `true`; not so where the server itself does not look at what
   * handlers return, as `node:http` does not.
   */
  rejections?: boolean;
  /** Keeps failures of the tracer from the application. Default `true`. */
  guarded?: boolean;
  /** How long a case waits for what must happen, in milliseconds. Default 5000. */
  deadlineMillis?: number;
}
