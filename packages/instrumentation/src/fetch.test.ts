import { Tags } from '@spanwise/opentracing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { listen } from '../test/listening.ts';
import type { Listening } from '../test/listening.ts';
import { errorsOf, Recording } from '../test/recording.ts';
import { instrumentFetch, UNTRACED } from './fetch.ts';
import type { FetchInstrumentationOptions, Instrumentation } from './fetch.ts';
import type { SpanLike } from './protocol/tracer-like.ts';

let recording: Recording;
let instrumentation: Instrumentation;
const servers: Listening[] = [];

beforeEach(() => {
  recording = new Recording();
  install({});
});

afterEach(async () => {
  instrumentation.uninstall();
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) await server.close();
});

function install(options: Partial<FetchInstrumentationOptions>): void {
  instrumentation?.uninstall();
  instrumentation = instrumentFetch({ tracer: recording.tracer, ...options });
}

/** A server that answers with method, headers and body, as JSON; with the status that the path names. */
async function mirror(): Promise<string> {
  const server = await listen((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      response.statusCode = Number(/\/status\/(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
      if (response.statusCode === 302) response.setHeader('location', '/status/200');
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
    });
  });
  servers.push(server);
  return server.origin;
}

/** A server that answers nothing, and tells of each request. */
async function silent(heard: () => void = () => {}): Promise<string> {
  const server = await listen(() => heard());
  servers.push(server);
  return server.origin;
}

interface Mirrored {
  method: string;
  headers: Record<string, string>;
  body: string;
}

describe('a call', () => {
  test.each([
    ['text/event-stream; charset=utf-8', 'text/event-stream'],
    ['application/json', undefined],
  ])('with an answer of the type %s is tagged with %s', async (sent, type) => {
    const server = await listen((_request, response) => response.writeHead(200, { 'content-type': sent }).end());
    await (await fetch(server.origin)).text();
    expect((await recording.only('client')).tags()['http.response.header.content-type']).toBe(type);
    await server.close();
  });

  test('has the standard tags, and its context reaches the server', async () => {
    const origin = await mirror();
    const scope = recording.tracer.startActiveSpan('caller');
    const response = await fetch(`${origin}/cart/17?sig=abc#part`, { method: 'post', body: 'content' });
    scope.close();
    const { headers, ...rest } = (await response.json()) as Mirrored;
    const span = await recording.only('client');
    expect(rest).toEqual({ method: 'POST', body: 'content' });
    expect(headers['ot-tracer-spanid']).toBe(span.uuid());
    expect(span.operationName()).toBe('POST /cart/:id');
    expect(span.parentId()).toBe(scope.span.context().toSpanId());
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_CLIENT,
      [Tags.COMPONENT]: 'fetch',
      [Tags.HTTP_METHOD]: 'POST',
      [Tags.HTTP_URL]: `${origin}/cart/17?sig=REDACTED`,
      [Tags.HTTP_STATUS_CODE]: 200,
      [Tags.PEER_HOSTNAME]: '127.0.0.1',
    });
  });

  test.each([
    [399, undefined],
    [400, true],
    [500, true],
  ])('with status %d has error %s', async (status, error) => {
    await fetch(`${await mirror()}/status/${status}`);
    expect((await recording.only()).tags()['error']).toBe(error);
  });

  test('that is redirected has one span, with the last status', async () => {
    await fetch(`${await mirror()}/status/302`);
    expect((await recording.only()).tags()).toMatchObject({ 'http.status_code': 200 });
  });

  test('leaves the body to the application', async () => {
    const response = await fetch(await mirror());
    await recording.only();
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toContain('GET');
  });

  test('in each of a hundred contexts has that context’s span as parent', async () => {
    const origin = await mirror();
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        recording.tracer.withActiveSpan(`caller ${i}`, {}, async () => (await fetch(`${origin}/a?n=${i}`)).text()),
      ),
    );
    const callers = new Map(recording.finished().map((span) => [span.uuid(), span.operationName()]));
    for (const span of await recording.settled(100, 'client')) {
      expect(callers.get(span.parentId()!)).toBe(`caller ${String(span.tags()['http.url']).split('=')[1]}`);
    }
  });
});

