import { SpanKind, SpanStatus } from '@spanwise/wire';
import { describe, expect, test } from 'vitest';
import {
  event,
  inARow,
  kindsOf,
  millis,
  query,
  request,
  server,
  tags,
  theFinding,
} from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';

const charge = 'http://payment/charge/7';

/** Attempts of 20 ms with 30 ms between them, with these statuses. */
function attempts(...statuses: readonly number[]): SpanSketch[] {
  return [
    server(1, [0, 400]),
    ...inARow(statuses.length, [10, 20, 30], (at, index) =>
      request(index + 2, 1, at, charge, { 'http.method': 'POST', 'http.status_code': statuses[index]! }),
    ),
  ];
}

test('attempts are named, and all time until the last one could be saved', () => {
  expect(theFinding('retry', attempts(503, 503, 200))).toMatchObject({
    ids: [2, 3, 4],
    savableMs: 100,
    savableHow: 'until-last-attempt',
    share: 0.25,
    facts: { serviceName: 'shop', spanName: 'POST', attempts: 3, calls: 1, timedOut: 0, givenUp: 0 },
  });
});

test('an error that the next attempt makes good is a retry and no error', () => {
  expect(kindsOf(attempts(500, 200), { uncoveredMs: 1e6 })).toEqual(['retry']);
});

test('one that fails to the end was in vain', () => {
  expect(theFinding('retry', attempts(503, 503, 503)).facts).toMatchObject({ attempts: 3, givenUp: 1 });
});

test('counts from two attempts on', () => {
  expect(kindsOf(attempts(503))).not.toContain('retry');
  expect(kindsOf(attempts(503, 200))).toContain('retry');
  expect(kindsOf(attempts(503, 200), { retryAttempts: 3 })).not.toContain('retry');
  expect(kindsOf(attempts(503, 503, 200), { retryAttempts: 3 })).toContain('retry');
});

test.each([
  [499, false],
  [500, true],
  [404, false],
  [408, true],
  [409, false],
  [425, true],
  [429, true],
  [401, false],
])('after status %i a second call is a retry: %s', (status, isRetry) => {
  expect(kindsOf(attempts(status, 200)).includes('retry')).toBe(isRetry);
});

describe('what fails without a status', () => {
  const twice = (
    first: Partial<SpanSketch>,
    second: Partial<SpanSketch> = {},
    statement: string = 'UPDATE item SET a = b',
  ): SpanSketch[] => [
    server(1, [0, 100]),
    query(2, 1, [10, 20], statement, first),
    query(3, 1, [30, 40], statement, second),
  ];
  test('is tried again as well', () => {
    expect(theFinding('retry', twice({ status: SpanStatus.error })).savableMs).toBe(20);
    expect(kindsOf(twice({}))).toEqual([]);
  });
  test('is the next item where it is not known that both ask for the same', () => {
    const hidden = twice({ status: SpanStatus.error }, {}, 'UPDATE item SET a = $1');
    expect(kindsOf(hidden)).not.toContain('retry');
    const charge = { name: 'Charge', attributes: [], status: SpanStatus.error };
    expect(kindsOf(twice(charge, charge))).not.toContain('retry');
  });
  test.each([
    ['08006', true],
    ['40001', true],
    ['40P01', true],
    ['53300', true],
    ['55P03', true],
    ['57014', true],
    ['57P01', true],
    ['57P06', false],
    ['57000', false],
    ['XX000', false],
    ['23505', false],
    ['22P02', false],
    ['42P01', false],
    ['EPIPE', false],
  ])('by its state %s, also where values are hidden: %s', (state, isRetry) => {
    const refused = { status: SpanStatus.error, events: [event('error', 20, { 'error.code': state })] };
    expect(kindsOf(twice(refused, {}, 'UPDATE item SET a = $1')).includes('retry')).toBe(isRetry);
    const typed = { status: SpanStatus.error };
    const statement = { 'db.statement': 'UPDATE item SET a = $1' };
    expect(
      kindsOf(
        twice({ ...typed, attributes: tags({ ...statement, 'error.type': state }) }, {}, statement['db.statement']),
      ).includes('retry'),
    ).toBe(isRetry);
  });
  test.each([
    { 'error.kind': 'error', message: 'duplicate key value violates unique constraint "item_pkey"' },
    { 'error.kind': 'SqliteError', message: 'UNIQUE constraint failed: item.id' },
    { 'error.kind': 'Error', message: "ER_DUP_ENTRY: Duplicate entry '7' for key 'PRIMARY'" },
    { 'error.code': '23505' },
  ])('is final when the database will always refuse it: %j', (fields) => {
    const refused = { status: SpanStatus.error, events: [event('error', 20, fields)] };
    expect(kindsOf(twice(refused, refused, 'INSERT INTO item SELECT * FROM news'))).not.toContain('retry');
  });
  test('by remote call: by its code', () => {
    const call = (code: number): Partial<SpanSketch> => ({
      name: 'Charge',
      attributes: tags({ 'rpc.grpc.status_code': code }),
      status: SpanStatus.error,
    });
    const ok: Partial<SpanSketch> = { name: 'Charge', attributes: tags({ 'rpc.grpc.status_code': 0 }) };
    expect(kindsOf(twice(call(14), ok))).toContain('retry');
    expect(kindsOf(twice(call(5), ok))).not.toContain('retry');
  });
  test('by time-out: it says so, and is not told again as a time-out', () => {
    const late = { status: SpanStatus.error, events: [event('exception', 20, { 'exception.type': 'TimeoutError' })] };
    expect(theFinding('retry', twice(late)).facts.timedOut).toBe(1);
    expect(kindsOf(twice(late))).toEqual(['retry']);
  });
});

