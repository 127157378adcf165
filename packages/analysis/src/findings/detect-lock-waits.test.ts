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

/** One span of that length in a request. */
function wait(length: number, parts: Partial<SpanSketch>, statement: string = 'BEGIN'): SpanSketch[] {
  return [server(1, [0, length + 20]), query(2, 1, [10, 10 + length], statement, parts)];
}

test('a statement that does no work by itself waited: all of it', () => {
  expect(theFinding('lock-wait', wait(180, {}))).toMatchObject({
    ids: [2],
    savableMs: 180,
    savableHow: 'whole-wait',
    share: 0.9,
    facts: {
      serviceName: 'shop',
      spanName: 'BEGIN',
      count: 1,
      waitsFor: 'connection',
      holderName: '',
      totalNanos: 180e6,
    },
  });
});

test('counts from 100 ms on where only its duration speaks', () => {
  expect(kindsOf(wait(99.999, {}))).toEqual([]);
  expect(kindsOf(wait(100, {}))).toEqual(['lock-wait']);
  expect(kindsOf(wait(50, {}), { plainWaitMs: 50 })).toEqual(['lock-wait']);
});

test('the way to a far database is no wait', () => {
  const far = (begin: number, ...others: readonly number[]): SpanSketch[] => [
    server(1, [0, 1_000]),
    query(2, 1, [0, begin], 'BEGIN'),
    ...others.map((length, at) =>
      query(at + 3, 1, [400 + at * 130, 400 + at * 130 + length], `UPDATE t${'abc'[at]} SET a = b`),
    ),
  ];
  expect(kindsOf(far(120, 120, 120, 120))).not.toContain('lock-wait');
  expect(kindsOf(far(219.999, 120, 120, 120))).not.toContain('lock-wait');
  expect(kindsOf(far(220, 120, 120, 120))).toContain('lock-wait');
  expect(kindsOf(far(120, 120, 20))).toContain('lock-wait');
  expect(kindsOf(far(120, 120))).toContain('lock-wait');
});

describe('what ran beside the wait goes on as long', () => {
  const beside = (end: number, ...more: readonly SpanSketch[]): SpanSketch[] => [
    server(1, [0, 300]),
    { id: 2, parent: 1, at: millis([10, 280]), name: 'reserve', service: 'shop' },
    query(3, 2, [20, 220], 'BEGIN'),
    request(4, 1, [5, end], 'http://check/'),
    ...more,
  ];
  const savable = (...spans: readonly SpanSketch[]): number => theFinding('lock-wait', spans).savableMs;
  test('so that less is saved', () => {
    expect(savable(...beside(250))).toBe(30);
    expect(savable(...beside(80))).toBe(200);
    expect(savable(...beside(81))).toBe(199);
  });
  test('unless it was over before, or waited for the same', () => {
    expect(savable(...beside(10))).toBe(200);
    expect(savable(...beside(10, query(5, 1, [15, 275], 'BEGIN')))).toBe(200);
  });
  test('and the whole of it is spent waiting', () => {
    expect(theFinding('lock-wait', beside(250)).share).toBeCloseTo(2 / 3);
  });
});

test('what its own loop was blocked for is no wait: the answer may have been there', () => {
  const waiting = (blocked: number): SpanSketch[] => {
    const [root, begin] = wait(150, {});
    return [{ ...root!, events: [event('event loop blocked', 15, { duration_ms: blocked })] }, begin!];
  };
  expect(kindsOf(waiting(50))).toEqual(['lock-wait']);
  expect(kindsOf(waiting(50.001))).toEqual([]);
});

test.each<readonly [string, string | undefined, Partial<SpanSketch>]>([
  ['LOCK TABLE item', 'lock', {}],
  ['SELECT * FROM item WHERE id = $1 FOR UPDATE', 'lock', {}],
  ['SELECT * FROM item FOR NO KEY UPDATE', 'lock', {}],
  ['SELECT pg_advisory_xact_lock($1)', 'lock', {}],
  ['SET search_path TO shop', 'connection', {}],
  ['COMMIT', undefined, {}],
  ['SELECT * FROM item WHERE id = $1', undefined, {}],
  ['UPDATE item SET a = $1', undefined, {}],
  ['SELECT lock FROM doors', undefined, {}],
])('of %s: %s', (statement, waitsFor, parts) => {
  const spans = wait(120, parts, statement);
  if (waitsFor === undefined) expect(kindsOf(spans)).toEqual([]);
  else expect(theFinding('lock-wait', spans).facts.waitsFor).toBe(waitsFor);
});

test.each<readonly [string, string | undefined, Partial<SpanSketch>]>([
  ['pg-pool.connect', 'connection', {}],
  ['pool.acquire', 'connection', { kind: SpanKind.internal }],
  ['HikariDataSource.getConnection', 'connection', { kind: SpanKind.internal }],
  ['acquire lock', 'lock', { kind: SpanKind.internal }],
  ['wait for order lock', 'lock', { kind: SpanKind.internal }],
  ['lock account', undefined, { kind: SpanKind.internal }],
  ['unlock', undefined, { kind: SpanKind.internal }],
  ['pool party', undefined, { kind: SpanKind.internal }],
  ['acquire lock', undefined, { kind: SpanKind.server }],
  ['net.Peering/GetConnection', undefined, { attributes: tags({ 'rpc.method': 'GetConnection' }) }],
])('a span named %s: %s', (name, waitsFor, parts) => {
  const spans = wait(120, { name, attributes: [], ...parts });
  if (waitsFor === undefined) expect(kindsOf(spans)).not.toContain('lock-wait');
  else expect(theFinding('lock-wait', spans).facts.waitsFor).toBe(waitsFor);
});

