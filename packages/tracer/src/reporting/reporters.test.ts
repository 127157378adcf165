import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { decodeOtlpJson, decodeOtlpProtobuf } from '@spanwise/wire/otlp/decode';
import { afterEach, expect, it } from 'vitest';

import { finishedSpan } from '../fixtures/finished-span.ts';
import { Logged } from '../fixtures/logged.ts';
import { batchReporter } from './batch-reporter.ts';
import { otlpReporter } from './otlp-reporter.ts';
import { zipkinReporter } from './zipkin-reporter.ts';

interface Received {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

const servers: http.Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A backend that answers in turn with what it is given, the last answer for ever. */
async function backend(
  ...answers: { status: number; headers?: http.OutgoingHttpHeaders; body?: Uint8Array }[]
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url, type: request.headers['content-type'], body: Buffer.concat(chunks) });
      const { status, headers, body } = answers.length > 1 ? answers.shift()! : answers[0]!;
      response.writeHead(status, headers).end(body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

it('sends OTLP protobuf to /v1/traces', async () => {
  const { url, received } = await backend({ status: 200 });
  const reporter = otlpReporter({ url });
  const span = finishedSpan({ name: 'checkout' });
  reporter.finish(span);
  await reporter.close();
  expect(received.map(({ path, type }) => [path, type])).toEqual([['/v1/traces', 'application/x-protobuf']]);
  const { spans } = decodeOtlpProtobuf(received[0]!.body);
  expect(spans).toMatchObject([{ name: 'checkout', spanId1: span.spanId1, durationNanos: 1000 }]);
  expect(reporter.stats()).toMatchObject({ accepted: 1, delivered: 1, givenUp: {} });
});

it('sends OTLP JSON to the path given', async () => {
  const { url, received } = await backend({ status: 200 });
  const reporter = otlpReporter({ url: `${url}/ingest?key=1`, protocol: 'json' });
  reporter.finish(finishedSpan({ name: 'checkout' }));
  await reporter.close();
  expect(received.map(({ path, type }) => [path, type])).toEqual([['/ingest?key=1', 'application/json']]);
  expect(decodeOtlpJson(received[0]!.body).spans).toMatchObject([{ name: 'checkout' }]);
});

it('sends Zipkin JSON to /api/v2/spans', async () => {
  const { url, received } = await backend({ status: 202 });
  const reporter = zipkinReporter({ url });
  reporter.finish(finishedSpan({ name: 'checkout' }));
  await reporter.close();
  expect(received.map(({ path, type }) => [path, type])).toEqual([['/api/v2/spans', 'application/json']]);
  expect(JSON.parse(received[0]!.body.toString())).toMatchObject([{ name: 'checkout', duration: 1 }]);
  expect(reporter.stats()).toMatchObject({ delivered: 1 });
});

it('counts spans that OTLP rejected of a batch', async () => {
  const rejected = Uint8Array.of(0x0a, 2, 0x08, 1);
  const { url } = await backend({ status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: rejected });
  const logger = new Logged();
  const reporter = otlpReporter({ url, logger });
  for (let count = 0; count < 3; count++) reporter.finish(finishedSpan());
  await reporter.close();
  expect(reporter.stats()).toMatchObject({ delivered: 2, givenUp: { rejected: 1 } });
  expect(logger.lines).toHaveLength(1);
});

it('comes through a backend that is busy at first', async () => {
  const { url, received } = await backend(
    { status: 503, headers: { 'retry-after': '0' } },
    { status: 429 },
    { status: 200 },
  );
  const logger = new Logged();
  const reporter = otlpReporter({ url, logger, retry: { initialDelayMillis: 1 } });
  reporter.finish(finishedSpan());
  await reporter.flush();
  expect(received).toHaveLength(3);
  expect(reporter.stats()).toMatchObject({ delivered: 1, queued: 0, givenUp: {} });
  await reporter.close();
  expect(logger.lines).toEqual([
    `spanwise: ${new URL(url).host} does not take spans now: 503 Service Unavailable; they are held and sent again`,
  ]);
});

it('says at the first export that nobody listens at the address, without its secrets', async () => {
  const said = new Promise<string>((resolve) => {
    const reporter = otlpReporter({
      url: 'http://user:secret@127.0.0.1:1/v1/traces?token=secret',
      logger: { warn: resolve },
    });
    reporter.finish(finishedSpan());
    void reporter.flush({ deadlineMillis: 1 });
  });
  expect(await said).toBe('spanwise: 127.0.0.1:1 does not take spans now: ECONNREFUSED; they are held and sent again');
});

it('says where spans were lost, and why', async () => {
  const { url } = await backend({ status: 404 });
  const logger = new Logged();
  const reporter = zipkinReporter({ url, logger });
  reporter.finish(finishedSpan());
  await reporter.close();
  expect(logger.lines).toEqual([
    `spanwise: spans lost on the way to ${new URL(url).host}: 1 refused; last answer: 404 Not Found`,
  ]);
});

it.each([
  [
    () => otlpReporter({ url: 'collector:4318' }),
    'otlpReporter: url must be an http: or https: address such as http://127.0.0.1:4318/v1/traces; it was "collector:4318"',
  ],
  [() => zipkinReporter({ url: '9411' }), 'zipkinReporter: url must be'],
  [() => otlpReporter({ url: 'http://[bad?api_key=secret' }), 'it was "http://[bad?…"'],
  [() => zipkinReporter({ url: 'zipkin:9411?api_key=secret' }), 'it was "zipkin:9411?…"'],
  [
    () => otlpReporter({ protocol: 'grpc' as never }),
    'otlpReporter: protocol must be "protobuf" or "json"; it was "grpc"',
  ],
  [() => otlpReporter({ compression: 'br' as never }), 'it was "br"'],
  [() => otlpReporter({ endpoint: 'http://h' } as never), 'otlpReporter knows only the options url, protocol, headers'],
  [() => zipkinReporter({ protocol: 'json' } as never), 'zipkinReporter knows only the options url, headers'],
  [() => batchReporter({ batchSize: 1 } as never), 'batchReporter knows only the options maxBatchSpans'],
  [() => zipkinReporter({ url: 'h' }), 'such as http://127.0.0.1:9411/api/v2/spans'],
  [
    () => otlpReporter({ headers: 'authorization=secret' as never }),
    'it was a text, which may hold a secret and is not shown',
  ],
])('refuses wrong options', (make, message) => {
  expect(make).toThrow(message);
});
