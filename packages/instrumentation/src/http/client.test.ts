import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

import { Tags } from '@spanwise/opentracing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { certificate, exchange, listen, listenSecurely } from '../../test/listening.ts';
import type { Listening } from '../../test/listening.ts';
import { errorsOf, Recording, until } from '../../test/recording.ts';
import { instrumentHttp, UNTRACED } from '../http.ts';
import type { Instrumentation, NodeHttpClientOptions } from '../http.ts';

let recording: Recording;
let instrumentation: Instrumentation;
const servers: Listening[] = [];

beforeEach(() => {
  recording = new Recording();
  install({});
});

afterEach(async () => {
  instrumentation.uninstall();
  for (const server of servers.splice(0)) await server.close();
});

function install(client: NodeHttpClientOptions): void {
  instrumentation?.uninstall();
  instrumentation = instrumentHttp({ tracer: recording.tracer, server: false, client });
}

async function serve(listener: http.RequestListener): Promise<Listening> {
  const server = await listen(listener);
  servers.push(server);
  return server;
}

/** A server that answers with the headers it got, as JSON. */
function mirror(): Promise<Listening> {
  return serve((request, response) => response.end(JSON.stringify(request.rawHeaders)));
}

function read(response: http.IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve(text)).on('error', reject);
  });
}

describe('a request', () => {
  test('has the standard tags, and its context reaches the server', async () => {
    const { origin, port } = await mirror();
    const scope = recording.tracer.startActiveSpan('caller', { finishOnClose: true });
    const { body } = await exchange(`${origin}/cart/17?key=k`, { method: 'delete' });
    scope.close();
    const span = await recording.only('client');
    expect(span.operationName()).toBe('DELETE /cart/:id');
    expect(span.parentId()).toBe(scope.span.context().toSpanId());
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_CLIENT,
      [Tags.COMPONENT]: 'http',
      [Tags.HTTP_METHOD]: 'DELETE',
      [Tags.HTTP_URL]: `${origin}/cart/17?key=REDACTED`,
      [Tags.HTTP_STATUS_CODE]: 200,
      [Tags.PEER_HOSTNAME]: '127.0.0.1',
      [Tags.PEER_HOST_IPV4]: '127.0.0.1',
      [Tags.PEER_PORT]: port,
    });
    expect(JSON.parse(body)).toContain(span.context().toSpanId());
  });

  test.each([
    [399, undefined],
    [400, true],
    [503, true],
  ])('with status %d has error %s', async (status, error) => {
    const { origin } = await serve((_request, response) => response.writeHead(status).end());
    await exchange(origin);
    expect((await recording.only()).tags()['error']).toBe(error);
  });

  test('lasts until the last byte of the response', async () => {
    const { origin } = await serve((_request, response) => {
      response.write('begin');
      setImmediate(() => response.end('end'));
    });
    let finishedAtHeaders = -1;
    await new Promise<void>((resolve) => {
      http.get(origin, (response) => {
        finishedAtHeaders = recording.finished().length;
        response.resume().on('close', resolve);
      });
    });
    expect(finishedAtHeaders).toBe(0);
    await recording.only();
  });

  test('leaves the caller’s span active in its callbacks', async () => {
    const { origin } = await mirror();
    const scope = recording.tracer.startActiveSpan('caller');
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      http
        .get(origin, (response) => {
          seen.push(recording.tracer.activeSpan);
          response.resume().on('end', () => {
            seen.push(recording.tracer.activeSpan);
            resolve();
          });
        })
        .on('socket', () => seen.push(recording.tracer.activeSpan));
    });
    scope.close();
    expect(seen).toEqual([scope.span, scope.span, scope.span]);
  });

  test('each of a hundred at once has its own caller as parent', async () => {
    const { origin } = await mirror();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 7 });
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        recording.tracer.withActiveSpan(`caller ${i}`, {}, () => exchange(`${origin}/a?n=${i}`, { agent })),
      ),
    );
    agent.destroy();
    const callers = new Map(recording.finished().map((span) => [span.uuid(), span.operationName()]));
    const clients = await recording.settled(100, 'client');
    for (const span of clients) {
      const number = String(span.tags()['http.url']).split('=')[1];
      expect(callers.get(span.parentId()!)).toBe(`caller ${number}`);
    }
  });

  test('a redirect is two requests with a span each', async () => {
    const { origin } = await serve((request, response) => {
      if (request.url === '/from') response.writeHead(302, { location: '/to' });
      response.end();
    });
    const { headers } = await exchange(`${origin}/from`);
    await exchange(`${origin}${headers.location}`);
    expect((await recording.settled(2)).map((span) => span.tags()['http.status_code'])).toEqual([302, 200]);
  });
});

