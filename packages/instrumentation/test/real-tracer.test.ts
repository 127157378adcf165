import { createTracer, InMemoryRecorder, otlpReporter } from '@spanwise/tracer';
import { expect, test } from 'vitest';

import * as grpc from '@grpc/grpc-js';

import { instrumentFetch } from '../src/fetch.ts';
import { instrumentGrpc } from '../src/grpc.ts';
import { instrumentHttp } from '../src/http.ts';
import { find, GrpcShop } from './grpc-shop.ts';
import { listen } from './listening.ts';
import { until } from './recording.ts';

/** OTLP's number for the kind `server`. */
const SERVER = 2;
/** OTLP's number for the kind `client`. */
const CLIENT = 3;

test('the reference tracer: one trace through two services, and its own exports make no span', async () => {
  const recorder = new InMemoryRecorder();
  const backend = await listen((request, response) => request.resume().on('end', () => response.end()));
  const tracer = createTracer({ serviceName: 'test', recorders: [recorder, otlpReporter({ url: backend.origin })] });
  const installed = [instrumentHttp({ tracer }), instrumentFetch({ tracer })];

  const inner = await listen((request, response) => {
    tracer.activeSpan?.setBaggageItem('seen', 'yes');
    response.end(request.headers['traceparent']);
  });
  const outer = await listen((_request, response) => {
    void fetch(`${inner.origin}/inner`)
      .then((got) => got.text())
      .then((text) => response.end(text));
  });
  await tracer.withActiveSpan('root', {}, async () => (await fetch(`${outer.origin}/outer`)).text());
  await until(() => recorder.records.length >= 5);
  await tracer.flush();
  await until(
    () => recorder.records.some((span) => span.name === 'POST /v1/traces'),
    () => 'no export came',
  );
  await tracer.close();
  for (const instrumentation of installed) instrumentation.uninstall();
  for (const server of [inner, outer, backend]) await server.close();

  const byId = new Map(recorder.records.map((record) => [`${record.spanId0} ${record.spanId1}`, record]));
  const chain: string[] = [];
  let record = recorder.records.find((span) => span.name === 'GET /inner' && span.kind === SERVER);
  for (; record !== undefined; record = byId.get(`${record.parentId0} ${record.parentId1}`)) {
    chain.unshift(`${record.kind === SERVER ? 'server' : 'client'} ${record.name}`);
  }
  expect(chain).toEqual([
    expect.stringMatching(/root$/),
    'client GET /outer',
    'server GET /outer',
    'client GET /inner',
    'server GET /inner',
  ]);
  // The backend is in this process, so its server has a span; the client has none.
  const exports = recorder.records.filter((span) => span.name === 'POST /v1/traces');
  expect(exports.map((span) => [span.kind, span.parentId0])).toEqual([[SERVER, 0]]);
});

test('the reference tracer: one trace through gRPC, with its baggage in W3C metadata', async () => {
  const recorder = new InMemoryRecorder();
  const tracer = createTracer({ serviceName: 'test', recorders: [recorder] });
  const installed = instrumentGrpc(grpc, { tracer });
  const shop = new GrpcShop();
  const seen: unknown[] = [];
  const address = await shop.serve({
    find: (call, respond) => {
      seen.push(tracer.activeSpan?.getBaggageItem('shopper'), Object.keys(call.metadata.getMap()).toSorted());
      respond(null, call.request);
    },
  });
  const client = shop.client(address);
  await tracer.withActiveSpan('root', {}, (root) => {
    root.setBaggageItem('shopper', 'Ünal');
    return find(client, [1]);
  });
  await until(() => recorder.records.length === 3);
  installed.uninstall();
  shop.close();
  await tracer.close();

  expect(seen).toEqual(['Ünal', ['baggage', 'traceparent', 'user-agent']]);
  const [server, sent, root] = [SERVER, CLIENT, undefined].map((kind) =>
    recorder.records.find((span) => (kind === undefined ? span.name === 'root' : span.kind === kind)),
  );
  expect([server!.name, sent!.name]).toEqual(Array(2).fill('shop.Catalogue/Find'));
  expect([server!.parentId0, server!.parentId1]).toEqual([sent!.spanId0, sent!.spanId1]);
  expect([sent!.parentId0, sent!.parentId1]).toEqual([root!.spanId0, root!.spanId1]);
});
