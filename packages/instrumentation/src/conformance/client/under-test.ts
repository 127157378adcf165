import type { MockTracer } from '@spanwise/opentracing/mock';

/** A request that a case wants made, as an application would make it. */
export interface ClientCall {
  /** Such as `GET`. */
  readonly method: string;
  /** Absolute, with `http:`. */
  readonly url: string;
  /** To be handed to the client as it is: a copy would hide that an adapter writes to it. */
  readonly headers: Record<string, string>;
  /** The text to send; none when left out. */
  readonly body?: string;
  /** Gives the request up when it aborts. */
  readonly signal?: AbortSignal;
  /** Gives the request up when it takes longer, by the client's own means (`timeouts`). */
  readonly timeoutMillis?: number;
  /** The request is to be left alone, by whatever means the adapter has (`untraced`). */
  readonly untraced?: boolean;
  /** To be called where the application hears that status and headers have come, before it reads the body. */
  readonly onResponse: () => void;
  /** To be called with each object that is given to the client; gives it back. */
  readonly given: <T extends object>(argument: T) => T;
}

/** What an application got. */
export interface ClientReply {
  /** The status code. */
  readonly status: number;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole text. */
  readonly body: string;
}

/** A client, traced by the adapter under test. */
export interface HttpClientUnderTest {
  /** Sends a request and reads the whole answer. Rejects with the very error that the application got. */
  send(call: ClientCall): Promise<ClientReply>;
  /** Lets go of connections, and takes the instrumentation away. */
  close(): void | Promise<void>;
}

/** How a case wants the client. */
export interface HttpClientSetting {
  /** The tracer that the adapter under test is to use; `undefined` for the same client without instrumentation. */
  readonly tracer: MockTracer | undefined;
}

/** Makes a client that does not send a request again by itself. */
export type CreateHttpClient = (setting: HttpClientSetting) => HttpClientUnderTest | Promise<HttpClientUnderTest>;

/** What an adapter and its client can do. What they cannot is thereby declared, and not tested. */
export interface HttpClientCapabilities {
  /** Knows the name or address of the server. Default `true`. */
  peer?: boolean;
  /** Can leave single requests alone. Default `true`. */
  untraced?: boolean;
  /** The client can give up requests by an `AbortSignal`. Default `true`. */
  abort?: boolean;
  /** The client can give up requests that take too long. Default `true`. */
  timeouts?: boolean;
  /**
   * The span lasts until the last byte of the body. Default `true`; not so for adapters that end it with the headers,
   * because the body is the application's to read or not.
   */
  wholeResponse?: boolean;
  /** Logs what went wrong, beside the tag `error`. Default `true`. */
  errorLogs?: boolean;
  /** Keeps failures of the tracer from the application. Default `true`. */
  guarded?: boolean;
  /** How long a case waits for what must happen, in milliseconds. Default 5000. */
  deadlineMillis?: number;
}