test('what is tried again under several parents is one finding', () => {
  const lines = [1, 2, 3].flatMap((line) => {
    const from = line * 100;
    return [
      { id: line * 10, parent: 1, at: millis([from, from + 90]), name: `line ${line}` },
      request(line * 10 + 1, line * 10, [from, from + 30], `http://payment/${line}`, { 'http.status_code': 500 }),
      request(line * 10 + 2, line * 10, [from + 60, from + 90], `http://payment/${line}`, { 'http.status_code': 500 }),
    ];
  });
  expect(theFinding('retry', [server(1, [0, 400]), ...lines])).toMatchObject({
    savableMs: 180,
    facts: { attempts: 6, calls: 3, givenUp: 3 },
  });
});

test('attempts within attempts do not count twice', () => {
  // Who tries twice, and within each attempt twice again, has the same name all along.
  const failed = { 'http.status_code': 503 };
  const spans = [
    server(1, [0, 100]),
    request(2, 1, [0, 40], charge, failed),
    request(3, 2, [0, 10], charge, failed),
    request(4, 2, [30, 40], charge, failed),
    request(5, 1, [60, 100], charge, failed),
  ];
  expect(theFinding('retry', spans)).toMatchObject({ savableMs: 60, facts: { attempts: 4, calls: 2 } });
});

test('a loop that goes on to the next item after a failure is no retry', () => {
  const items = inARow(4, [10, 20, 10], (at, index) =>
    request(index + 2, 1, at, `http://stock/item/${index}`, { 'http.status_code': index === 1 ? 500 : 200 }),
  );
  expect(kindsOf([server(1, [0, 150]), ...items])).not.toContain('retry');
});

test('a loop of remote calls that goes on after one is not available is no retry', () => {
  const items = (...codes: readonly number[]): SpanSketch[] => [
    server(1, [0, 200]),
    ...inARow(codes.length, [10, 30, 5], (at, index) => ({
      id: index + 2,
      parent: 1,
      at: millis(at),
      kind: SpanKind.client,
      name: 'shop.Stock/Reserve',
      service: 'shop',
      status: codes[index] === 0 ? SpanStatus.unset : SpanStatus.error,
      attributes: tags({ 'rpc.grpc.status_code': codes[index]! }),
    })),
  ];
  expect(kindsOf(items(0, 14, 0, 0))).not.toContain('retry');
  expect(kindsOf(items(14, 0, 0))).not.toContain('retry');
  expect(kindsOf(items(14, 14, 0))).toContain('retry');
});

test('counts from 50 ms on until the last attempt, or a tenth of the root and 5 ms', () => {
  const tried = (pause: number, whole: number): SpanSketch[] => [
    server(1, [0, whole]),
    ...inARow(2, [1, 1, pause], (at, index) =>
      request(index + 2, 1, at, charge, { 'http.status_code': index === 0 ? 503 : 200 }),
    ),
  ];
  expect(kindsOf(tried(48.999, 2_000))).not.toContain('retry');
  expect(kindsOf(tried(49, 2_000))).toContain('retry');
  expect(kindsOf(tried(3.999, 20))).not.toContain('retry');
  expect(kindsOf(tried(4, 20))).toContain('retry');
});

test('items of a loop that all fail are no retry', () => {
  const failed = { name: 'process item', service: 'shop', status: SpanStatus.error };
  const items = inARow(6, [10, 20, 5], (at, index) => ({ id: index + 2, parent: 1, at: millis(at), ...failed }));
  expect(kindsOf([server(1, [0, 200]), ...items])).not.toContain('retry');
});

test('failures side by side are no retry', () => {
  const failed = { 'http.status_code': 500 };
  const spans = [request(2, 1, [10, 50], charge, failed), request(3, 1, [49.9, 90], charge, failed)];
  expect(kindsOf([server(1, [0, 100]), ...spans])).not.toContain('retry');
  const touching = [request(2, 1, [10, 50], charge, failed), request(3, 1, [50, 90], charge, failed)];
  expect(kindsOf([server(1, [0, 100]), ...touching])).toContain('retry');
});

test('a client that tells how often it was sent again', () => {
  const resent = (count: number | string): SpanSketch[] => [
    server(1, [0, 100]),
    request(2, 1, [10, 90], charge, { 'http.resend_count': count }),
  ];
  expect(theFinding('retry', resent(1))).toMatchObject({ savableMs: 0, facts: { attempts: 2, calls: 1 } });
  expect(theFinding('retry', resent('2')).facts.attempts).toBe(3);
  expect(kindsOf(resent(0))).toEqual([]);
  expect(kindsOf(resent('often'))).toEqual([]);
});

test('attempts that tell as well how often they were sent again count once', () => {
  const sent = (status: number): Parameters<typeof request>[4] => ({
    'http.resend_count': 1,
    'http.status_code': status,
  });
  const spans = [request(2, 1, [10, 20], charge, sent(503)), request(3, 1, [30, 40], charge, sent(200))];
  expect(theFinding('retry', [server(1, [0, 100]), ...spans])).toMatchObject({
    ids: [2, 3],
    facts: { attempts: 2, calls: 1 },
  });
});

test('a message that is delivered again after its consumer failed', () => {
  const consumer = { parent: 2, kind: SpanKind.consumer, name: 'charge', service: 'payment' };
  const spans = [
    server(1, [0, 20]),
    { id: 2, parent: 1, at: millis([5, 10]), kind: SpanKind.producer, service: 'shop' },
    { id: 3, at: millis([12, 50]), ...consumer, status: SpanStatus.error },
    { id: 4, at: millis([80, 90]), ...consumer },
  ];
  expect(theFinding('retry', spans)).toMatchObject({ ids: [3, 4], savableMs: 0, facts: { serviceName: 'payment' } });
});
