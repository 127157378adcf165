import { SpanKind, SpanStatus } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { event, kindsOf, millis, query, request, server, tags, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

const failed = { status: SpanStatus.error };

test('a call that was given up: all of its wait', () => {
  const spans = [
    server(1, [0, 1_100], { ...failed, attributes: tags({ 'http.status_code': 504 }) }),
    request(2, 1, [50, 1_050], 'http://stock/', {}, { ...failed, statusMessage: 'TimeoutError: no answer' }),
    { id: 3, parent: 2, at: millis([60, 1_500]), kind: SpanKind.server, service: 'stock', name: 'GET /' },
  ];
  expect(theFinding('time-out', spans)).toMatchObject({
    ids: [2],
    savableMs: 1_000,
    savableHow: 'whole-wait',
    facts: { serviceName: 'shop', spanName: 'GET', count: 1, longestNanos: 1e9 },
  });
});

test('those above only pass it on, and like ones count together', () => {
  const late = { ...failed, statusMessage: 'deadline exceeded' };
  const spans = [
    server(1, [0, 200], late),
    { id: 2, parent: 1, at: millis([0, 90]), name: 'one', ...late },
    { id: 3, parent: 1, at: millis([100, 190]), name: 'two', ...late },
    query(4, 2, [10, 90], 'SELECT a FROM b', late),
    query(5, 3, [110, 190], 'SELECT a FROM b', late),
  ];
  expect(theFinding('time-out', spans)).toMatchObject({ ids: [4, 5], savableMs: 160, facts: { count: 2 } });
});

test.each<readonly [string, boolean, Partial<SpanSketch>]>([
  ['status 504', true, { attributes: tags({ 'http.status_code': 504 }) }],
  ['status 408 as text', true, { attributes: tags({ 'http.status_code': '408' }) }],
  ['status 503', false, { ...failed, attributes: tags({ 'http.status_code': 503 }) }],
  ['code 4 of a remote call', true, { attributes: tags({ 'rpc.grpc.status_code': 4 }) }],
  ['code 14 of a remote call', false, { ...failed, attributes: tags({ 'rpc.grpc.status_code': 14 }) }],
  ['ETIMEDOUT', true, { ...failed, events: [event('exception', 1, { 'exception.message': 'connect ETIMEDOUT' })] }],
  ['an error tag', true, { ...failed, attributes: tags({ 'error.type': 'timeout' }) }],
  ['another error', false, { ...failed, statusMessage: 'no such item' }],
  ['a time-out that was no failure', false, { statusMessage: 'timed out' }],
  ['a log that is no error', false, { ...failed, events: [event('log', 1, { message: 'timeout is 5 s' })] }],
])('%s: %s', (_, isTimeOut, parts) => {
  const spans = [server(1, [0, 100]), { id: 2, parent: 1, at: millis([1, 90]), kind: SpanKind.client, ...parts }];
  expect(kindsOf(spans).includes('time-out')).toBe(isTimeOut);
});

test('long polls and streams that end well are none', () => {
  expect(
    kindsOf([server(1, [0, 60_000], { name: 'GET /poll' }), request(2, 1, [1, 59_999], 'http://shop/poll')]),
  ).toEqual([]);
});

test('a detached child that timed out hides no time-out of its parent', () => {
  const late = { ...failed, statusMessage: 'deadline exceeded' };
  const spans = (childEnd: number): SpanSketch[] => [
    server(1, [0, 200]),
    request(2, 1, [10, 90], 'http://stock/', {}, late),
    { id: 3, parent: 2, followsFrom: 2, at: millis([20, childEnd]), name: 'refresh', ...late },
  ];
  const timeOuts = (childEnd: number): number => kindsOf(spans(childEnd)).filter((kind) => kind === 'time-out').length;
  expect([timeOuts(90), timeOuts(300)]).toEqual([1, 2]);
});
