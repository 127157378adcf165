import type { MockSpan, MockTracer } from '@spanwise/opentracing/mock';

import { sameData } from '../assert.ts';
import { mockTracer, onlySpan, settledSpans } from '../spans.ts';
import { DEFAULT_DEADLINE_MILLIS, within } from '../waiting.ts';
import { Peer, type Respond } from './peer.ts';
import type {
  ClientCall,
  ClientReply,
  CreateHttpClient,
  HttpClientCapabilities,
  HttpClientUnderTest,
} from './under-test.ts';

/** What a case works with: a tracer, a client, and a server to call. Everything that waits has a deadline. */
export class ClientBench {
  readonly tracer: MockTracer;
  readonly capabilities: HttpClientCapabilities;
  readonly #create: CreateHttpClient;
  readonly #closing: (() => void | Promise<void>)[] = [];
  #client: HttpClientUnderTest | undefined;

  constructor(create: CreateHttpClient, capabilities: HttpClientCapabilities, tracer: MockTracer = mockTracer()) {
    this.#create = create;
    this.capabilities = capabilities;
    this.tracer = tracer;
  }

  /** Starts a server of the kit, by default one that answers with the status 200. */
  async serve(respond: Respond = (response) => void response.end()): Promise<Peer> {
    const peer = await Peer.start(respond);
    this.#closing.push(() => peer.close());
    return peer;
  }

  /**
   * Makes the client, unless there is one. A case that looks at the active span does this before, so that `send` is
   * called without a wait.
   */
  async prepare(): Promise<HttpClientUnderTest> {
    this.#client ??= await this.#started(this.tracer);
    return this.#client;
  }

  /** Sends a request with the client under test. */
  send(url: string, call: Partial<ClientCall> = {}): Promise<ClientReply> {
    const reply = this.prepare().then((client) => this.sendWith(client, url, call));
    return this.within(reply, `the answer of ${url}`);
  }

  /** Sends a request with a given client. It has been called when this returns. */
  sendWith(client: HttpClientUnderTest, url: string, call: Partial<ClientCall> = {}): Promise<ClientReply> {
    const whole = { method: 'GET', url, headers: {}, onResponse: () => {}, given: <T>(it: T): T => it, ...call };
    return this.within(client.send(whole), `the answer of ${url}`);
  }

  /** Sends a request, and gives the client's span when it has finished. */
  async span(url: string, call?: Partial<ClientCall>): Promise<MockSpan> {
    await this.send(url, call);
    return onlySpan(await this.spans(), 'client');
  }

  /**
   * Makes a request that fails, sees to it that the application gets the error that it gets without instrumentation,
   * and gives the span.
   *
   * @param callOf is asked for each of the two requests
   */
  async failedSpan(url: string, callOf: () => Partial<ClientCall> = () => ({})): Promise<MockSpan> {
    const untouched = await this.#started(undefined);
    const expected = await errorOf(this.sendWith(untouched, url, callOf()));
    // Not both at a time: an adapter may replace a function of the whole process.
    await this.#closing.pop()?.();
    sameData(await errorOf(this.send(url, callOf())), expected, 'the error that the application gets');
    return onlySpan(await this.spans(), 'client');
  }

  /** Waits until no span is open, and gives the finished ones. */
  async spans(): Promise<MockSpan[]> {
    return settledSpans(this.tracer, this.#deadlineMillis);
  }

  within<T>(promise: Promise<T>, what: string): Promise<T> {
    return within(promise, this.#deadlineMillis, what);
  }

  /** Ends clients and servers. What they do at the end of their connections is done then. */
  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }

  async #started(tracer: MockTracer | undefined): Promise<HttpClientUnderTest> {
    const client = await this.#create({ tracer });
    this.#closing.push(() => client.close());
    return client;
  }

  get #deadlineMillis(): number {
    return this.capabilities.deadlineMillis ?? DEFAULT_DEADLINE_MILLIS;
  }
}

/** One requirement on a client adapter. */
export type ClientRequirement = (bench: ClientBench) => Promise<void>;

/** What an error says, its causes included; `none` for an answer. */
async function errorOf(reply: Promise<ClientReply>): Promise<object | string> {
  return reply.then(
    () => 'none',
    (error: unknown) => described(error),
  );
}

function described(error: unknown): object | string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message, code, cause } = error as Partial<Error> & { code?: unknown };
  return { name, message, code, ...(cause !== undefined && { cause: described(cause) }) };
}
