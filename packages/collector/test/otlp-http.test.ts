import { connect } from 'node:net';
import { gzipSync, deflateSync } from 'node:zlib';

import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';

import { MemorySpanStore } from '../src/storage.ts';
import { OverloadedError, StorageFailedError } from '../src/storage/span-store.ts';
import type { SpanStore } from '../src/storage/span-store.ts';
import { jsonBody, post, protobufBody, someSpan } from './bodies.ts';
import { runCollector } from './running-collector.ts';

const protobufType = 'application/x-protobuf';
const jsonType = 'application/json';

/** The answers as an independent implementation of protobuf reads them. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message PartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message ExportTraceServiceResponse { PartialSuccess partial_success = 1; }
  message Status { int32 code = 1; string message = 2; }
`);

async function decode(type: string, answer: Response): Promise<Record<string, unknown>> {
  const message = root.lookupType(type);
  return message.toObject(message.decode(new Uint8Array(await answer.arrayBuffer())), { longs: String });
}

/** What was refused and why, whatever the encoding. */
async function statusOf(answer: Response): Promise<{ code?: number; message?: string }> {
  return answer.headers.get('content-type') === protobufType
    ? decode('Status', answer)
    : (answer.json() as Promise<object>);
}

/** A store whose appends fail. */
function failing(failure: Error): SpanStore {
  return Object.assign(new MemorySpanStore(), { append: () => Promise.reject(failure) });
}