test('a span that tells how long it waited', () => {
  const told = (key: string, value: number | string): SpanSketch[] =>
    wait(200, { attributes: tags({ 'db.statement': 'UPDATE item SET a = $1', [key]: value }) });
  expect(theFinding('lock-wait', told('db.lock.wait_ms', 120))).toMatchObject({
    savableMs: 120,
    facts: { waitsFor: 'lock' },
  });
  expect(theFinding('lock-wait', told('db.pool.wait_ms', '50')).facts).toMatchObject({
    waitsFor: 'connection',
    longestNanos: 50e6,
  });
  expect(kindsOf(told('db.pool.wait_ms', 49.999))).toEqual([]);
});

test('what a new process waited for until it had a connection counts from 200 ms on', () => {
  const fresh = ([root, ...others]: SpanSketch[]): SpanSketch[] => [
    { ...root!, attributes: tags({ 'spanwise.at_work_ms': 4_999 }) },
    ...others,
  ];
  expect(kindsOf(fresh(wait(199.999, {})))).toEqual([]);
  expect(kindsOf(fresh(wait(200, {})))).toEqual(['lock-wait']);
  const told = (key: string, value: number): SpanSketch[] => fresh(wait(210, { attributes: tags({ [key]: value }) }));
  expect(kindsOf(told('db.pool.wait_ms', 199.999))).not.toContain('lock-wait');
  expect(kindsOf(told('db.pool.wait_ms', 200))).toContain('lock-wait');
  expect(kindsOf(told('db.lock.wait_ms', 50))).toContain('lock-wait');
});

test('connections that a request waits for one after the other are no loop of calls', () => {
  const spans = inARow(6, [10, 30, 0], (at, item) =>
    query(item + 2, 1, at, 'BEGIN', { name: 'pg-pool.connect', attributes: [] }),
  );
  expect(kindsOf([server(1, [0, 200]), ...spans])).toEqual([]);
  const attributes = tags({ 'rpc.method': 'GetConnection' });
  expect(kindsOf([server(1, [0, 200]), ...spans.map((span) => ({ ...span, attributes }))])).toEqual(['n-plus-one']);
});

test('a database that gave up because of a lock, however soon', () => {
  const refused = { status: SpanStatus.error, statusMessage: 'error: deadlock detected' };
  expect(theFinding('lock-wait', wait(10, refused, 'UPDATE item SET a = $1')).facts.waitsFor).toBe('lock');
  const late = { status: SpanStatus.error, statusMessage: 'canceling statement due to lock timeout' };
  expect(kindsOf(wait(90, late, 'UPDATE item SET a = $1'))).toEqual(['lock-wait']);
});

describe('a transaction of another request in the same trace', () => {
  /** One request holds a transaction until 190, the other's statement ends at `end`. */
  function convoy(end: number, start: number = 20, database: string = 'shop'): SpanSketch[] {
    const holder = { service: 'stock', attributes: tags({ 'db.statement': 'COMMIT', 'db.instance': 'shop' }) };
    const begin = { ...holder, attributes: tags({ 'db.statement': 'BEGIN', 'db.instance': 'shop' }) };
    const waiting = tags({ 'db.statement': 'UPDATE item SET a = $1', 'db.instance': database });
    return [
      server(1, [0, 220], { name: 'POST /order' }),
      request(2, 1, [1, 200], 'http://stock/'),
      { id: 3, parent: 2, at: millis([2, 199]), kind: SpanKind.server, name: 'POST /reserve', service: 'stock' },
      query(4, 3, [3, 5], 'BEGIN', begin),
      query(5, 3, [5, 188], 'UPDATE item SET a = $1', { service: 'stock' }),
      query(6, 3, [188, 190], 'COMMIT', holder),
      query(7, 1, [start, end], 'UPDATE item SET a = $1', { attributes: waiting }),
    ];
  }
  test('is named as the holder', () => {
    expect(theFinding('lock-wait', convoy(191))).toMatchObject({
      ids: [7, 6],
      about: 7,
      facts: { waitsFor: 'transaction', holderName: 'POST /reserve', count: 1 },
    });
  });
  test('has to end at most 5 ms before the statement does, and its COMMIT to have begun', () => {
    expect(kindsOf(convoy(195))).toContain('lock-wait');
    expect(kindsOf(convoy(195.001))).not.toContain('lock-wait');
    expect(kindsOf(convoy(188))).toContain('lock-wait');
    expect(kindsOf(convoy(187.999))).not.toContain('lock-wait');
  });
  test('has to have begun when the statement begins, in the same database', () => {
    expect(kindsOf(convoy(191, 3))).toContain('lock-wait');
    expect(kindsOf(convoy(191, 2.999))).not.toContain('lock-wait');
    expect(kindsOf(convoy(191, 20, 'other'))).not.toContain('lock-wait');
  });
  test('has to be there for 50 ms of the statement', () => {
    expect(kindsOf(convoy(191, 140))).toContain('lock-wait');
    expect(kindsOf(convoy(191, 140.001))).not.toContain('lock-wait');
  });
});
