import { SpanKind } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { kindsOf, millis, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

function early(by: number): SpanSketch[] {
  return [
    server(1, [0, 100]),
    request(2, 1, [50, 90], 'http://stock/'),
    { id: 3, parent: 2, at: millis([50 - by, 80 - by]), kind: SpanKind.server, service: 'stock', name: 'GET /shelf' },
  ];
}

test('a server that begins before it is called', () => {
  expect(theFinding('clock-trouble', early(25))).toMatchObject({
    ids: [3, 2],
    about: 3,
    savableMs: 0,
    savableHow: 'nothing',
    severity: 'low',
    facts: { serviceName: 'stock', spanName: 'GET /shelf', parentServiceName: 'shop', count: 1, largestNanos: 25e6 },
  });
});

test('counts from 10 ms on', () => {
  expect(kindsOf(early(9.999))).toEqual([]);
  expect(kindsOf(early(10))).toEqual(['clock-trouble']);
});

test('spans of one pair of services count together', () => {
  const more = {
    id: 4,
    parent: 2,
    at: millis([5, 30]),
    kind: SpanKind.server,
    service: 'stock',
    name: 'GET /',
  } as const;
  expect(theFinding('clock-trouble', [...early(25), more]).facts).toMatchObject({
    count: 2,
    largestNanos: 45e6,
    spanName: 'GET /',
  });
});

test('it is about the span that does not fit, not about its parent', () => {
  const slow = { id: 3, parent: 2, at: millis([120, 150]), kind: SpanKind.server, service: 'stock', name: 'GET /' };
  expect(
    theFinding('clock-trouble', [server(1, [0, 100]), request(2, 1, [20, 90], 'http://stock/'), slow]),
  ).toMatchObject({
    ids: [2, 3],
    about: 3,
  });
});

test('of a span whose clock ran backwards nothing is told about two clocks', () => {
  const spans = (by: number): SpanSketch[] => [
    server(1, [0, 90]),
    { id: 2, parent: 1, at: [-30e6, -30e6 - by], name: 'job', service: 'stock' },
  ];
  expect(theFinding('clock-trouble', spans(10e6))).toMatchObject({ ids: [2], facts: { parentServiceName: 'stock' } });
  expect(theFinding('clock-trouble', spans(10e6 - 1)).facts.parentServiceName).toBe('shop');
});

test('a clock that ran backwards', () => {
  const spans = (by: number): SpanSketch[] => [
    server(1, [0, 90]),
    { id: 2, parent: 1, at: [50e6, 50e6 - by], name: 'job' },
  ];
  expect(theFinding('clock-trouble', spans(10e6)).facts).toMatchObject({
    serviceName: 'shop',
    parentServiceName: 'shop',
    largestNanos: 10e6,
  });
  expect(kindsOf(spans(10e6 - 1))).toEqual([]);
});
