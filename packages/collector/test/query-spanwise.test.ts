import type { CollectorAnswer, ErrorAnswer, TraceColumns, TraceSearchAnswer } from '@spanwise/wire/query';
import { decodeTraceOutline, fromTraceColumns, fromTraceOutline, traceOutlineType } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';

import {
  collectorAnswer,
  errorAnswer,
  operationsAnswer,
  serviceEdgesAnswer,
  servicesAnswer,
  statisticsAnswer,
  tagKeysAnswer,
  traceColumns,
  traceSearchAnswer,
  tracesOverviewAnswer,
} from '../src/query/spanwise/answers.ts';
import { MemorySpanStore, ReplayingError } from '../src/storage.ts';
import { version } from '../src/version.ts';
import { post, protobufBody, someSpan } from './bodies.ts';
import { runCollector, shareCollector } from './running-collector.ts';

const now = () => 1_700_000_001_000;

/** A collector that has a trace of three spans in two services. */
const shared = shareCollector({ now }, async ({ otlp }) => {
  const cart = { serviceName: 'Cart', attributes: [], droppedAttributesCount: 0, schemaUrl: '' };
  const spans = [
    someSpan(1),
    someSpan(2, { parentId1: 1, name: 'POST /cart', resource: cart, status: 2, attributes: ['db.system', 'sql'] }),
    someSpan(3, { parentId1: 2, name: 'SELECT', kind: 3, resource: cart }),
  ];
  expect((await post(`${otlp}/v1/traces`, 'application/x-protobuf', protobufBody(...spans))).status).toBe(200);
});
const get = (path: string): Promise<Response> => fetch(`${shared().main}/api/spanwise/v1/${path}`);

async function read<T>(answer: Response, schema: z.ZodType<T>): Promise<T> {
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  return schema.parse(await answer.json());
}

