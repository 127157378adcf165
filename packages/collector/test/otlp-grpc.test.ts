import { connect as connectHttp2, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { describe, expect, it, onTestFinished } from 'vitest';

import { requestType } from '../../wire/src/otlp/fixtures/trace-proto.ts';
import { otlpExportPath } from '../src/ingest/otlp-grpc.ts';
import { MemorySpanStore } from '../src/storage.ts';
import { OverloadedError, StorageFailedError } from '../src/storage/span-store.ts';
import type { SpanStore } from '../src/storage/span-store.ts';
import { protobufBody, someSpan } from './bodies.ts';
import { call, grpcClient } from './grpc-client.ts';
import type { CallEnd } from './grpc-client.ts';
import { metricsOf, requests } from './metrics-of.ts';
import { runCollector } from './running-collector.ts';
import type { RunningCollector } from './running-collector.ts';
import { SlowStore } from './slow-store.ts';

const invalidArgument = 3;
const resourceExhausted = 8;
const unimplemented = 12;
const unavailable = 14;

const grpcOf = ({ addresses }: RunningCollector): string => addresses['otlp-grpc'] ?? '';

const counted = (status: number, protocol = 'otlp-protobuf'): string => requests(protocol, status);

/** A store whose appends fail. */
function failing(failure: Error): SpanStore {
  return Object.assign(new MemorySpanStore(), { append: () => Promise.reject(failure) });
}

/** A body of exactly so many bytes. */
function bodyOfSize(bytes: number): Uint8Array {
  const without = protobufBody(someSpan(1, { attributes: ['k', ''] })).length;
  for (let extra = bytes - without - 12; ; extra++) {
    const body = protobufBody(someSpan(1, { attributes: ['k', 'x'.repeat(extra)] }));
    if (body.length === bytes) return body;
    if (body.length > bytes) throw new Error(`there is no body of ${bytes} bytes`);
  }
}

describe('OTLP over gRPC', () => {
  it('stores what it is sent, field by field, before it answers', async () => {
    const running = await runCollector();
    const body = requestType
      .encode(
        requestType.fromObject({
          resourceSpans: [
            {
              resource: {
                attributes: [
                  { key: 'service.name', value: { stringValue: 'shop' } },
                  { key: 'host.name', value: { stringValue: 'h' } },
                ],
              },
              scopeSpans: [
                {
                  scope: { name: 'lib', version: '1' },
                  spans: [
                    {
                      traceId: Buffer.from('00000000000000000000000700000001', 'hex'),
                      spanId: Buffer.from('00000000000000aa', 'hex'),
                      parentSpanId: Buffer.from('00000000000000bb', 'hex'),
                      name: 'GET /checkout',
                      kind: 2,
                      startTimeUnixNano: '1700000000000000123',
                      endTimeUnixNano: '1700000000005000124',
                      attributes: [{ key: 'n', value: { intValue: '7' } }],
                      events: [{ name: 'x', timeUnixNano: '1700000000001000000' }],
                      status: { code: 2, message: 'no' },
                    },
                  ],
                },
              ],
            },
          ],
        }),
      )
      .finish();
    expect(await call(grpcClient(grpcOf(running)), body)).toMatchObject({ code: 0, answer: {} });
    const [stored] = (await running.store.trace([0, 0, 7, 1])) ?? [];
    expect(stored).toMatchObject({
      spanId1: 0xaa,
      parentId1: 0xbb,
      name: 'GET /checkout',
      kind: 2,
      startMicros: 1_700_000_000_000_000,
      startNanos: 123,
      durationNanos: 5_000_001,
      attributes: ['n', 7],
      events: [{ name: 'x', timeMicros: 1_700_000_000_001_000 }],
      status: 2,
      statusMessage: 'no',
      resource: { serviceName: 'shop', attributes: ['host.name', 'h'] },
      scope: { name: 'lib', version: '1' },
    });
  });

  it('reads gzip, and keeps what comes on one connection at once', async () => {
    const running = await runCollector();
    const client = grpcClient(grpcOf(running), { gzip: true });
    const ends = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        call(client, protobufBody(someSpan(at + 1, { name: 'x'.repeat(10_000) }))),
      ),
    );
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([0]));
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(200);
  });

  it('keeps the good spans of a message, and says how many it rejected', async () => {
    const running = await runCollector();
    const end = await call(grpcClient(grpcOf(running)), protobufBody(someSpan(1), someSpan(0), someSpan(0)));
    expect(end).toMatchObject({
      code: 0,
      answer: {
        partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringMatching(/^2 spans were .*id/) as string },
      },
    });
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(1);
    expect(await metricsOf(running)).toContain('spanwise_rejected_spans_total{protocol="otlp-protobuf"} 2');
  });

  it('takes a message without spans', async () => {
    const running = await runCollector();
    expect(await call(grpcClient(grpcOf(running)), new Uint8Array(0))).toMatchObject({ code: 0, answer: {} });
  });

  it('refuses what does not decode, counts it, and takes what comes next', async () => {
    const running = await runCollector();
    const client = grpcClient(grpcOf(running));
    const body = protobufBody(someSpan(1));
    const end = await call(client, body.subarray(0, -1));
    expect(end).toMatchObject({ code: invalidArgument, retryAfterSeconds: undefined });
    expect(end.message).toContain('not an OTLP protobuf body');
    expect((await call(client, body)).code).toBe(0);
    expect(await metricsOf(running)).toEqual(expect.arrayContaining([counted(400), counted(200)]));
  });

  it.each([false, true])('takes a message of the limit and refuses one more byte (gzip: %j)', async (gzip) => {
    const running = await runCollector({ bodyLimit: 70_000 });
    const client = grpcClient(grpcOf(running), { gzip });
    expect((await call(client, bodyOfSize(70_000))).code).toBe(0);
    const end = await call(client, bodyOfSize(70_001));
    expect(end).toMatchObject({ code: resourceExhausted, retryAfterSeconds: undefined });
    expect(end.message).toMatch(/^the body is larger than 70000 bytes .*--body-limit/);
    expect(await metricsOf(running)).toEqual(expect.arrayContaining([counted(200), counted(413)]));
    expect(await running.store.trace([0, 0, 7, 1])).toHaveLength(1);
  });

  it('takes many times the limit from one connection, one message after the other', { timeout: 60_000 }, async () => {
    const running = await runCollector();
    const client = grpcClient(grpcOf(running));
    for (let round = 0; round < 6; round++) expect((await call(client, bodyOfSize(16_000_000))).code).toBe(0);
    const end = await call(client, bodyOfSize(16_000_001));
    expect(end.code).toBe(resourceExhausted);
    expect((await call(client, protobufBody(someSpan(1)))).code).toBe(0);
  });

  it.each([
    ['is behind', new OverloadedError(3), resourceExhausted, 3, 429],
    ['has no room', new StorageFailedError('the disk is full', 'full', undefined), unavailable, 30, 503],
    ['fails', new Error('secret'), unavailable, 5, 503],
  ] as const)('passes on that the store %s, and when to come again', async (_, failure, code, seconds, status) => {
    const running = await runCollector({}, { store: failing(failure) });
    const end = await call(grpcClient(grpcOf(running)), protobufBody(someSpan(1)));
    expect(end).toMatchObject({ code, retryAfterSeconds: seconds });
    expect(end.message).not.toContain('secret');
    expect(await metricsOf(running)).toContain(counted(status));
  });

  it('knows one method', async () => {
    const running = await runCollector();
    const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
    const end = await call(grpcClient(grpcOf(running)), new Uint8Array(0), path);
    expect([end.code, end.message]).toEqual([unimplemented, expect.stringContaining(otlpExportPath)]);
  });
});