/** What may come before the callback. */
type Shape = [http.RequestOptions & { defaultPort?: number }] | [string | URL] | [string | URL, http.RequestOptions];

describe('call shapes', () => {
  const shapes: [string, (port: number) => Shape][] = [
    ['a string', (port) => [`http://127.0.0.1:${port}/p`]],
    ['a URL', (port) => [new URL(`http://127.0.0.1:${port}/p`)]],
    ['options', (port) => [{ host: '127.0.0.1', port, path: '/p' }]],
    ['options with hostname', (port) => [{ hostname: '127.0.0.1', host: 'ignored', port: String(port), path: '/p' }]],
    ['options with defaultPort', (port) => [{ hostname: '127.0.0.1', defaultPort: port, path: '/p' }]],
    ['a string and options', (port) => [`http://127.0.0.1:${port}/q`, { path: '/p' }]],
    ['a URL and options', (port) => [new URL('http://127.0.0.1:1/p'), { port, headers: { a: 'b' } }]],
  ];
  test.each(shapes)('http.get by %s, with an event', async (_name, shape) => {
    const { port, origin } = await mirror();
    const [response] = (await once(http.get(...(shape(port) as [string])), 'response')) as [http.IncomingMessage];
    await read(response);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.url': `${origin}/p`, 'http.status_code': 200 });
  });

  test.each(shapes)('http.request by %s, with a callback', async (_name, shape) => {
    const { port, origin } = await mirror();
    const response = await new Promise<http.IncomingMessage>((resolve) =>
      http.request(...(shape(port) as [string]), resolve as never).end(),
    );
    const body = await read(response);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.url': `${origin}/p`, 'http.status_code': 200 });
    expect(body).toContain(span.context().toSpanId());
  });

  test('a callback and an event hear of the same response', async () => {
    const { origin } = await mirror();
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      http
        .get(origin, (response) => {
          heard.push('callback');
          response.resume().on('end', resolve);
        })
        .on('response', () => heard.push('event'));
    });
    expect(heard).toEqual(['callback', 'event']);
    await recording.only();
  });

  test('https, by all modules', async () => {
    const server = await listenSecurely((_request, response) => response.end('secure'));
    servers.push(server);
    const response = await new Promise<http.IncomingMessage>((resolve) =>
      https.get(`${server.origin}/p`, { ca: certificate.cert }, resolve),
    );
    expect(await read(response)).toBe('secure');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.url': `${server.origin}/p`, 'http.status_code': 200 });
  });

  test('what Node refuses is refused as ever', async () => {
    expect(() => http.get('no url')).toThrow(expect.objectContaining({ code: 'ERR_INVALID_URL' }));
    expect(() => http.request({ path: '/a b' })).toThrow(expect.objectContaining({ code: 'ERR_UNESCAPED_CHARACTERS' }));
    expect(() => http.request({ protocol: 'ftp:' })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PROTOCOL' }));
    expect(() => http.request({ method: 1 as never })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    for (const span of recording.finished()) expect(span.tags()).toMatchObject({ error: true });
  });
});