describe('call shapes', () => {
  const shapes: [string, (origin: string) => Parameters<typeof fetch>][] = [
    ['a string', (origin) => [`${origin}/p`]],
    ['a URL', (origin) => [new URL('/p', origin)]],
    ['a Request', (origin) => [new Request(`${origin}/p`, { headers: { 'x-mine': 'yes' } })]],
    ['a string and headers', (origin) => [`${origin}/p`, { headers: { 'X-Mine': 'yes' } }]],
    ['a string and Headers', (origin) => [`${origin}/p`, { headers: new Headers({ 'X-Mine': 'yes' }) }]],
    ['a string and pairs', (origin) => [`${origin}/p`, { headers: [['X-Mine', 'yes']] }]],
    ['a Request and headers', (origin) => [new Request(`${origin}/p`), { headers: { 'X-Mine': 'yes' } }]],
  ];
  test.each(shapes)('%s', async (name, shape) => {
    const origin = await mirror();
    const { headers } = (await (await fetch(...shape(origin))).json()) as Mirrored;
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.url': `${origin}/p`, 'http.method': 'GET' });
    expect(headers['ot-tracer-spanid']).toBe(span.uuid());
    if (/headers|pairs|Request$/i.test(name)) expect(headers['x-mine']).toBe('yes');
  });

  test('a Request with method and streaming body', async () => {
    const body = new Blob(['one ', 'two']).stream();
    const request = new Request(await mirror(), { method: 'PUT', body, duplex: 'half' });
    const mirrored = (await (await fetch(request)).json()) as Mirrored;
    expect(mirrored).toMatchObject({ method: 'PUT', body: 'one two' });
    expect((await recording.only()).operationName()).toBe('PUT /');
  });

  test('headers of the init replace those of the Request, as ever', async () => {
    const request = new Request(await mirror(), { headers: { 'x-a': '1' } });
    const { headers } = (await (await fetch(request, { headers: { 'x-b': '2' } })).json()) as Mirrored;
    expect(headers).toMatchObject({ 'x-b': '2' });
    expect(headers).not.toHaveProperty('x-a');
  });

  const OTHER = 'http://other.example/';
  const inits: [string, () => object][] = [
    ['a Request', () => new Request(OTHER, { method: 'POST', body: 'hello', headers: { 'X-Mine': 'yes' } })],
    ['an object with inherited members', () => Object.create(POSTED) as object],
    ['an object of a class with getters', () => new PostedByGetters()],
    ['a function with members', () => Object.assign(() => {}, POSTED)],
  ];
  test.each(inits)('%s as the init says all that it says without tracing', async (_name, init) => {
    const { method, headers, body } = (await (await fetch(`${await mirror()}/p`, init())).json()) as Mirrored;
    expect({ method, body, mine: headers['x-mine'] }).toEqual({ method: 'POST', body: 'hello', mine: 'yes' });
    expect((await recording.only()).operationName()).toBe('POST /p');
  });

  test('members of the init that are no standard ones reach the function below', async () => {
    const inits: unknown[] = [];
    const target = { fetch: takingNote(inits) };
    install({ target });
    await target.fetch(OTHER, { next: { revalidate: 60 } } as RequestInit);
    expect(inits).toEqual([expect.objectContaining({ next: { revalidate: 60 } })]);
  });

  const REFERRER = 'http://shop.example/page';
  test.each([
    ['unsafe-url', REFERRER],
    ['origin', 'http://shop.example/'],
    ['same-origin', undefined],
  ] as const)('a Request keeps its referrer and its policy %s', async (referrerPolicy, referer) => {
    const request = new Request(await mirror(), { referrer: REFERRER, referrerPolicy });
    for (const init of [undefined, {}, { method: undefined }] as RequestInit[]) {
      const { headers } = (await (await fetch(request, init)).json()) as Mirrored;
      expect(headers['referer']).toBe(referer);
      expect(headers).toHaveProperty('ot-tracer-spanid');
    }
  });

  test('a Request loses its referrer to an init that says something, as ever', async () => {
    const request = new Request(await mirror(), { referrer: REFERRER, referrerPolicy: 'unsafe-url' });
    const { headers } = (await (await fetch(request, { redirect: 'error' })).json()) as Mirrored;
    expect(headers).not.toHaveProperty('referer');
  });

  test('a navigation, which fetch takes without an init only, is sent as it came', async () => {
    const calls: unknown[] = [];
    const target = { fetch: takingNote(calls) };
    install({ target });
    // As a service worker gets it; no constructor makes one.
    const navigation = { url: OTHER, method: 'GET', headers: new Headers(), mode: 'navigate' };
    await target.fetch(navigation as unknown as Request);
    expect(calls.map((init) => Object.keys(init as object))).toEqual([[]]);
    await recording.only();
  });

  test('neither the init nor its headers nor the Request is written to', async () => {
    const origin = await mirror();
    const init = Object.freeze({ headers: Object.freeze({ 'X-Mine': 'yes' }) });
    const headers = new Headers();
    const request = new Request(origin);
    await fetch(origin, init);
    await fetch(origin, { headers });
    await fetch(request);
    expect([...headers]).toEqual([]);
    expect([...request.headers]).toEqual([]);
  });

  test('what fetch refuses is refused as ever', async () => {
    await expect(fetch('/relative')).rejects.toThrow(TypeError);
    await expect(fetch('http://127.0.0.1', { headers: { 'bad name': 'x' } })).rejects.toThrow(TypeError);
    await expect(fetch(await mirror(), { headers: null as never })).rejects.toThrow(TypeError);
    await expect(fetch(await mirror(), 5 as never)).rejects.toThrow(TypeError);
    expect(recording.tracer.report().spans).toEqual([]);
  });
});

