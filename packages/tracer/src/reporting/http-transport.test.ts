import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { AsyncLocalStorage } from 'node:async_hooks';

import { UNTRACED } from '@spanwise/opentracing';
import { afterEach, describe, expect, it } from 'vitest';

import type { HttpTransportOptions } from './http-transport.ts';
import { httpTransport } from './http-transport.ts';
import type { Transport, TransportOutcome } from './transport.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Handler = (request: http.IncomingMessage, body: Buffer, response: http.ServerResponse) => void;

async function backend(handler: Handler, port: number = 0): Promise<{ url: string; server: http.Server }> {
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, Buffer.concat(chunks), response));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanUps.push(() => stop(server));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, server };
}

function stop(server: http.Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function transportTo(url: string, options: Partial<HttpTransportOptions> = {}): Transport {
  const transport = httpTransport({ url, ...options });
  cleanUps.push(() => transport.close());
  return transport;
}

function send(transport: Transport, body: string = 'spans', signal?: AbortSignal): Promise<TransportOutcome> {
  return transport.send({
    body: Buffer.from(body),
    contentType: 'application/x-protobuf',
    spanCount: 1,
    signal: signal ?? new AbortController().signal,
  });
}

function answering(status: number, headers: http.OutgoingHttpHeaders = {}, body: string = ''): Handler {
  return (_request, _body, response) => response.writeHead(status, headers).end(body);
}

describe('a request', () => {
  it('posts the body with its length, its type and the headers given', async () => {
    const seen: unknown[] = [];
    const { url } = await backend((request, body, response) => {
      const { authorization, 'content-type': type, 'content-length': length, 'x-tenant': tenant } = request.headers;
      seen.push(request.method, request.url, authorization, type, length, tenant, body.toString());
      response.end();
    });
    const address = url.replace('//', '//user:p%40ss@') + '?a=b';
    await send(transportTo(address, { headers: { 'x-tenant': 'one' } }));
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(seen).toEqual(['POST', '/v1/traces?a=b', basic, 'application/x-protobuf', '5', 'one', 'spans']);
  });

  it('uses one connection again and again', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await backend((request, _body, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const transport = transportTo(url);
    for (let count = 0; count < 3; count++) await send(transport);
    expect(ports.size).toBe(1);
  });

  it('is compressed when asked for, and then says so', async () => {
    const seen: unknown[] = [];
    const { url } = await backend((request, body, response) => {
      seen.push(request.headers['content-encoding'], gunzipSync(body).toString());
      response.end();
    });
    await send(transportTo(url, { compression: 'gzip' }), 'spans '.repeat(1000));
    expect(seen).toEqual(['gzip', 'spans '.repeat(1000)]);
  });

  it('is marked, so that instrumentation leaves it alone', async () => {
    const { url } = await backend(answering(200));
    const marks: unknown[] = [];
    const original = http.request;
    http.request = ((...given: Parameters<typeof http.request>) => {
      marks.push((given[0] as unknown as Record<symbol, unknown>)[UNTRACED]);
      return original(...given);
    }) as typeof http.request;
    cleanUps.push(() => (http.request = original));
    await send(transportTo(url));
    expect(marks).toEqual([true]);
    expect(Symbol.keyFor(UNTRACED)).toBe('spanwise.untraced');
  });

  it('runs in the async context in which the transport was made', async () => {
    const { url } = await backend(answering(200));
    const storage = new AsyncLocalStorage<string>();
    const transport = storage.run('start-up', () => transportTo(url));
    const seen: unknown[] = [];
    const original = http.request;
    http.request = ((...given: Parameters<typeof http.request>) => {
      seen.push(storage.getStore());
      return original(...given);
    }) as typeof http.request;
    cleanUps.push(() => (http.request = original));
    await storage.run('a request', () => send(transport));
    expect(seen).toEqual(['start-up']);
  });
});

describe('an answer', () => {
  it.each([200, 202, 204, 299])('of %d is delivered', async (status) => {
    const { url } = await backend(answering(status));
    expect(await send(transportTo(url))).toMatchObject({ kind: 'delivered', rejectedSpans: 0 });
  });

  it.each([301, 400, 401, 404, 413, 428, 430, 500, 501, 505])('of %d is final', async (status) => {
    const { url } = await backend(answering(status));
    expect(await send(transportTo(url))).toEqual({
      kind: 'refused',
      message: `${status} ${http.STATUS_CODES[status] ?? 'unknown'}`,
    });
  });

  it.each([429, 502, 503, 504])('of %d may be retried', async (status) => {
    const { url } = await backend(answering(status));
    expect(await send(transportTo(url))).toMatchObject({ kind: 'retry', retryAfterMillis: undefined });
  });

  it('may say when to come back', async () => {
    const { url } = await backend(answering(503, { 'retry-after': '7' }));
    expect(await send(transportTo(url))).toMatchObject({ kind: 'retry', retryAfterMillis: 7000 });
  });

  it('is read for what the backend refused', async () => {
    const { url } = await backend(answering(200, { 'content-type': 'text/plain' }, '3'));
    const acknowledgement = (body: Uint8Array, type: string): { rejectedSpans: number; message: string } => ({
      rejectedSpans: Number(Buffer.from(body).toString()),
      message: type,
    });
    expect(await send(transportTo(url, { acknowledgement }))).toEqual({
      kind: 'delivered',
      rejectedSpans: 3,
      message: 'text/plain',
    });
  });

  it('without end is cut off and counts', async () => {
    const { url } = await backend((_request, _body, response) => {
      const chunk = Buffer.alloc(65_536);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    const lengths: number[] = [];
    const acknowledgement = (body: Uint8Array): { rejectedSpans: number; message: string } => {
      lengths.push(body.byteLength);
      return { rejectedSpans: 0, message: '' };
    };
    expect(await send(transportTo(url, { acknowledgement }))).toMatchObject({ kind: 'delivered' });
    expect(lengths).toEqual([65_536]);
  });
});

describe('a request that cannot be made', () => {
  it('is final, because it never will be', async () => {
    const transport = transportTo('http://127.0.0.1:1');
    const signal = new AbortController().signal;
    const outcome = await transport.send({ body: Buffer.from('x'), contentType: 'bad\ntype', spanCount: 1, signal });
    expect(outcome).toEqual({ kind: 'refused', message: 'ERR_INVALID_CHAR' });
  });
});

describe('a network that fails', () => {
  it('may be retried: nobody listens', async () => {
    const { url, server } = await backend(answering(200));
    await stop(server);
    expect(await send(transportTo(url))).toMatchObject({ kind: 'retry', message: 'ECONNREFUSED' });
  });

  it('may be retried: the connection is reset', async () => {
    const { url } = await backend((request) => request.socket.resetAndDestroy());
    expect(await send(transportTo(url))).toMatchObject({ kind: 'retry', message: 'ECONNRESET' });
  });

  it('may be retried: the connection is reset within the answer', async () => {
    const { url } = await backend((request, _body, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => request.socket.resetAndDestroy());
    });
    expect(await send(transportTo(url))).toMatchObject({ kind: 'retry' });
  });

  it('may be retried: what answers is no HTTP server', async () => {
    const { url, server } = await backend(() => {});
    server.on('connection', (socket) => socket.end('220 mail.example ESMTP\r\n'));
    expect(await send(transportTo(url))).toMatchObject({
      kind: 'retry',
      message: expect.stringMatching(/^HPE_|^ECONN/),
    });
  });

  it('ends at the time-out when the backend hangs', async () => {
    const { url } = await backend(() => {});
    expect(await send(transportTo(url, { timeoutMillis: 30 }))).toMatchObject({
      kind: 'retry',
      message: 'no answer in 30 ms',
    });
  });

  it('ends at the time-out when the answer never ends', async () => {
    const { url } = await backend((_request, _body, response) => void response.writeHead(200).write('slow'));
    expect(await send(transportTo(url, { timeoutMillis: 30 }))).toMatchObject({ kind: 'retry' });
  });

  it('ends when the reporter stops waiting', async () => {
    const abort = new AbortController();
    const { url } = await backend(() => abort.abort());
    const transport = transportTo(url);
    expect(await send(transport, 'spans', abort.signal)).toMatchObject({ kind: 'retry' });
    expect(await send(transport, 'spans', abort.signal)).toMatchObject({ kind: 'retry', message: 'aborted' });
  });

  it('is forgotten when the backend comes back', async () => {
    const { url, server } = await backend(answering(200));
    const transport = transportTo(url);
    expect(await send(transport)).toMatchObject({ kind: 'delivered' });
    await stop(server);
    expect(await send(transport)).toMatchObject({ kind: 'retry' });
    await backend(answering(200), Number(new URL(url).port));
    expect(await send(transport)).toMatchObject({ kind: 'delivered' });
  });
});

describe('options', () => {
  it.each([
    ['', 'httpTransport: url must be an http: or https: address such as http://127.0.0.1:4318/; it was ""'],
    ['localhost:4318', 'it was "localhost:4318"'],
    ['ftp://host/', 'it was "ftp://host/"'],
  ])('throw for the address %j', (url, message) => {
    expect(() => httpTransport({ url })).toThrow(message);
  });

  it('never show a password', () => {
    expect(() => httpTransport({ url: 'ftp://user:secret@host/' })).toThrow(/^(?!.*secret)/);
  });

  it.each([
    'http://user:secret@host:port/',
    'http://user:se:cret@host:port/',
    'http://user:secret/1@host/',
    'http://user:secret@1@host:port/',
    'http://user:s%ZZecret@host/',
  ])('never show a password: %s', (url) => {
    expect(() => httpTransport({ url })).toThrow(/^(?!.*cret).*it was "http:\/\/…@host/);
  });

  it.each([
    ['http://[bad?api_key=secret', 'http://[bad?…'],
    ['collector.example/v1?api_key=secret', 'collector.example/v1?…'],
    ['collector.example/v1#secret', 'collector.example/v1#…'],
    ['user:secret@collector?api_key=secret', '…@collector?…'],
    ['collector.example/v1?api_key=secret@secret', '…'],
    ['http://user:secret?secret@host:port', 'http://…'],
    ['http://us%er@host/?api_key=secret', 'http://…@host/?…'],
  ])('never show what may be a secret: %s', (url, shown) => {
    expect(() => httpTransport({ url })).toThrow(`; it was ${JSON.stringify(shown)}`);
  });

  it.each([
    ['http://us%er@host/', 'user'],
    ['http://user:100%@host/', 'password'],
  ])('throw for a user or password that is not percent-encoded: %s', (url) => {
    expect(() => httpTransport({ url })).toThrow(
      'httpTransport: url must have user and password percent-encoded ("%25" for "%"); it was "http://…@host/"',
    );
  });

  it.each([
    ['bad name', 'x', 'headers must have names of letters, digits and hyphens; it was "bad name"'],
    ['', 'x', 'headers must have names of letters, digits and hyphens; it was ""'],
    ['x-ü', 'x', 'headers must have names of letters, digits and hyphens; it was "x-ü"'],
    [
      'x-a',
      'secret\n',
      'headers: x-a must have a value without line breaks and other characters that HTTP does not allow',
    ],
    ['x-a', '語', 'headers: x-a must have a value without'],
    ['x-a', '\u0000', 'headers: x-a must have a value without'],
    ['x-a', undefined as never, 'headers: x-a must have a value that is text; it was undefined'],
  ])('throw for the header %j: %j', (name, value, message) => {
    const make = (): unknown => httpTransport({ url: 'http://127.0.0.1', headers: { [name]: value } });
    expect(make).toThrow(message);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(/^(?!.*secret)/);
  });

  it.each([
    'connection',
    'content-encoding',
    'Content-Length',
    'expect',
    'keep-alive',
    'proxy-connection',
    'te',
    'trailer',
    'Transfer-Encoding',
    'upgrade',
  ])('throw for a header that is the transport’s own: %s', (name) => {
    expect(() => httpTransport({ url: 'http://127.0.0.1', headers: { 'x-a': '1', [name]: 'x' } })).toThrow(
      `httpTransport: headers must be without those that the transport sets itself`,
    );
    expect(() => httpTransport({ url: 'http://127.0.0.1', headers: { [name]: 'x' } })).toThrow(
      `leave it out; it was "${name}"`,
    );
  });

  it('may name another host than the address', async () => {
    const seen: unknown[] = [];
    const { url } = await backend((request, _body, response) => {
      seen.push(request.headers.host);
      response.end();
    });
    expect(await send(transportTo(url, { headers: { host: 'traces.example' } }))).toMatchObject({ kind: 'delivered' });
    expect(seen).toEqual(['traces.example']);
  });

  it.each([null, 'authorization: x', 7, [['x-a', 'b']], new Headers({ 'x-a': 'b' }), new Map([['x-a', 'b']])])(
    'throw for headers that are no object: %j',
    (headers) => {
      expect(() => httpTransport({ url: 'http://127.0.0.1', headers: headers as never })).toThrow(
        'httpTransport: headers must be an object of names and values',
      );
    },
  );

  it('are taken as they were: later changes do not show', async () => {
    const seen: unknown[] = [];
    const { url } = await backend((request, _body, response) => {
      seen.push(request.headers['x-a']);
      response.end();
    });
    const headers = { 'x-a': 'é!#$~\t ' };
    const transport = transportTo(url, { headers });
    headers['x-a'] = '\n';
    expect(await send(transport)).toMatchObject({ kind: 'delivered' });
    expect(seen).toEqual(['é!#$~']);
  });

  it.each([0, 1.5, 2 ** 31])('throw for a time-out of %d', (timeoutMillis) => {
    expect(() => httpTransport({ url: 'http://127.0.0.1', timeoutMillis })).toThrow(
      'timeoutMillis must be a whole number',
    );
  });
});