describe('headers', () => {
  test('of the caller are sent, and the caller’s options are not written to', async () => {
    const { origin } = await mirror();
    const headers = Object.freeze({ 'X-Mine': 'yes' });
    const options = Object.freeze({ headers });
    const sent = JSON.parse((await exchange(origin, options)).body) as string[];
    expect(sent).toEqual(expect.arrayContaining(['X-Mine', 'yes', 'ot-tracer-spanid']));
    expect(headers).toEqual({ 'X-Mine': 'yes' });
  });

  test.each([
    ['a flat list', ['Host', 'a', 'X-Mine', 'yes', 'Ot-Tracer-SpanId', '1'] as never],
    [
      'pairs',
      [
        ['Host', 'a'],
        ['X-Mine', 'yes'],
        ['Ot-Tracer-SpanId', '1'],
      ] as never,
    ],
    ['an object', { 'X-Mine': 'yes', 'Ot-Tracer-SpanId': '1' }],
    [
      'an object with Expect, which Node writes at once',
      { 'X-Mine': 'yes', 'Ot-Tracer-SpanId': '1', expect: '100-continue' },
    ],
  ])('given as %s are completed, and a context among them is replaced', async (_name, headers) => {
    const { origin } = await mirror();
    const sent = JSON.parse((await exchange(origin, { headers })).body) as string[];
    const ids = sent.filter((_, i) => sent[i - 1]?.toLowerCase() === 'ot-tracer-spanid');
    const span = await recording.only();
    expect(sent).toEqual(expect.arrayContaining(['X-Mine', 'yes']));
    expect(ids).toEqual([span.context().toSpanId()]);
  });

  test('with a context that the caller put there are the parent, when no span is active', async () => {
    const { origin } = await mirror();
    const manual = recording.tracer.startSpan('by hand');
    const headers: Record<string, string> = {};
    recording.tracer.inject(manual, 'http_headers', headers);
    await exchange(origin, { headers });
    expect((await recording.only('client')).parentId()).toBe(manual.context().toSpanId());
  });

  test('with a context that the caller passes on do not displace the active span', async () => {
    const { origin } = await mirror();
    const scope = recording.tracer.startActiveSpan('server');
    await exchange(origin, { headers: { 'ot-tracer-traceid': 'a', 'ot-tracer-spanid': 'b' } });
    scope.close();
    expect((await recording.only('client')).parentId()).toBe(scope.span.context().toSpanId());
  });

  test('are not added when shouldPropagate says so', async () => {
    install({ shouldPropagate: (request) => request.host !== '127.0.0.1' });
    const { origin } = await mirror();
    expect((await exchange(origin)).body).not.toContain('ot-tracer');
    await recording.only();
  });

  test('are not added when shouldPropagate throws: a server it keeps out must not see them', async () => {
    const shouldPropagate = (): boolean => {
      throw new Error('a broken filter');
    };
    install({ shouldPropagate, onFailure: () => {} });
    const { origin } = await mirror();
    expect((await exchange(origin)).body).not.toContain('ot-tracer');
    await recording.only();
  });
});