describe('a failure', () => {
  test('to connect is an error, and reaches the application', async () => {
    const origin = await mirror();
    await servers.pop()!.close();
    await expect(fetch(origin)).rejects.toThrow('fetch failed');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
    const cause = `connect ECONNREFUSED ${new URL(origin).host}`;
    expect(errorsOf(span)).toEqual([{ kind: 'TypeError', code: 'ECONNREFUSED', message: `fetch failed: ${cause}` }]);
  });

  test('by AbortSignal.timeout is an error', async () => {
    const signal = AbortSignal.any([AbortSignal.timeout(1), new AbortController().signal]);
    await expect(fetch(await silent(), { signal })).rejects.toThrow('timeout');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
    expect(span.tags()).not.toHaveProperty('http.aborted');
    expect(errorsOf(span)).toEqual([{ kind: 'TimeoutError', message: 'The operation was aborted due to timeout' }]);
  });

  test.each<[string, (origin: string, signal: AbortSignal) => Promise<Response>, unknown]>([
    ['of the init', (origin, signal) => fetch(origin, { signal }), undefined],
    ['of the Request', (origin, signal) => fetch(new Request(origin, { signal })), undefined],
    ['with a reason', (origin, signal) => fetch(origin, { signal }), new Error('the visitor went')],
    ['with a reason that is no error', (origin, signal) => fetch(origin, { signal }), 'the visitor went'],
    ['that was aborted before', (origin, signal) => fetch(origin, { signal }), undefined],
  ])('is no abort by the application’s own signal %s', async (how, send, reason) => {
    const controller = new AbortController();
    if (how.includes('before')) controller.abort(reason);
    const response = send(await silent(() => controller.abort(reason)), controller.signal);
    expect(await response.catch((error: unknown) => error)).toBe(controller.signal.reason);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.aborted': true });
    expect(span.tags()).not.toHaveProperty('error');
    expect(span.logs()).toEqual([]);
  });

  test('stays an error where the signal was aborted for nothing', async () => {
    const controller = new AbortController();
    const refusal = new TypeError('no requests in this test');
    const target = {
      fetch: (): Promise<never> => {
        controller.abort();
        return Promise.reject(refusal);
      },
    };
    install({ target });
    const sent = (target as { fetch: typeof fetch }).fetch('http://shop.test', {
      signal: controller.signal,
    });
    await expect(sent).rejects.toBe(refusal);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
    expect(span.tags()).not.toHaveProperty('http.aborted');
  });

  test('of a function that throws at once ends the span, and is thrown at once', async () => {
    const refusal = new Error('no requests in this test');
    const target = {
      fetch: (): never => {
        throw refusal;
      },
    };
    install({ target });
    expect(() => target.fetch()).toThrow(refusal);
    expect(recording.finished()).toEqual([]);
    expect(() => (target as unknown as typeof globalThis).fetch('http://shop.example/')).toThrow(refusal);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
  });

  test.each([
    ['returns', () => undefined],
    ['resolves to', () => Promise.resolve(undefined)],
  ])('is not what a stub has that %s nothing: its span ends once', async (_name, stub) => {
    const onFailure = vi.fn();
    const finishes: unknown[] = [];
    const onRequest = (span: SpanLike): unknown => finishes.push(vi.spyOn(span, 'finish'));
    const target = { fetch: stub as unknown as typeof globalThis.fetch };
    install({ target, onFailure, onRequest });
    expect(await target.fetch('http://shop.example/')).toBe(undefined);
    const span = await recording.only();
    expect(span.tags()).not.toHaveProperty('error');
    expect(finishes).toHaveLength(1);
    expect(finishes[0]).toHaveBeenCalledOnce();
    expect(onFailure).not.toHaveBeenCalled();
  });
});

