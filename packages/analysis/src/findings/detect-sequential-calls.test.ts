import { SpanKind } from '@spanwise/wire';
import { describe, expect, test } from 'vitest';
import { kindsOf, millis, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

function row(length: number, pause: number, count: number = 3, duration: number = 1_000): SpanSketch[] {
  const at = (place: number): readonly [number, number] => {
    const start = 1 + place * (length + pause);
    return [start, start + length];
  };
  const calls = [
    query(2, 1, at(0), 'SELECT name FROM customer WHERE id = $1'),
    request(3, 1, at(1), 'http://stock/shelf'),
    { id: 4, parent: 1, at: millis(at(2)), kind: SpanKind.client, name: 'shop.Catalogue/ListOffers', service: 'shop' },
    request(5, 1, at(3), 'http://weather/today'),
  ];
  return [server(1, [0, duration]), ...calls.slice(0, count)];
}

test('reads in a row: all but the longest could be saved', () => {
  const spans = [...row(60, 1), request(6, 1, [184, 284], 'http://weather/today')];
  expect(theFinding('sequential-calls', spans)).toMatchObject({
    ids: [2, 3, 4, 6],
    savableMs: 180,
    savableHow: 'all-but-longest',
    facts: { serviceName: 'shop', count: 4, spanNames: ['SELECT', 'GET', 'shop.Catalogue/ListOffers'] },
  });
});

test('counts from three calls, 100 ms and a tenth of the root on, with pauses of 10 ms at most', () => {
  expect(kindsOf(row(200, 1, 2))).not.toContain('sequential-calls');
  expect(kindsOf(row(50, 1, 3))).toContain('sequential-calls');
  expect(kindsOf(row(49.999, 1, 3))).not.toContain('sequential-calls');
  expect(kindsOf(row(50, 1, 3, 1_000.1))).not.toContain('sequential-calls');
  expect(kindsOf(row(60, 10, 3))).toContain('sequential-calls');
  expect(kindsOf(row(60, 10.001, 3))).not.toContain('sequential-calls');
});

describe('what makes it likely that a call needed the answer before ends the row', () => {
  const between = (span: SpanSketch): SpanSketch[] => [
    server(1, [0, 1_000]),
    request(2, 1, [1, 101], 'http://a/x'),
    span,
    request(4, 1, [111, 211], 'http://b/x'),
    request(5, 1, [211, 311], 'http://c/x'),
  ];
  test.each<readonly [string, SpanSketch]>([
    ['a write', request(3, 1, [101, 111], 'http://d/x', { 'http.method': 'POST' })],
    ['a statement that writes', query(3, 1, [101, 111], 'UPDATE item SET a = $1')],
    ['a page', request(3, 1, [101, 111], 'http://d/x?page=2')],
    ['a span of the caller', { id: 3, parent: 1, at: millis([101, 111]), name: 'plan', service: 'shop' }],
    ['a failure', request(3, 1, [101, 111], 'http://d/x', { 'http.status_code': 404 })],
    [
      'a remote call of which it is not known that it reads',
      { id: 3, parent: 1, at: millis([101, 111]), kind: SpanKind.client, name: 'shop.Orders/Getaway', service: 'shop' },
    ],
  ])('%s', (_, span) => {
    expect(kindsOf(between(span))).not.toContain('sequential-calls');
  });
  test('a read does not', () => {
    expect(kindsOf(between(request(3, 1, [101, 111], 'http://d/x')))).toContain('sequential-calls');
  });
});

test('calls side by side are not in a row', () => {
  const spans = [1, 2, 3, 4].map((id) => request(id + 1, 1, [id, 300 + id], `http://${'abcd'[id - 1]}/x`));
  expect(kindsOf([server(1, [0, 400]), ...spans])).toEqual([]);
});

test('a loop is told as N+1 only', () => {
  const spans = Array.from({ length: 6 }, (_, index) =>
    request(index + 2, 1, [1 + index * 50, 51 + index * 50], `http://stock/item/${index}`),
  );
  expect(kindsOf([server(1, [0, 310]), ...spans])).toEqual(['n-plus-one']);
});