describe('a failure', () => {
  test('to connect is an error with its code, and reaches the application', async () => {
    const { port } = await mirror();
    await servers.pop()!.close();
    await expect(exchange(`http://127.0.0.1:${port}`)).rejects.toThrow('ECONNREFUSED');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
    expect(errorsOf(span)).toEqual([
      { kind: 'Error', code: 'ECONNREFUSED', message: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  test('before the response, by the server', async () => {
    const { origin } = await serve((request) => request.socket.destroy());
    await expect(exchange(origin)).rejects.toThrow('socket hang up');
    expect(errorsOf(await recording.only())).toEqual([
      { kind: 'Error', code: 'ECONNRESET', message: 'socket hang up' },
    ]);
  });

  const breaks: [string, (response: http.ServerResponse) => void][] = [
    ['by the server', (response) => response.destroy()],
    ['by the server, which only ends', (response) => response.socket!.end()],
  ];
  test.each(breaks)('in the middle of the response, %s', async (_name, destroy) => {
    const { origin } = await serve((_request, response) => {
      response.write('begin');
      setImmediate(() => destroy(response));
    });
    await expect(exchange(origin)).rejects.toThrow('aborted');
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'http.status_code': 200 });
    expect(span.tags()).not.toHaveProperty('http.aborted');
    expect(errorsOf(span)).toEqual([{ kind: 'Error', message: 'The response was aborted' }]);
  });

  test('in the middle of the response, by a reset, which some versions of Node read as an end', async () => {
    const { origin } = await serve((_request, response) => {
      response.write('begin');
      setImmediate(() => response.socket!.resetAndDestroy());
    });
    await expect(exchange(origin)).rejects.toThrow(/aborted|ECONNRESET/);
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'http.status_code': 200 });
    expect(span.tags()).not.toHaveProperty('http.aborted');
    expect(errorsOf(span)).toEqual([expect.objectContaining({ message: expect.stringMatching(/aborted|ECONNRESET/) })]);
  });

  test('in the middle of a secure response, by the server', async () => {
    const server = await listenSecurely((_request, response) => {
      response.write('begin');
      setImmediate(() => response.destroy());
    });
    servers.push(server);
    const [response] = (await once(https.get(server.origin, { ca: certificate.cert }), 'response')) as [
      http.IncomingMessage,
    ];
    await expect(read(response)).rejects.toThrow('aborted');
    expect(errorsOf(await recording.only())).toEqual([{ kind: 'Error', message: 'The response was aborted' }]);
  });

  test('of a response that the application destroys with an error', async () => {
    const { origin } = await serve((_request, response) => response.write('begin'));
    const request = http.get(origin).on('error', () => {});
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    response.on('error', () => {}).destroy(new RangeError('too long'));
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true });
    expect(errorsOf(span)).toEqual([{ kind: 'RangeError', message: 'too long' }]);
  });

  test('by an AbortSignal', async () => {
    const controller = new AbortController();
    const { origin } = await serve(() => controller.abort());
    await expect(exchange(origin, { signal: controller.signal })).rejects.toThrow('aborted');
    expect(errorsOf(await recording.only())).toEqual([
      { kind: 'AbortError', code: 'ABORT_ERR', message: 'The operation was aborted' },
    ]);
  });

  test('by a timeout that the application acts on', async () => {
    const { origin } = await serve(() => {});
    const request = http.get(origin, { timeout: 1 });
    request.on('timeout', () => request.destroy(new Error('too slow')));
    await expect(once(request, 'response')).rejects.toThrow('too slow');
    expect(errorsOf(await recording.only())).toEqual([{ kind: 'Error', message: 'too slow' }]);
  });

  test('of a request that was destroyed before it was sent', async () => {
    const request = http.request('http://127.0.0.1:1');
    request.on('error', () => {});
    request.destroy();
    expect((await recording.only()).tags()).toMatchObject({ error: true });
  });
});

describe('a response that the application does not need', () => {
  const ways: [string, (request: http.ClientRequest, response: http.IncomingMessage) => unknown][] = [
    ['response.destroy()', (_request, response) => response.destroy()],
    ['request.destroy()', (request) => request.destroy()],
    ['response.socket.destroy()', (_request, response) => response.socket.destroy()],
    ['destroy() after a part', (_request, response) => response.once('data', () => response.destroy())],
    ['break out of a loop', (_request, response) => firstPart(response)],
  ];
  test.each(ways)('is no error, and has http.aborted, by %s', async (_name, giveUp) => {
    const { origin } = await serve((_request, response) => response.write('begin'));
    const request = http.get(origin);
    request.on('response', (response) => {
      response.on('error', () => {});
      void giveUp(request, response);
    });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.status_code': 200, 'http.aborted': true });
    expect(span.tags()).not.toHaveProperty('error');
    expect(span.logs()).toEqual([]);
  });

  test('is no error over TLS either', async () => {
    const server = await listenSecurely((_request, response) => response.write('begin'));
    servers.push(server);
    https.get(server.origin, { ca: certificate.cert }, (response) => response.destroy());
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.status_code': 200, 'http.aborted': true });
    expect(span.tags()).not.toHaveProperty('error');
  });

  test('but has come whole has no http.aborted', async () => {
    const { origin } = await serve((_request, response) => response.end('all'));
    http.get(origin, (response) => {
      void until(() => response.complete).then(() => response.destroy());
    });
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.status_code': 200 });
    expect(span.tags()).not.toHaveProperty('http.aborted');
  });

  async function firstPart(response: http.IncomingMessage): Promise<void> {
    for await (const _part of response) break;
  }
});