test('calls that carry UNTRACED are left alone', async () => {
  const origin = await mirror();
  const { headers } = (await (await fetch(origin, { [UNTRACED]: true } as RequestInit)).json()) as Mirrored;
  expect(headers).not.toHaveProperty('ot-tracer-spanid');
  expect(recording.tracer.report().spans).toEqual([]);
});

test('a second instrumentation adds no second span, below another wrapper neither', async () => {
  const second = new Recording();
  instrumentFetch({ tracer: second.tracer }).uninstall();
  const ours = globalThis.fetch;
  vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => ours(...args));
  const outer = instrumentFetch({ tracer: second.tracer });
  await fetch(await mirror());
  outer.uninstall();
  await second.settled(1);
  expect(recording.tracer.report().spans).toEqual([]);
});

test('uninstall restores the property exactly, and a given target is used', async () => {
  instrumentation.uninstall();
  const before = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const target = { fetch: globalThis.fetch };
  install({ target });
  expect(Object.getOwnPropertyDescriptor(globalThis, 'fetch')).toEqual(before);
  expect(target.fetch).not.toBe(globalThis.fetch);
  expect([target.fetch.name, target.fetch.length]).toEqual([globalThis.fetch.name, globalThis.fetch.length]);
  await target.fetch(await mirror());
  await recording.only();
  instrumentation.uninstall();
  expect(target.fetch).toBe(globalThis.fetch);
});

describe('in a page', () => {
  test('headers go to the page’s own origin only, and relative addresses are the page’s', async () => {
    const [own, foreign] = [await mirror(), await mirror()];
    vi.stubGlobal('location', new URL('/shop/', own));
    const toOwn = (await (await fetch(`${own}/a`)).json()) as Mirrored;
    const toForeign = (await (await fetch(`${foreign}/b`)).json()) as Mirrored;
    expect(toOwn.headers).toHaveProperty('ot-tracer-spanid');
    expect(toForeign.headers).not.toHaveProperty('ot-tracer-spanid');
    await recording.settled(2);
  });

  test('shouldPropagate decides otherwise', async () => {
    const foreign = await mirror();
    vi.stubGlobal('location', new URL('http://shop.example/'));
    install({ shouldPropagate: (request) => request.url.startsWith(foreign) });
    const mirrored = (await (await fetch(foreign)).json()) as Mirrored;
    expect(mirrored.headers).toHaveProperty('ot-tracer-spanid');
  });
});

test.each([
  [{}, 'instrumentFetch({ tracer }) must be'],
  [{ tracer: new Recording().tracer, target: {} }, 'must have a function `fetch`'],
])('wrong settings %# are refused', (options, message) => {
  expect(() => instrumentFetch(options as never)).toThrow(message);
});

const POSTED = { method: 'POST', body: 'hello', headers: { 'X-Mine': 'yes' } };

class PostedByGetters {
  get method(): string {
    return POSTED.method;
  }

  get body(): string {
    return POSTED.body;
  }

  get headers(): object {
    return POSTED.headers;
  }
}

/** A fetch that keeps the init that it is given, for what no server gets to see. */
function takingNote(inits: unknown[]): typeof fetch {
  return (_input, init) => {
    inits.push(init);
    return Promise.resolve(new Response());
  };
}