describe('OTLP over HTTP', () => {
  it('stores protobuf and JSON, and answers in the encoding that it was asked in', async () => {
    const { otlp, store } = await runCollector();
    const first = await post(`${otlp}/v1/traces`, protobufType, protobufBody(someSpan(1)));
    expect([first.status, first.headers.get('content-type')]).toEqual([200, protobufType]);
    expect(await decode('ExportTraceServiceResponse', first)).toEqual({});
    const second = await post(`${otlp}/v1/traces`, `${jsonType}; charset=utf-8`, jsonBody(someSpan(2)));
    expect([second.status, second.headers.get('content-type')]).toEqual([200, jsonType]);
    expect(await second.json()).toEqual({});
    expect(await store.trace([0, 0, 7, 1])).toHaveLength(2);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('reads %s', async (encoding, compress) => {
    const { otlp, store } = await runCollector();
    const body = compress(protobufBody(someSpan(1)));
    expect((await post(`${otlp}/v1/traces`, protobufType, body, { 'content-encoding': encoding })).status).toBe(200);
    expect(await store.trace([0, 0, 7, 1])).toHaveLength(1);
  });

  it.each([
    [protobufType, protobufBody, async (answer: Response) => decode('ExportTraceServiceResponse', answer)],
    [jsonType, jsonBody, async (answer: Response) => (await answer.json()) as Record<string, unknown>],
  ])('keeps the good spans of a body, and says how many it rejected (%s)', async (type, encode, read) => {
    const { otlp, store } = await runCollector();
    const answer = await post(`${otlp}/v1/traces`, type, encode(someSpan(1), someSpan(0), someSpan(2), someSpan(0)));
    expect(answer.status).toBe(200);
    expect(await read(answer)).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage: expect.stringMatching(/^2 spans were rejected: .*id/) as string,
      },
    });
    expect(await store.trace([0, 0, 7, 1])).toHaveLength(2);
  });

  it('does not trouble the store with a body that has nothing to keep', async () => {
    const { otlp, store } = await runCollector({}, { store: failing(new Error('asked')) });
    expect((await post(`${otlp}/v1/traces`, protobufType, protobufBody(someSpan(0)))).status).toBe(200);
    expect((await post(`${otlp}/v1/traces`, protobufType, '')).status).toBe(200);
    expect((await post(`${otlp}/v1/traces`, jsonType, '{}')).status).toBe(200);
    expect(await store.services()).toEqual([]);
  });

  it.each([
    ['protobuf that is none', protobufType, Buffer.from('\xff\xff\xff hello', 'latin1')],
    ['protobuf that ends early', protobufType, protobufBody(someSpan(1)).subarray(0, -3)],
    ['JSON that is none', jsonType, Buffer.from('{"resourceSpans": [')],
    ['JSON of another shape', jsonType, Buffer.from('{"resourceSpans": 7}')],
    ['JSON that is empty', jsonType, Buffer.from('')],
    ['JSON nested beyond reason', jsonType, Buffer.from(nested(100_000))],
  ])('refuses %s with 400, stores nothing and goes on', async (_, type, body) => {
    const { otlp, store, log } = await runCollector();
    const answer = await post(`${otlp}/v1/traces`, type, body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, type]);
    const { code, message } = await statusOf(answer);
    expect(code).toBe(3);
    expect(message).toBeTruthy();
    expect(await store.services()).toEqual([]);
    expect((await post(`${otlp}/v1/traces`, protobufType, protobufBody(someSpan(1)))).status).toBe(200);
    expect(log).toEqual([]);
  });

  it('takes a body of exactly the limit and refuses one byte more, compressed or not', async () => {
    const body = protobufBody(someSpan(1), someSpan(2));
    const exact = await runCollector({ bodyLimit: body.length });
    const tight = await runCollector({ bodyLimit: body.length - 1 });
    for (const [bytes, headers] of [
      [body, {}],
      [gzipSync(body), { 'content-encoding': 'gzip' }],
    ] as const) {
      expect((await post(`${exact.otlp}/v1/traces`, protobufType, bytes, headers)).status).toBe(200);
      const refused = await post(`${tight.otlp}/v1/traces`, protobufType, bytes, headers);
      expect(refused.status).toBe(413);
      expect((await statusOf(refused)).message).toContain('--body-limit');
    }
    expect(await tight.store.services()).toEqual([]);
  });

  it('refuses a bomb: few bytes that become many', async () => {
    const { otlp } = await runCollector();
    const bomb = gzipSync(Buffer.alloc(64_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await post(`${otlp}/v1/traces`, protobufType, bomb, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
  });

  it('answers a client that sends far too much, whether it said so or not', async () => {
    const { otlp } = await runCollector({ bodyLimit: 1_000_000 });
    expect((await post(`${otlp}/v1/traces`, protobufType, Buffer.alloc(3_000_000))).status).toBe(413);
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent < 3; sent++) controller.enqueue(new Uint8Array(1_000_000));
        controller.close();
      },
    });
    const request = {
      method: 'POST',
      headers: { 'content-type': protobufType },
      body: chunks,
      duplex: 'half',
    } as const;
    expect((await fetch(`${otlp}/v1/traces`, request)).status).toBe(413);
  });

  it('refuses gzip that ends early, or that is none', async () => {
    const { otlp } = await runCollector();
    const gzip = gzipSync(protobufBody(someSpan(1)));
    for (const body of [gzip.subarray(0, -9), protobufBody(someSpan(1))]) {
      const answer = await post(`${otlp}/v1/traces`, protobufType, body, { 'content-encoding': 'gzip' });
      expect(answer.status).toBe(400);
      expect((await statusOf(answer)).message).toContain('Cannot gunzip');
    }
  });

  it.each(['text/plain', 'application/grpc', 'nonsense', undefined])(
    'refuses content type %s with 415',
    async (type) => {
      const { otlp } = await runCollector();
      const answer = await post(`${otlp}/v1/traces`, type, protobufBody(someSpan(1)));
      expect([answer.status, answer.headers.get('content-type')]).toEqual([415, jsonType]);
      expect((await statusOf(answer)).message).toContain('Content-Type');
    },
  );

  it('refuses an encoding that it does not know, and names those that it knows', async () => {
    const { otlp } = await runCollector();
    const answer = await post(`${otlp}/v1/traces`, protobufType, 'x', { 'content-encoding': 'zstd' });
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, identity']);
  });

  it.each(['GET', 'PUT', 'DELETE'])('refuses %s with 405', async (method) => {
    const { otlp } = await runCollector();
    const answer = await fetch(`${otlp}/v1/traces`, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
  });

  it('has nothing at other addresses', async () => {
    const { otlp } = await runCollector();
    const answer = await post(`${otlp}/v1/metrics`, protobufType, 'x');
    expect([answer.status, await statusOf(answer)]).toEqual([
      404,
      { code: 5, message: 'there is nothing at /v1/metrics; this port takes traces, by POST to /v1/traces' },
    ]);
  });

  it('asks to come again when the store is behind', async () => {
    const { otlp } = await runCollector({}, { store: failing(new OverloadedError(7)) });
    const answer = await post(`${otlp}/v1/traces`, protobufType, protobufBody(someSpan(1)));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await statusOf(answer)).code).toBe(8);
  });

  it.each(['full', 'read-only', 'failed'] as const)(
    'acknowledges nothing when the disk is %s, and says so',
    async (reason) => {
      const error = new StorageFailedError('the journal took no write', reason, undefined);
      const { otlp, main } = await runCollector({}, { store: failing(error) });
      const answer = await post(`${otlp}/v1/traces`, jsonType, jsonBody(someSpan(1)));
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
      expect(await statusOf(answer)).toEqual({ code: 14, message: expect.stringContaining('took no write') as string });
      expect((await fetch(`${main}/health`)).status).toBe(503);
    },
  );

  it('is up again, with a note, five seconds after the last failure of the disk', async () => {
    let now = 1_700_000_000_000;
    const store = failing(new StorageFailedError('the journal took no write', 'full', undefined));
    const { otlp, main } = await runCollector({}, { store, now: () => now });
    const health = async (): Promise<unknown[]> => {
      const answer = await fetch(`${main}/health`);
      return [answer.status, await answer.json()];
    };
    expect(await health()).toEqual([200, { status: 'UP' }]);
    await post(`${otlp}/v1/traces`, jsonType, jsonBody(someSpan(1)));
    now += 4_999;
    expect(await health()).toEqual([503, { status: 'DOWN', reason: 'the journal took no write' }]);
    now += 1;
    const note = 'the last spans were not stored: the journal took no write';
    expect(await health()).toEqual([200, { status: 'UP', note }]);
    await post(`${otlp}/v1/traces`, jsonType, jsonBody(someSpan(2)));
    expect((await health())[0]).toBe(503);
  });

  it('hides a fault of its own from the caller and reports it', async () => {
    const { otlp, log } = await runCollector({}, { store: failing(new Error('secret')) });
    const answer = await post(`${otlp}/v1/traces`, jsonType, jsonBody(someSpan(1)));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.text()).not.toContain('secret');
    expect(log.join()).toContain('secret');
  });

  it('gives up on a body that does not arrive in time, answers, and goes on', async () => {
    const { otlp } = await runCollector({ bodyTimeout: '50ms' });
    const answer = await rawRequest(
      otlp,
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nContent-Type: application/json\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
    expect(answer).toContain('1 bytes did');
    expect((await post(`${otlp}/v1/traces`, protobufType, protobufBody(someSpan(1)))).status).toBe(200);
  });

  it('stores nothing of a body whose connection breaks', async () => {
    const { otlp, main, store } = await runCollector();
    const body = protobufBody(someSpan(1));
    const socket = connect({ port: Number(new URL(otlp).port), host: '127.0.0.1' });
    const head = `POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\nContent-Type: ${protobufType}\r\n\r\n`;
    await new Promise<void>((resolve) =>
      socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, -1)]), () => resolve()),
    );
    socket.destroy();
    await expect.poll(async () => (await fetch(`${main}/metrics`)).text()).toContain('otlp-protobuf",status="400"} 1');
    expect(await store.services()).toEqual([]);
  });
});

function nested(depth: number): string {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
  const span = `{"traceId":"${'1'.repeat(32)}","spanId":"${'1'.repeat(16)}","attributes":[{"key":"k","value":${value}}]}`;
  return `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`;
}

/** Everything that a server sends back on one connection. */
function rawRequest(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' }, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}
