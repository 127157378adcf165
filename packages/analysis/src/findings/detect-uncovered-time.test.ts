import { SpanKind } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { event, kindsOf, millis, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

function gap(length: number, duration: number): SpanSketch[] {
  return [
    server(1, [0, duration]),
    query(2, 1, [1, 20], 'SELECT a FROM b'),
    query(3, 1, [20 + length, duration - 1], 'SELECT c FROM d', { name: 'SELECT d' }),
  ];
}

test('time between calls that nobody traced, and what comes after it', () => {
  expect(theFinding('uncovered-time', gap(180, 400))).toMatchObject({
    ids: [1],
    savableMs: 180,
    savableHow: 'whole-wait',
    share: 0.45,
    facts: { serviceName: 'shop', spanName: 'GET /', nanos: 180e6, count: 1, nextName: 'SELECT d' },
  });
});

test('counts from 100 ms and a fifth of the root on', () => {
  expect(kindsOf(gap(99.999, 300))).toEqual([]);
  expect(kindsOf(gap(100, 300))).toEqual(['uncovered-time']);
  expect(kindsOf(gap(200, 1_000.01))).toEqual([]);
  expect(kindsOf(gap(200, 1_000))).toEqual(['uncovered-time']);
});

test('several stretches of a span are one finding; short ones do not count', () => {
  const spans = [
    server(1, [0, 500]),
    query(2, 1, [110, 120], 'SELECT a FROM b'),
    query(3, 1, [270, 300], 'SELECT c FROM d'),
    query(4, 1, [350, 499], 'SELECT e FROM f'),
  ];
  expect(theFinding('uncovered-time', spans).facts).toMatchObject({ nanos: 260e6, count: 2, nextName: 'SELECT' });
});

test.each<readonly [string, readonly SpanSketch[]]>([
  ['a span without children says by its name what it did', [server(1, [0, 900], { name: 'render' })]],
  [
    'a call is the network’s and the other side’s',
    [
      server(1, [0, 600]),
      request(2, 1, [1, 599], 'http://stock/'),
      { id: 3, parent: 2, at: millis([300, 310]), kind: SpanKind.server, service: 'stock' },
    ],
  ],
  ['a stream lasts', [server(1, [0, 9_000], { name: 'GET /events/stream' }), query(2, 1, [1, 9], 'SELECT a FROM b')]],
  ['a long poll lasts', [server(1, [0, 9_000], { name: 'GET /poll' }), query(2, 1, [1, 9], 'SELECT a FROM b')]],
  [
    'a web socket lasts',
    [
      server(1, [0, 9_000], { attributes: ['http.url', 'wss://shop/news', 'http.method', 'GET'] }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'server-sent events last',
    [
      server(1, [0, 9_000], { attributes: ['http.response.header.content-type', ['text/event-stream']] }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'a connection that was upgraded lasts',
    [
      server(1, [0, 9_000], { attributes: ['http.method', 'GET', 'http.url', '/talk', 'http.status_code', '101'] }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'a download takes as long as its receiver',
    [
      server(1, [0, 9_000], { attributes: ['http.response.header.content-type', 'application/octet-stream'] }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'a stream of remote calls lasts, by its method',
    [
      server(1, [0, 9_000], { name: 'shop.News/Feed', attributes: ['grpc.method_type', 'SERVER_STREAMING'] }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'or by its messages: more than one each way',
    [
      server(1, [0, 9_000], { name: 'shop.News/Chat', events: [10, 20, 4_000].map((at) => event('message', at)) }),
      query(2, 1, [1, 9], 'SELECT a FROM b'),
    ],
  ],
  [
    'an answer that comes in pieces is read after its call',
    [
      server(1, [0, 9_000]),
      request(2, 1, [1, 500], 'http://model/answer', { 'http.response.header.content-type': 'text/event-stream' }),
    ],
  ],
  [
    'a poll pauses on purpose',
    [
      server(1, [0, 2_100]),
      ...[1, 1_001, 2_001].map((at, item) => request(item + 2, 1, [at, at + 30], 'http://jobs/7')),
    ],
  ],
  [
    'the body of an answer comes after the span of `fetch` has ended, while its server is at work',
    [
      server(1, [0, 420]),
      request(2, 1, [5, 11.5], 'http://reports/report'),
      server(3, [7, 412], { parent: 2, service: 'reports', name: 'GET /report' }),
    ],
  ],
  [
    'the load of a document has its phases as logs',
    [
      server(1, [0, 900], { kind: SpanKind.internal, attributes: ['component', 'document'] }),
      request(2, 1, [1, 300], 'http://shop/'),
    ],
  ],
  [
    'an unfinished span may get more children',
    [{ id: 1, at: [0, undefined] }, query(2, 1, [300, 600], 'SELECT a FROM b')],
  ],
  [
    'what is hidden behind a longer call held nothing up',
    [
      server(1, [0, 600]),
      request(2, 1, [1, 599], 'http://slow/'),
      { id: 3, parent: 1, at: millis([1, 500]), name: 'job' },
      query(4, 3, [1, 10], 'SELECT a FROM b'),
    ],
  ],
])('%s', (_, spans) => {
  expect(kindsOf(spans)).toEqual([]);
});

test('what nobody did after the last byte of an answer, and what a server did after its client had given it up', () => {
  const fetched = (body: number, status: number) => [
    server(1, [0, 420]),
    request(2, 1, [5, 11.5], 'http://reports/report', { 'http.status_code': status }),
    server(3, [7, body], { parent: 2, service: 'reports', name: 'GET /report' }),
  ];
  expect(theFinding('uncovered-time', fetched(320, 200))).toMatchObject({ ids: [1], savableMs: 100 });
  expect(kindsOf(fetched(320.001, 200))).toEqual([]);
  expect(theFinding('uncovered-time', fetched(412, 504))).toMatchObject({ ids: [1], savableMs: 408.5 });
});

test('is told of what only looks like a stream', () => {
  const lookup = query(2, 1, [1, 9], 'SELECT a FROM b');
  const told = (parts: Partial<SpanSketch>) => kindsOf([server(1, [0, 900], parts), lookup]);
  const messages = (count: number) => Array.from({ length: count }, (_, at) => event('message', at));
  expect(told({ events: messages(2) })).toEqual(['uncovered-time']);
  expect(told({ events: messages(3) })).toEqual([]);
  expect(told({ attributes: ['grpc.method_type', 'UNARY'] })).toEqual(['uncovered-time']);
  expect(told({ attributes: ['http.response.header.content-type', 'application/json'] })).toEqual(['uncovered-time']);
  expect(told({ attributes: ['http.status_code', 200] })).toEqual(['uncovered-time']);
  // What was before the stream is no stream; two calls are no poll.
  const stream = { 'http.response.header.content-type': 'text/event-stream' };
  expect(kindsOf([server(1, [0, 900]), request(2, 1, [400, 890], 'http://model/answer', stream)])).toEqual([
    'uncovered-time',
  ]);
  const twice = [1, 1_001].map((at, item) => request(item + 2, 1, [at, at + 30], 'http://jobs/7'));
  expect(kindsOf([server(1, [0, 1_040]), ...twice])).toEqual(['uncovered-time']);
});
