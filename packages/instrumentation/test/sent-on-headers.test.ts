import { once } from 'node:events';
import http from 'node:http';

import * as grpc from '@grpc/grpc-js';
import { b3Multi, createTracer, w3cBaggage, w3cTraceContext } from '@spanwise/tracer';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { instrumentFetch } from '../src/fetch.ts';
import { instrumentGrpc } from '../src/grpc.ts';
import { instrumentHttp } from '../src/http.ts';
import type { Instrumentation } from '../src/instrumentation.ts';
import { instrumentMqtt } from '../src/mqtt.ts';
import { Broker } from './broker.ts';
import { find, GrpcShop } from './grpc-shop.ts';
import { listen } from './listening.ts';
import type { Listening } from './listening.ts';

/** Of another trace than the one that sends them on: with debug, which is not said where there is none. */
const before = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'other=1',
  'x-b3-traceid': '0af7651916cd43dd8448eb211c80319c',
  'x-b3-spanid': 'b7ad6b7169203331',
  'x-b3-flags': '1',
};
const kept = { 'x-kept': 'yes', baggage: 'by=hand' };
const inCapitals = Object.fromEntries(Object.entries(before).map(([name, value]) => [name.toUpperCase(), value]));

const tracer = createTracer({
  serviceName: 'test',
  recorders: [],
  propagators: [w3cTraceContext, b3Multi, w3cBaggage],
  sampler: 0,
});
let installed: Instrumentation[];
let mirror: Listening;

beforeEach(async () => {
  mirror = await listen((request, response) => response.end(JSON.stringify(request.headers)));
  installed = [
    instrumentHttp({ tracer, server: false }),
    instrumentFetch({ tracer }),
    instrumentGrpc(grpc, { tracer }),
    instrumentMqtt(mqtt, { tracer }),
  ];
});

afterEach(async () => {
  for (const one of installed) one.uninstall();
  await mirror.close();
});

async function byHttp(headers: http.OutgoingHttpHeaders | readonly string[]): Promise<object> {
  const request = http.request(mirror.origin, { headers }).end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return JSON.parse((await response.toArray()).join('')) as object;
}

async function byFetch(headers: Record<string, string>): Promise<object> {
  return (await (await fetch(mirror.origin, { headers })).json()) as object;
}

async function byGrpc(headers: Record<string, string>): Promise<object> {
  const shop = new GrpcShop();
  let got: object = {};
  const address = await shop.serve({
    find: (call, respond) => {
      got = call.metadata.getMap();
      respond(null, call.request);
    },
  });
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  await find(shop.client(address), [1], metadata);
  shop.close();
  // What the application gave is not written to.
  expect(metadata.get('tracestate')).toEqual(['other=1']);
  return got;
}

async function byMqtt(headers: Record<string, string>): Promise<object> {
  const broker = await Broker.start();
  const subscriber = await broker.connect();
  await subscriber.subscribeAsync('orders', { qos: 1 });
  const message = once(subscriber as unknown as NodeJS.EventEmitter, 'message');
  const client = await broker.connect();
  await client.publishAsync('orders', 'm', { qos: 1, properties: { userProperties: headers } });
  const [, , packet] = (await message) as [string, Buffer, mqtt.IPublishPacket];
  await broker.close();
  return packet.properties?.userProperties ?? {};
}

test.each<[string, () => Promise<object>]>([
  ['http, an object', () => byHttp({ ...before, ...kept })],
  ['http, an object with names in capitals', () => byHttp({ ...inCapitals, ...kept })],
  ['http, an object with names in both', () => byHttp({ ...before, ...inCapitals, ...kept })],
  ['http, a list', () => byHttp(Object.entries({ host: 'localhost', ...inCapitals, ...kept }).flat())],
  ['fetch', () => byFetch({ ...before, ...kept })],
  ['gRPC', () => byGrpc({ ...before, ...kept })],
  ['MQTT', () => byMqtt({ ...before, ...kept })],
  ['MQTT, names in capitals', () => byMqtt({ ...inCapitals, ...kept })],
])('headers that are sent on keep nothing of the trace before but the baggage: %s', async (_name, send) => {
  const headers = await tracer.withActiveSpan('root', {}, send);
  const names = Object.keys(headers).filter((name) => name.toLowerCase() in { ...before, 'x-b3-sampled': '' });
  expect(names.toSorted()).toEqual(['traceparent', 'x-b3-sampled', 'x-b3-spanid', 'x-b3-traceid']);
  expect(headers).toMatchObject({ ...kept, 'x-b3-sampled': '0' });
  expect(headers).not.toMatchObject({ traceparent: before.traceparent });
});

test('a tracestate without its traceparent is not made that of another trace', async () => {
  const headers = await tracer.withActiveSpan('root', {}, () => byHttp({ tracestate: 'by=hand', 'x-own': '1' }));
  expect(headers).toMatchObject({ 'x-own': '1' });
  expect(headers).not.toHaveProperty('tracestate');
});

test('headers that the filter keeps the context from are sent as they are', async () => {
  const withFilter = instrumentHttp({ tracer, server: false, client: { shouldPropagate: () => false } });
  installed.push(withFilter);
  installed[0]!.uninstall();
  expect(await tracer.withActiveSpan('root', {}, () => byHttp(before))).toMatchObject(before);
});
