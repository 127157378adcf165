import http from 'node:http';
import net from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import { Tags } from '@spanwise/opentracing';
import type { MockSpan } from '@spanwise/opentracing/mock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { exchange, listen, started } from '../../test/listening.ts';
import type { Listening } from '../../test/listening.ts';
import { Recording, until } from '../../test/recording.ts';
import { instrumentHttp } from '../http.ts';
import type { Instrumentation, NodeHttpServerOptions } from '../http.ts';

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

function install(server: NodeHttpServerOptions): void {
  instrumentation?.uninstall();
  instrumentation = instrumentHttp({ tracer: recording.tracer, server, client: false });
}

async function serve(listener: http.RequestListener): Promise<Listening> {
  const server = await listen(listener);
  servers.push(server);
  return server;
}

describe('a request that is answered', () => {
  test('has the standard tags', async () => {
    const { origin } = await serve((_request, response) => response.writeHead(201).end('made'));
    await exchange(`${origin}/cart/17?page=2&token=secret`, { method: 'POST' });
    const span = await recording.only();
    expect(span.operationName()).toBe('POST /cart/:id');
    expect(span.tags()).toEqual({
      [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER,
      [Tags.COMPONENT]: 'http',
      [Tags.HTTP_METHOD]: 'POST',
      [Tags.HTTP_URL]: `${origin}/cart/17?page=2&token=REDACTED`,
      [Tags.HTTP_STATUS_CODE]: 201,
      [Tags.PEER_HOST_IPV4]: '127.0.0.1',
      [Tags.PEER_PORT]: expect.any(Number),
    });
    expect(span.parentId()).toBeUndefined();
  });

  test.each([
    [499, undefined],
    [500, true],
  ])('with status %d has error %s', async (status, error) => {
    const { origin } = await serve((_request, response) => response.writeHead(status).end());
    await exchange(origin);
    expect((await recording.only()).tags()['error']).toBe(error);
  });

  test.each<readonly [string, http.RequestListener, string | undefined]>([
    [
      'given to writeHead',
      (_request, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' }).end(),
      'text/event-stream',
    ],
    [
      'set before',
      (_request, response) => response.setHeader('content-type', 'application/octet-stream').end('a file'),
      'application/octet-stream',
    ],
    [
      'of a page, with the words elsewhere',
      (_request, response) =>
        response.writeHead(200, { 'x-note': 'content-type: text/event-stream', 'content-type': 'text/html' }).end(),
      undefined,
    ],
    ['that is missing', (_request, response) => response.end(), undefined],
  ])('has the content type of what lasts: %s', async (_, listener, type) => {
    const { origin } = await serve(listener);
    await exchange(origin);
    expect((await recording.only()).tags()['http.response.header.content-type']).toBe(type);
  });

  test('of an unknown path is named not_found, so that scanners make one name', async () => {
    const { origin } = await serve((_request, response) => response.writeHead(404).end());
    await exchange(`${origin}/wp-admin.php`);
    expect((await recording.only()).operationName()).toBe('GET not_found');
  });

  test('is named by the route that Express leaves, or by routeOf', async () => {
    const { origin } = await serve((request, response) => {
      Object.assign(request, { baseUrl: '/shop', route: { path: '/cart/:cart' } });
      response.end();
    });
    await exchange(`${origin}/shop/cart/abc`);
    install({ routeOf: () => '/by/:callback' });
    await exchange(`${origin}/shop/cart/abc`);
    const names = (await recording.settled(2)).map((span) => span.operationName());
    expect(names).toEqual(['GET /shop/cart/:cart', 'GET /by/:callback']);
  });

  test('without its body having been read', async () => {
    const { origin } = await serve((_request, response) => response.writeHead(413).end('too large'));
    await exchange(origin, { method: 'POST', headers: { connection: 'close' } }, 'x'.repeat(1000));
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.status_code': 413 });
    expect(span.tags()).not.toHaveProperty('http.aborted');
  });

  test('by HTTP/1.0 and without a Host header has the address of the server in its URL', async () => {
    const { port } = await serve((_request, response) => response.end());
    await raw(port, 'GET /old HTTP/1.0\r\n\r\n', (text) => text.includes('200 OK'));
    expect((await recording.only()).tags()['http.url']).toBe(`http://127.0.0.1:${port}/old`);
  });

  test('with Expect: 100-continue has one span, though the listener may emit the request itself', async () => {
    const server = http.createServer((_request, response) => response.end());
    server.on('checkContinue', (request, response: http.ServerResponse) => {
      response.writeContinue();
      server.emit('request', request, response);
    });
    const { origin } = await startedServer(server);
    await exchange(origin, { method: 'PUT', headers: { expect: '100-continue' } }, 'body');
    await turn();
    expect((await recording.only()).operationName()).toBe('PUT /');
  });
});

describe('the active span', () => {
  test('is the server span through everything that the handler starts', async () => {
    const { origin } = await serve((_request, response) => {
      void (async () => {
        const inHandler = recording.tracer.activeSpan;
        await turn();
        recording.tracer.startSpan('work').finish();
        response.end(String(inHandler === recording.tracer.activeSpan && inHandler !== null));
      })();
    });
    expect((await exchange(origin)).body).toBe('true');
    const [work, server] = await recording.settled(2);
    expect(work!.parentId()).toBe(server!.uuid());
  });

  test('of concurrent requests stays apart, on shared connections too', async () => {
    const { origin } = await serve((request, response) => {
      void (async () => {
        for (let i = 0; i < 3; i++) await turn();
        recording.tracer.activeSpan?.setTag('seen', request.url);
        response.end();
      })();
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
    await Promise.all(Array.from({ length: 100 }, (_, i) => exchange(`${origin}/n${i}`, { agent })));
    const spans = await recording.settled(100);
    agent.destroy();
    expect(new Set(spans.map((span) => span.tags()['seen'])).size).toBe(100);
    for (const span of spans) expect(span.tags()['http.url']).toBe(origin + span.tags()['seen']);
  });

  test('is gone after the request on a kept connection, and no request is the child of an earlier one', async () => {
    const { origin } = await serve((_request, response) => response.end());
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) await exchange(origin, { agent });
    const spans = await recording.settled(3);
    agent.destroy();
    expect(spans.map((span) => span.parentId())).toEqual([undefined, undefined, undefined]);
    expect(new Set(spans.map((span) => span.context().toTraceId())).size).toBe(3);
  });

  test('of whoever called listen is no parent of requests', async () => {
    const scope = recording.tracer.startActiveSpan('start-up');
    const { origin } = await serve((_request, response) => response.end());
    scope.close();
    await exchange(origin);
    expect((await recording.only('server')).parentId()).toBeUndefined();
  });

  test('is what it was before, when the handler throws', async () => {
    const server = http.createServer(() => {
      throw new Error('the handler broke');
    });
    const outer = recording.tracer.startActiveSpan('outer');
    const request = new http.IncomingMessage(new net.Socket());
    Object.assign(request, { method: 'GET', url: '/', headers: {} });
    const response = new http.ServerResponse(request);
    expect(() => server.emit('request', request, response)).toThrow('the handler broke');
    expect(recording.tracer.activeSpan).toBe(outer.span);
    outer.close();
    response.emit('close');
    expect((await recording.only('server')).tags()).toMatchObject({ error: true, 'http.aborted': true });
  });
});

test('a request that is injected without a connection has a span', async () => {
  const server = http.createServer((_request, response) => response.emit('close'));
  const request = new http.IncomingMessage({ remoteAddress: '192.0.2.1' } as net.Socket);
  Object.assign(request, { method: 'GET', url: '/injected', headers: { host: 'shop.example' } });
  server.emit('request', request, new http.ServerResponse(request));
  expect((await recording.only()).tags()).toMatchObject({
    'http.url': 'http://shop.example/injected',
    'peer.ipv4': '192.0.2.1',
  });
});

describe('a caller who sends a context', () => {
  test('is the parent', async () => {
    const { origin } = await serve((_request, response) => response.end());
    const caller = recording.tracer.startSpan('caller');
    const headers: Record<string, string> = {};
    recording.tracer.inject(caller, 'http_headers', headers);
    await exchange(origin, { headers });
    const span = await recording.only('server');
    expect(span.parentId()).toBe(caller.context().toSpanId());
    expect(span.context().toTraceId()).toBe(caller.context().toTraceId());
  });

  test('but a damaged one makes a new trace', async () => {
    const { origin } = await serve((_request, response) => response.end());
    const { status } = await exchange(origin, { headers: { 'ot-tracer-traceid': 'zz', 'ot-tracer-spanid': '%' } });
    expect(status).toBe(200);
    expect((await recording.only()).parentId()).toBeUndefined();
  });
});

describe('a request that is not answered', () => {
  test('since the client went away before the headers has http.aborted and no status', async () => {
    let arrived = false;
    const { port } = await serve(() => void (arrived = true));
    const socket = net.connect(port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => arrived);
    socket.destroy();
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ 'http.aborted': true });
    expect(span.tags()).not.toHaveProperty('http.status_code');
  });

  test('to its end, since the client went away in between, has http.aborted and the status', async () => {
    const { port } = await serve((_request, response) => response.write('begin'));
    await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', (text) => text.includes('begin'));
    expect((await recording.only()).tags()).toMatchObject({ 'http.aborted': true, 'http.status_code': 200 });
  });

  test('since the handler destroyed the response has its error', async () => {
    const { origin } = await serve((_request, response) => {
      response.on('error', () => {});
      response.destroy(new TypeError('no more'));
    });
    await expect(exchange(origin)).rejects.toThrow();
    const span = await recording.only();
    expect(span.tags()).toMatchObject({ error: true, 'http.aborted': true });
    expect(span.logs()[0]!.fields).toMatchObject({ event: 'error', 'error.kind': 'TypeError', message: 'no more' });
  });
});

describe('pipelined requests', () => {
  const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';

  const TWO = 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

  test('have a span each', async () => {
    const { port } = await serve((request, response) => void setImmediate(() => response.end(`<${request.url}>`)));
    const text = await raw(port, TWO, (got) => got.includes('</2>'));
    expect(text).toContain('</1>');
    expect(urls(await recording.settled(2))).toEqual(['/1', '/2']);
  });

  test('that wait for the one before finish when the connection is lost', async () => {
    let arrived = 0;
    const { port } = await serve(() => void arrived++);
    const socket = net.connect(port, '127.0.0.1');
    socket.write(TWO);
    await until(() => arrived === 2);
    socket.destroy();
    const spans = await recording.settled(2);
    expect(urls(spans).sort()).toEqual(['/1', '/2']);
    for (const span of spans) expect(span.tags()).toMatchObject({ 'http.aborted': true });
  });

  test('that wait, with bodies that were read, finish when the connection is lost', async () => {
    let read = 0;
    const { port } = await serve((request) => request.resume().on('end', () => read++));
    const socket = net.connect(port, '127.0.0.1');
    socket.write(POST.repeat(2));
    await until(() => read === 2);
    socket.destroy();
    for (const span of await recording.settled(2)) expect(span.tags()).toMatchObject({ 'http.aborted': true });
  });

  test('put one listener on their socket, however many wait, and none again and again', async () => {
    const waiting: http.ServerResponse[] = [];
    const listeners: number[] = [];
    const { port } = await serve((request, response) => {
      listeners.push(request.socket.listenerCount('close'));
      waiting.push(response);
      if (waiting.length === 20) for (const each of waiting.splice(0)) each.end('answer');
    });
    const socket = net.connect(port, '127.0.0.1').resume();
    for (const rounds of [1, 2]) {
      socket.write(POST.repeat(20));
      await recording.settled(20 * rounds);
    }
    socket.destroy();
    expect(new Set(listeners.slice(1, 20)).size).toBe(1);
    expect(listeners.slice(20)).toEqual(Array(20).fill(listeners[1]));
    for (const span of recording.finished()) expect(span.tags()).not.toHaveProperty('http.aborted');
  });

  function urls(spans: MockSpan[]): string[] {
    return spans.map((span) => String(span.tags()['http.url']).replace('http://a', ''));
  }
});

describe('the settings', () => {
  test('shouldTrace leaves requests out', async () => {
    install({ shouldTrace: (request) => request.url !== '/health' });
    const { origin } = await serve((_request, response) => response.end());
    await exchange(`${origin}/health`);
    await exchange(`${origin}/cart`);
    expect((await recording.only()).operationName()).toBe('GET /cart');
  });

  test('onRequest and onResponse see the span, the request and the response', async () => {
    install({
      onRequest: (span, request) => void span.setTag('agent', request.headers['user-agent']),
      onResponse: (span, _request, response) => void span.setTag('type', response.getHeader('content-type')),
    });
    const { origin } = await serve((_request, response) => response.setHeader('content-type', 'text/x').end());
    await exchange(origin, { headers: { 'user-agent': 'test' } });
    expect((await recording.only()).tags()).toMatchObject({ agent: 'test', type: 'text/x' });
  });

  test('callbacks that throw are told to onFailure and change nothing', async () => {
    const failures: unknown[] = [];
    const broken = (): never => {
      throw new Error('broken callback');
    };
    const callbacks = { shouldTrace: broken, routeOf: broken, onRequest: broken, onResponse: broken };
    install({ ...callbacks, onFailure: (error) => void failures.push(error) });
    const { origin } = await serve((_request, response) => response.end('fine'));
    expect((await exchange(origin)).body).toBe('fine');
    expect((await recording.only()).tags()).toMatchObject({ 'http.status_code': 200 });
    expect(failures).toHaveLength(4);
  });

  test('callbacks that are asynchronous and reject are told to onFailure and change nothing', async () => {
    const failures: unknown[] = [];
    const broken = (): unknown => Promise.reject(new Error('broken callback'));
    install({ onRequest: broken, onResponse: broken, onFailure: (error) => void failures.push(error) });
    const { origin } = await serve((_request, response) => response.end('fine'));
    expect((await exchange(origin)).body).toBe('fine');
    await until(() => failures.length === 2);
  });
});

test('upgrades of servers are left alone', async () => {
  const server = http.createServer();
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
  const { port } = await startedServer(server);
  const text = await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', (got) =>
    got.includes('101'),
  );
  expect(text).toContain('101');
  expect(recording.finished()).toEqual([]);
});

async function startedServer(server: http.Server): Promise<Listening> {
  const listening = await started(server, 'http', () => server.closeAllConnections());
  servers.push(listening);
  return listening;
}

/** Writes text to a port, reads until it has got enough, and hangs up. */
async function raw(port: number, text: string, enough: (got: string) => boolean): Promise<string> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  let got = '';
  socket.on('data', (chunk: string) => (got += chunk));
  socket.write(text);
  await until(
    () => enough(got),
    () => `got ${JSON.stringify(got)}`,
  );
  socket.destroy();
  return got;
}