/** HTTP/2 by hand, for what gRPC's clients do not send. */
function http2(running: RunningCollector): ClientHttp2Session {
  const session = connectHttp2(grpcOf(running));
  onTestFinished(() => session.destroy());
  return session;
}

function open(session: ClientHttp2Session, headers: Record<string, string> = {}): ClientHttp2Stream {
  return session.request({
    ':method': 'POST',
    ':path': otlpExportPath,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
}

/** The status of HTTP, of gRPC, and its message. */
function endOf(stream: ClientHttp2Stream): Promise<[number, string | undefined, string]> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    stream.on('response', (response) => (headers = { ...response }));
    stream.on('trailers', (trailers) => (headers = { ...headers, ...trailers }));
    stream.on('error', reject).resume();
    stream.on('close', () => {
      const message = decodeURIComponent(headers['grpc-message']?.toString() ?? '');
      resolve([Number(headers[':status']), headers['grpc-status']?.toString(), message]);
    });
  });
}

function framed(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

describe('calls that are none of gRPC’s clients', () => {
  const body = protobufBody(someSpan(1));
  it.each([
    ['nothing', Buffer.alloc(0), {}, '3', 'within the prefix'],
    ['four bytes', Buffer.alloc(4), {}, '3', 'after 4 bytes'],
    ['less than it claims', framed(body, 0, body.length + 1), {}, '3', `claims ${body.length + 1} bytes`],
    ['more than it claims', Buffer.concat([framed(body), Buffer.alloc(1)]), {}, '3', '1 bytes follow'],
    ['flag 2', framed(body, 2), {}, '3', 'begins with 2'],
    ['gzip that is none', framed(body, 1), { 'grpc-encoding': 'gzip' }, '3', 'Cannot gunzip'],
    ['an encoding that is unknown', framed(body, 1), { 'grpc-encoding': 'br' }, '12', '"br" is not understood'],
    ['compressed by nothing', framed(body, 1), {}, '3', 'grpc-encoding is absent'],
  ])('%s are refused and counted, and nothing is stored', async (_, bytes, headers, code, words) => {
    const running = await runCollector();
    const stream = open(http2(running), headers);
    stream.end(bytes);
    const [status, grpcStatus, message] = await endOf(stream);
    expect([status, grpcStatus]).toEqual([200, code]);
    expect(message).toContain(words);
    expect(running.store.stats().appendedSpans).toBe(0);
    expect((await metricsOf(running)).join('\n')).toMatch(
      /requests_total\{protocol="otlp-protobuf",status="4\d\d"\} 1/,
    );
  });

  it('may say a codec and an encoding for a message that is plain', async () => {
    const running = await runCollector();
    const session = http2(running);
    for (const headers of [{ 'content-type': 'application/grpc+proto' }, { 'grpc-encoding': 'gzip' }]) {
      const stream = open(session, headers);
      stream.end(framed(body));
      expect(await endOf(stream)).toEqual([200, '0', '']);
    }
    const zipped = open(session, { 'grpc-encoding': 'gzip' });
    zipped.end(framed(gzipSync(body), 1));
    expect(await endOf(zipped)).toEqual([200, '0', '']);
  });

  it.each([
    ['application/json', 'POST', 415],
    ['application/grpc-web', 'POST', 415],
    ['application/grpc', 'GET', 405],
  ])('%s by %s gets status %i of HTTP and is counted', async (contentType, method, status) => {
    const running = await runCollector();
    const stream = open(http2(running), { 'content-type': contentType, ':method': method });
    stream.end();
    expect(await endOf(stream)).toEqual([status, undefined, '']);
    expect(await metricsOf(running)).toContain(counted(status, 'unknown'));
  });

  it('that take too long are told to try again', async () => {
    const running = await runCollector({ bodyTimeout: '50ms' });
    const stream = open(http2(running));
    stream.write(framed(body).subarray(0, 7));
    const [status, code, message] = await endOf(stream);
    expect([status, code, message]).toEqual([200, '14', expect.stringContaining('within 50 ms (7 bytes did)')]);
    expect(await metricsOf(running)).toContain(counted(503));
  });

  it('count in the budget from their first byte on', { timeout: 60_000 }, async () => {
    const running = await runCollector();
    const session = http2(running);
    // Four of these are all but 400 kB of the 64 MB that bodies under way may take.
    const large = framed(bodyOfSize(15_900_000));
    const waiting = Array.from({ length: 4 }, () => open(session));
    const write = (stream: ClientHttp2Stream): Promise<void> =>
      new Promise((resolve) => stream.write(large.subarray(0, -1), () => resolve()));
    await Promise.all(waiting.map(write));
    // Answered behind all that was sent before: nothing is on its way that could be refused instead.
    await new Promise((resolve) => session.ping(resolve));
    const client = grpcClient(grpcOf(running));
    const another = (): Promise<CallEnd> => call(client, bodyOfSize(500_000));
    await expect.poll(another, { timeout: 30_000 }).toMatchObject({ code: resourceExhausted, retryAfterSeconds: 1 });
    expect((await call(client, body)).code).toBe(0);
    const ends = waiting.map(endOf);
    for (const stream of waiting) stream.end(large.subarray(-1));
    expect(await Promise.all(ends)).toEqual(waiting.map(() => [200, '0', '']));
    expect((await another()).code).toBe(0);
  });

  it('that break off are counted, and the connection goes on', async () => {
    const running = await runCollector();
    const session = http2(running);
    const broken = open(session);
    broken.on('error', () => {});
    await new Promise<void>((resolve) => broken.write(framed(body).subarray(0, -1), () => resolve()));
    broken.close(constants.NGHTTP2_CANCEL);
    await expect.poll(async () => metricsOf(running)).toContain(counted(400));
    const next = open(session);
    next.end(framed(body));
    expect(await endOf(next)).toEqual([200, '0', '']);
    expect(running.store.stats().appendedSpans).toBe(1);
  });

  it('that are HTTP/1 end their connection and nothing else', async () => {
    const running = await runCollector();
    const socket = connect({ port: Number(new URL(grpcOf(running)).port), host: '127.0.0.1' });
    socket.on('error', () => {}).end('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect((await call(grpcClient(grpcOf(running)), body)).code).toBe(0);
  });
});

describe('closing', () => {
  it('lets a call under way be stored and answered, takes no more, then closes the store', async () => {
    const store = new SlowStore();
    const running = await runCollector({}, { store });
    const answer = call(grpcClient(grpcOf(running)), protobufBody(someSpan(1)));
    await store.appending;
    const closed = running.close();
    expect((await call(grpcClient(grpcOf(running)), protobufBody(someSpan(2)))).code).toBe(unavailable);
    expect(store.order).toEqual([]);
    store.finish();
    expect((await answer).code).toBe(0);
    await closed;
    expect(store.order).toEqual(['stored', 'closed']);
  });

  it('cuts a call that does not come to its end, and nothing of it is stored', async () => {
    const running = await runCollector();
    const session = http2(running);
    const stream = open(session);
    stream.on('error', () => {});
    const cut = new Promise((resolve) => stream.once('close', resolve).resume());
    await new Promise<void>((resolve) =>
      stream.write(framed(protobufBody(someSpan(1))).subarray(0, -1), () => resolve()),
    );
    // The next call on the connection is answered when the server has seen the first.
    const next = open(session);
    next.end(framed(protobufBody(someSpan(2))));
    await endOf(next);
    await Promise.all([running.close(), cut]);
    expect(running.store.stats().appendedSpans).toBe(1);
  });

  it('ends connections that only wait', async () => {
    const running = await runCollector();
    const session = http2(running);
    const stream = open(session);
    stream.end(framed(protobufBody(someSpan(1))));
    await endOf(stream);
    const closed = new Promise((resolve) => session.once('close', resolve));
    await Promise.all([running.close(), closed]);
  });
});