describe('Node’s treatment of who does not listen stays the same', () => {
  test('a response that nobody listens to is discarded, and its connection is free again', async () => {
    const { origin } = await serve((_request, response) => response.end('x'.repeat(100_000)));
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    http.get(origin, { agent });
    await exchange(origin, { agent });
    agent.destroy();
    await recording.settled(2);
  });

  test('an error that nobody listens to is thrown', async () => {
    const thrown = new Promise((resolve) => {
      const own = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const listener of own) process.on('uncaughtException', listener);
        resolve(error);
      });
    });
    const { port } = await mirror();
    await servers.pop()!.close();
    http.get(`http://127.0.0.1:${port}`);
    expect(await thrown).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('an upgrade that nobody listens to is closed, one that somebody listens to is handed over', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const options = { port, host: '127.0.0.1', headers: { connection: 'upgrade', upgrade: 'x' } };
    await once(http.get(options), 'close');
    const [, socket] = (await once(http.get(options), 'upgrade')) as [unknown, net.Socket];
    const spans = await recording.settled(2);
    socket.destroy();
    server.close();
    expect(spans.map((span) => span.tags()['http.status_code'])).toEqual([101, 101]);
    expect(spans.map((span) => span.tags()['error'])).toEqual([undefined, undefined]);
  });

  test('CONNECT gives its socket away, and its span ends', async () => {
    const server = http.createServer();
    server.on('connect', (_request, socket) => socket.end('HTTP/1.1 200 Connected\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const request = http.request({ host: '127.0.0.1', port, method: 'CONNECT', path: 'example.org:443' }).end();
    const [, socket] = (await once(request, 'connect')) as [unknown, net.Socket];
    const span = await recording.only();
    socket.destroy();
    server.close();
    expect(span.tags()).toMatchObject({ 'http.status_code': 200 });
    expect(span.tags()).not.toHaveProperty('error');
  });
});

describe('a wrapper that somebody put on http.get alone', () => {
  const node = http.get;
  const wrappers: [string, (...args: [string]) => http.ClientRequest][] = [
    ['calls Node’s get', (...args) => node(...args)],
    ['calls http.request, as it is by then', (...args) => http.request(...args).end()],
  ];
  test.each(wrappers)('and that %s is called, and there is one span', async (_name, wrapper) => {
    const { origin } = await mirror();
    let calls = 0;
    instrumentation.uninstall();
    http.get = ((...args: [string]) => {
      calls++;
      return wrapper(...args);
    }) as typeof http.get;
    install({});
    const [response] = (await once(http.get(origin), 'response')) as [http.IncomingMessage];
    const body = await read(response);
    instrumentation.uninstall();
    http.get = node;
    expect(calls).toBe(1);
    expect(body).toContain((await recording.only()).context().toSpanId());
    expect(recording.tracer.report().spans).toHaveLength(1);
  });
});

test('requests that carry UNTRACED are left alone', async () => {
  const { origin } = await mirror();
  const first = await exchange(origin, { [UNTRACED]: true } as http.RequestOptions);
  const second = await new Promise<http.IncomingMessage>((resolve) => {
    http.get({ ...urlOptions(origin), [UNTRACED]: true } as http.RequestOptions, resolve);
  });
  expect(first.body + (await read(second))).not.toContain('ot-tracer');
  expect(recording.tracer.report().spans).toEqual([]);
});

test('callbacks that throw are told to onFailure and change nothing', async () => {
  const failures: unknown[] = [];
  const broken = (): never => {
    throw new Error('broken callback');
  };
  const callbacks = {
    shouldTrace: broken,
    shouldPropagate: broken,
    routeOf: broken,
    onRequest: broken,
    onResponse: broken,
  };
  install({ ...callbacks, onFailure: (error) => void failures.push(error) });
  const { origin } = await mirror();
  expect((await exchange(origin)).status).toBe(200);
  expect((await recording.only()).tags()).toMatchObject({ 'http.status_code': 200 });
  expect(failures).toHaveLength(5);
});

function urlOptions(origin: string): http.RequestOptions {
  const { hostname, port } = new URL(origin);
  return { hostname, port };
}