describe("Spanwise's own API", () => {
  it('names services, operations and tags', async () => {
    expect(await read(await get('services'), servicesAnswer)).toEqual({ services: ['Cart', 'shop'] });
    const { operations } = await read(await get('operations?service=Cart'), operationsAnswer);
    expect(operations).toContainEqual({ name: 'SELECT', kind: 3 });
    expect(await read(await get('operations?service=cart'), operationsAnswer)).toEqual({ operations: [] });
    expect(await read(await get('tags'), tagKeysAnswer)).toEqual({ keys: ['db.system', 'http.request.method'] });
    expect(await read(await get('tags?service=shop'), tagKeysAnswer)).toEqual({ keys: ['http.request.method'] });
  });

  it('sums up the traces that a search finds, and names the spans that matched', async () => {
    const answer = await read<TraceSearchAnswer>(
      await get('traces?service=Cart&tag=db.system%3Dsql'),
      traceSearchAnswer,
    );
    expect(answer).toMatchObject({ complete: true });
    expect(answer.traces).toEqual([
      {
        traceId: '00000000000000000000000700000001',
        rootService: 'shop',
        rootName: 'GET /checkout',
        rootMissing: false,
        startMicros: 1_700_000_000_000_000,
        durationMicros: 5000,
        spanCount: 3,
        errorCount: 1,
        services: [
          { name: 'Cart', spanCount: 2, errorCount: 1, selfMicros: expect.any(Number) as number },
          { name: 'shop', spanCount: 1, errorCount: 0, selfMicros: expect.any(Number) as number },
        ],
        matchedSpanIds: ['0000000000000002'],
      },
    ]);
  });

  it('takes a query as text, and says where it is wrong', async () => {
    const found = async (q: string): Promise<readonly string[][]> => {
      const answer = await read<TraceSearchAnswer>(await get(`traces?q=${encodeURIComponent(q)}`), traceSearchAnswer);
      return answer.traces.map(({ matchedSpanIds }) => matchedSpanIds.map((id) => id.slice(-1)));
    };
    expect(await found('service=Cart error db.system=sql')).toEqual([['2']]);
    expect(await found('service!=Cart')).toEqual([['1']]);
    expect(await found('kind=client !db.system')).toEqual([['3']]);
    expect(await found('trace.duration>=5ms operation=SELECT')).toEqual([['3']]);
    expect(await found('trace.duration>5ms')).toEqual([]);
    const refused = await get(`traces?q=${encodeURIComponent('error duration>soon')}`);
    expect(refused.status).toBe(400);
    const { error } = errorAnswer.parse(await refused.json());
    expect(error.message).toContain('parameter q');
    expect(error.hint).toContain('at character 16, "soon": duration takes a number and a unit');
  });

  it('counts the traces of a search by time, duration and what is in them', async () => {
    const range = 'startMicros=1700000000000000&endMicros=1700000001000000';
    const all = await read(await get(`traces/overview?${range}&columns=10`), tracesOverviewAnswer);
    expect(all).toMatchObject({
      traceCount: 1,
      complete: true,
      startMicros: 1_700_000_000_000_000,
      columns: 10,
      // 5 ms lies between 2^12 and 2^12.5 µs.
      cells: { columns: [0], buckets: [24], counts: [1], errors: [1] },
    });
    expect(all.facets.map(({ field, values }) => [field, values.map(({ value }) => value)])).toEqual([
      ['service', ['Cart', 'shop']],
      ['operation', ['GET /checkout', 'POST /cart', 'SELECT']],
      ['trace.error', ['true']],
    ]);
    const none = await read(await get(`traces/overview?${range}&q=service%3Dshop%20error`), tracesOverviewAnswer);
    expect(none).toMatchObject({ traceCount: 0, columns: 60, cells: { counts: [] } });
    expect((await get('traces/overview?limit=5')).status).toBe(400);
    expect((await get('traces/overview?columns=1001')).status).toBe(400);
    expect((await get('traces/overview?columns=1000')).status).toBe(200);
  });

  it('sums up services, and the operations of one', async () => {
    const all = await read(await get('services/statistics'), statisticsAnswer);
    expect(all).toMatchObject({ completeFromMicros: 0, joined: true, stepMicros: 120_000_000 });
    expect(all.statistics.map(({ service, operation, count, errors }) => [service, operation, count, errors])).toEqual([
      ['Cart', null, 1, 1],
      ['Cart', null, 1, 0],
      ['shop', null, 1, 0],
    ]);
    const query = 'services/statistics?service=Cart&operation=SELECT&steps=1';
    const [line, ...others] = (await read(await get(query), statisticsAnswer)).statistics;
    expect(others).toEqual([]);
    expect(line).toMatchObject({ operation: 'SELECT', kind: 3, steps: { counts: [1], errors: [0] } });
    expect(line?.histogram.exemplars).toEqual(['00000000000000000000000700000001']);
    const before = await read(await get('services/statistics?endMicros=1600000000000000'), statisticsAnswer);
    expect(before.statistics).toEqual([]);
  });

  it('sums up one service by sides, with examples of each step', async () => {
    const lines = 'service=Cart&by=service&kinds=sides&exemplars=steps&steps=1';
    const range = 'startMicros=1700000000000000&endMicros=1700000060000000';
    const { statistics } = await read(await get(`services/statistics?${lines}&${range}`), statisticsAnswer);
    expect(statistics).toMatchObject([
      { service: 'Cart', operation: null, kind: 2, count: 1, errors: 1 },
      { service: 'Cart', operation: null, kind: 3, count: 1, steps: { exemplars: [{ step: 0 }] } },
    ]);
    expect(statistics[1]?.steps.exemplars?.[0]?.traceId).toBe('00000000000000000000000700000001');
    expect(statistics[1]?.steps.p99Micros).toEqual([statistics[1]?.p99Micros]);
  });

  it('tells the calls between services', async () => {
    const { edges } = await read(await get('services/edges'), serviceEdgesAnswer);
    expect(edges).toMatchObject([{ caller: 'shop', callee: 'Cart', calleeKind: 'service', count: 1, errors: 1 }]);
  });

  it('looks for one span that meets everything, or for a trace that does', async () => {
    const terms = 'tag=db.system&tag=http.request.method';
    expect((await read(await get(`traces?${terms}`), traceSearchAnswer)).traces).toHaveLength(0);
    expect((await read(await get(`traces?${terms}&match=trace`), traceSearchAnswer)).traces).toHaveLength(1);
  });

  it('keeps to the time that is asked for', async () => {
    const start = 1_700_000_000_000_000;
    const within = await get(`traces?startMicros=${start}&endMicros=${start}`);
    expect((await read(within, traceSearchAnswer)).traces).toHaveLength(1);
    const after = await get(`traces?startMicros=${start + 1}&endMicros=${start + 2}`);
    expect((await read(after, traceSearchAnswer)).traces).toHaveLength(0);
  });

  it('answers a trace by its id in either case and length', async () => {
    for (const id of ['00000000000000000000000700000001', '0000000700000001', '700000001']) {
      const columns = await read<TraceColumns>(await get(`traces/${id}`), traceColumns);
      expect(columns).toMatchObject({ traceId: '00000000000000000000000700000001', count: 3 });
      expect(fromTraceColumns(columns).map(({ name }) => name)).toEqual(['GET /checkout', 'POST /cart', 'SELECT']);
    }
  });

  it('tells its version and the addresses that take spans, with the ports that it got', async () => {
    const { main, otlp, addresses, store } = await runCollector();
    const told = await read<CollectorAnswer>(await fetch(`${main}/api/spanwise/v1/collector`), collectorAnswer);
    expect(told).toEqual({
      version,
      receivers: {
        otlpHttp: `${otlp}/v1/traces`,
        otlpGrpc: addresses['otlp-grpc'],
        zipkin: `${main}/api/v2/spans`,
        jaegerHttp: `${addresses['jaeger-http']}/api/traces`,
        jaegerCompact: addresses['jaeger-compact'],
        jaegerBinary: addresses['jaeger-binary'],
      },
    });
    const { otlpHttp, zipkin } = told.receivers;
    expect((await post(otlpHttp ?? '', 'application/x-protobuf', protobufBody(someSpan(1)))).status).toBe(200);
    expect((await post(zipkin, 'application/json', Buffer.from('[{"traceId":"8","id":"1"}]'))).status).toBe(202);
    expect(store.stats().appendedSpans).toBe(2);
  });

  it.each(['localhost', '::1'])('tells addresses that can be opened when it listens on %s', async (host) => {
    const { main } = await runCollector({ host });
    const told = await read<CollectorAnswer>(await fetch(`${main}/api/spanwise/v1/collector`), collectorAnswer);
    for (const address of [told.receivers.otlpHttp ?? '', told.receivers.zipkin]) {
      expect((await fetch(address, { method: 'OPTIONS' })).status).toBe(204);
    }
  });

  it('tells which ports are off', async () => {
    const { main } = await runCollector({
      portOtlpHttp: 'off',
      portOtlpGrpc: 'off',
      portJaegerHttp: 'off',
      portJaegerCompact: 'off',
      portJaegerBinary: 'off',
    });
    const told = await read<CollectorAnswer>(await fetch(`${main}/api/spanwise/v1/collector`), collectorAnswer);
    expect(told.receivers).toEqual({
      otlpHttp: null,
      otlpGrpc: null,
      zipkin: `${main}/api/v2/spans`,
      jaegerHttp: null,
      jaegerCompact: null,
      jaegerBinary: null,
    });
  });

  it.each([
    ['traces/7', 404, 'not-found'],
    ['traces/0', 400, 'invalid-parameter'],
    ['traces/xyz', 400, 'invalid-parameter'],
    [`traces/${'1'.repeat(33)}`, 400, 'invalid-parameter'],
    ['traces/7?x=1', 400, 'invalid-parameter'],
    ['traces/7?mostSpans=many', 400, 'invalid-parameter'],
    ['traces/7?startMicros=1', 400, 'invalid-parameter'],
    ['traces/7?endMicros=1', 400, 'invalid-parameter'],
    ['traces/7?startMicros=2&endMicros=1', 400, 'invalid-parameter'],
    ['traces/7?startMicros=1&endMicros=2&mostSpans=1', 400, 'invalid-parameter'],
    ['traces/7?mostSpans=0', 404, 'not-found'],
    ['traces?limit=1001', 400, 'invalid-parameter'],
    ['traces?service=a&service=b', 400, 'invalid-parameter'],
    ['operations', 400, 'invalid-parameter'],
    ['services?x=1', 400, 'invalid-parameter'],
    ['services/statistics?steps=0', 400, 'invalid-parameter'],
    ['services/edges?service=a', 400, 'invalid-parameter'],
    ['collector?x=1', 400, 'invalid-parameter'],
    ['nothing', 404, 'not-found'],
    ['%zz', 400, 'invalid-parameter'],
    ['traces/%zz', 400, 'invalid-parameter'],
  ])('refuses %s with %i and a reason', async (path, status, code) => {
    const answer = await get(path);
    const { error } = errorAnswer.parse(await answer.json());
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(error.message).not.toBe('');
  });

  it('answers with an outline when the trace has more spans than were asked for at most', async () => {
    const path = 'traces/00000000000000000000000700000001';
    const whole = await read(await get(`${path}?mostSpans=3`), traceColumns);
    const answer = await get(`${path}?mostSpans=2`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, traceOutlineType]);
    const outline = decodeTraceOutline(new Uint8Array(await answer.arrayBuffer()));
    expect(outline.spans.durationNanos).toEqual(Float64Array.from(whole.spans.durationNanos, Number));
    expect(fromTraceOutline(outline).map(({ name }) => name)).toEqual(fromTraceColumns(whole).map(({ name }) => name));
  });

  it('answers with the spans of a trace that start in a range', async () => {
    const { baseMicros, count } = await read(await get('traces/700000001'), traceColumns);
    expect(count).toBe(3);
    const range = `startMicros=${baseMicros}&endMicros=${baseMicros}`;
    const part = await read(await get(`traces/700000001?${range}`), traceColumns);
    expect(part.spans.spanId).toContain('0000000000000001');
    expect((await get(`traces/700000001?startMicros=1&endMicros=2`)).status).toBe(404);
  });

  it('refuses an id of any length', async () => {
    expect((await get(`traces/${'1'.repeat(12_000)}`)).status).toBe(400);
  });

  it('refuses other methods and says which one it takes', async () => {
    const answer = await fetch(`${shared().main}/api/spanwise/v1/traces/7`, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(((await answer.json()) as ErrorAnswer).error.code).toBe('method-not-allowed');
  });

  it('hides a fault of its own from the caller and reports it', async () => {
    const store = Object.assign(new MemorySpanStore(), { services: () => Promise.reject(new Error('secret')) });
    const { main, log } = await runCollector({}, { store });
    const answer = await fetch(`${main}/api/spanwise/v1/services`);
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as ErrorAnswer).error.code]).toEqual([500, 'internal-error']);
    expect(text).not.toContain('secret');
    expect(log.join()).toContain('secret');
  });

  it('asks clients to come again while the store replays', async () => {
    const replaying = () => Promise.reject(new ReplayingError());
    const store = Object.assign(new MemorySpanStore(), { services: replaying, encodeTrace: replaying });
    const { main, log } = await runCollector({}, { store });
    for (const path of ['services', 'traces/7']) {
      const answer = await fetch(`${main}/api/spanwise/v1/${path}`);
      const { error } = errorAnswer.parse(await answer.json());
      expect([answer.status, answer.headers.get('retry-after'), error.code]).toEqual([503, '1', 'replaying']);
      expect(error.message).toContain('replaying its journal');
    }
    const zipkin = await fetch(`${main}/api/v2/trace/7`);
    expect([zipkin.status, zipkin.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await zipkin.text()).toContain('replaying its journal');
    expect(log.join()).not.toContain('replaying');
  });

  it('describes itself in OpenAPI', async () => {
    const document = (await (await get('openapi.json')).json()) as {
      paths: Record<
        string,
        {
          get: { parameters: { name: string; schema: object; required: boolean }[]; responses: Record<string, object> };
        }
      >;
    };
    const statuses = Object.entries(document.paths).map(([path, item]) => [
      path,
      Object.keys(item.get.responses).join(),
    ]);
    expect(statuses).toEqual([
      ['/services', '200,400,403,405,500,503'],
      ['/services/statistics', '200,400,403,405,500,503'],
      ['/services/edges', '200,400,403,405,500,503'],
      ['/operations', '200,400,403,405,500,503'],
      ['/tags', '200,400,403,405,500,503'],
      ['/traces', '200,400,403,405,500'],
      ['/traces/overview', '200,400,403,405,500'],
      ['/traces/{traceId}', '200,400,403,404,405,500,503'],
      ['/openapi.json', '200,403,405,500'],
      ['/collector', '200,400,403,405,500'],
    ]);
    expect(document.paths['/services']!.get.responses['503']).toMatchObject({
      headers: { 'Retry-After': { schema: { type: 'integer' } } },
    });
    const { parameters } = document.paths['/traces']!.get;
    expect(parameters.map(({ name }) => name)).toEqual([
      'service',
      'operation',
      'tag',
      'minDurationMicros',
      'maxDurationMicros',
      'startMicros',
      'endMicros',
      'match',
      'q',
      'limit',
    ]);
    const schemaOf = (wanted: string) => parameters.find(({ name }) => name === wanted)?.schema;
    expect(schemaOf('match')).toMatchObject({ enum: ['span', 'trace'] });
    expect(schemaOf('limit')).toEqual({ type: 'integer', minimum: 1, maximum: 1000, default: 20 });
    expect(schemaOf('startMicros')).toMatchObject({ type: 'integer', minimum: 0 });
    expect(document.paths['/operations']!.get.parameters).toMatchObject([{ name: 'service', required: true }]);
    // Every path that is described is served.
    for (const path of Object.keys(document.paths)) {
      const answer = await get(
        path.slice(1).replace('{traceId}', '700000001').replace('operations', 'operations?service=a'),
      );
      expect(answer.status).toBe(200);
    }
  });
});
