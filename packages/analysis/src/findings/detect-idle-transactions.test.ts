import { SpanStatus } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { kindsOf, query, request, server, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

/** Open from 12 ms on, with one statement of `busy` ms, then idle. */
function transaction(busy: number, idle: number, middle: readonly SpanSketch[] = []): SpanSketch[] {
  const end = 12 + busy + idle;
  return [
    server(1, [0, end + 10], { name: 'POST /order' }),
    query(2, 1, [10, 12], 'BEGIN'),
    query(3, 1, [12, 12 + busy], 'UPDATE item SET a = $1'),
    ...middle,
    query(9, 1, [end, end + 2], 'COMMIT'),
  ];
}

test('a transaction that is held open: what of it is in no span', () => {
  expect(theFinding('idle-transaction', transaction(5, 400))).toMatchObject({
    ids: [2, 9],
    savableMs: 400,
    savableHow: 'whole-wait',
    facts: { serviceName: 'shop', spanName: 'POST /order', count: 1, idleNanos: 400e6, openNanos: 405e6 },
  });
  // And so it is not told again as time in no span.
  expect(kindsOf(transaction(5, 400))).toEqual(['idle-transaction']);
});

test('counts from 100 ms and half of the transaction on', () => {
  expect(kindsOf(transaction(5, 99.999))).toEqual([]);
  expect(kindsOf(transaction(5, 100))).toEqual(['idle-transaction']);
  expect(kindsOf(transaction(200, 200))).toContain('idle-transaction');
  expect(kindsOf(transaction(200.1, 200))).not.toContain('idle-transaction');
});

test('a call in the meantime takes as long outside of it: nothing to save here, but others wait', () => {
  const spans = transaction(5, 400, [request(4, 1, [20, 410], 'http://payment/', { 'http.method': 'POST' })]);
  expect(theFinding('idle-transaction', spans)).toMatchObject({ savableMs: 10, facts: { idleNanos: 400e6 } });
});

test('two that are open at once are not told apart, nor guessed at', () => {
  const spans = [...transaction(5, 400), query(20, 1, [100, 101], 'BEGIN'), query(21, 1, [110, 111], 'COMMIT')];
  expect(kindsOf(spans)).not.toContain('idle-transaction');
});

test('nor as long as one of them is open', () => {
  const statements = ['BEGIN', 'BEGIN', 'COMMIT', 'BEGIN', 'COMMIT', 'COMMIT'];
  const mixed = statements.map((statement, at) => query(at + 2, 1, [at * 200, at * 200 + 1], statement));
  const spans = [server(1, [0, 2_000]), ...mixed];
  expect(kindsOf(spans)).not.toContain('idle-transaction');
  const next = [query(20, 1, [1_500, 1_501], 'BEGIN'), query(21, 1, [1_700, 1_701], 'COMMIT')];
  expect(theFinding('idle-transaction', [...spans, ...next]).ids).toEqual([20, 21]);
});

test('one that could not be begun is not open', () => {
  const spans = [query(20, 1, [1, 2], 'BEGIN', { status: SpanStatus.error }), ...transaction(5, 400)];
  expect(theFinding('idle-transaction', spans).ids).toEqual([2, 9]);
});

test('one without an end, and an end without a begin', () => {
  expect(kindsOf(transaction(5, 400).filter(({ id }) => id !== 9))).not.toContain('idle-transaction');
  expect(kindsOf(transaction(5, 400).filter(({ id }) => id !== 2))).not.toContain('idle-transaction');
});

test('a rollback to a savepoint ends nothing', () => {
  const spans = transaction(5, 400, [query(4, 1, [50, 51], 'ROLLBACK TO SAVEPOINT a')]);
  expect(theFinding('idle-transaction', spans).facts.idleNanos).toBe(399e6);
});
