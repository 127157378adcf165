import { SpanKind } from '@spanwise/wire';
import { expect, test } from 'vitest';
import { event, kindsOf, millis, query, request, server, tags, theFinding } from '../../test/finding-fixture.ts';
import type { SpanSketch } from '../../test/trace-fixture.ts';
import type { FindingKind } from './finding.ts';

function blocked(
  millisBlocked: number | string,
  ...blocks: readonly (readonly [from: number, length: number])[]
): Partial<SpanSketch> {
  return {
    attributes: tags({ 'spanwise.eventloop.blocked_ms': millisBlocked }),
    events: blocks.map(([from, length]) => event('event loop blocked', from, { duration_ms: length })),
  };
}

test('blocks that are on the path of the process', () => {
  const spans = [server(1, [0, 400], blocked(250, [50, 150], [250, 100])), query(2, 1, [40, 210], 'SELECT a FROM b')];
  expect(theFinding('blocked-event-loop', spans)).toMatchObject({
    ids: [1],
    savableMs: 250,
    savableHow: 'blocked-on-path',
    share: 0.625,
    facts: { serviceName: 'shop', spanName: 'GET /', blockedNanos: 250e6, longestNanos: 150e6 },
  });
  // And so they are not told again as time in no span.
  expect(kindsOf(spans)).toEqual(['blocked-event-loop']);
});

test('counts from 50 ms on', () => {
  expect(kindsOf([server(1, [0, 400], blocked(49.999, [50, 49.999]))])).toEqual([]);
  expect(kindsOf([server(1, [0, 400], blocked(50, [50, 50]))])).toEqual(['blocked-event-loop']);
  expect(kindsOf([server(1, [0, 400], blocked('50', [50, 50]))])).toEqual(['blocked-event-loop']);
});

test('a block outside of its span is none of it', () => {
  const outside = (from: number): FindingKind[] => kindsOf([server(1, [0, 400], blocked(60, [from, 60]))]);
  expect([outside(-60), outside(400), outside(900), outside(-500)]).toEqual([[], [], [], []]);
  expect(theFinding('blocked-event-loop', [server(1, [0, 400], blocked(60, [-59, 60]))]).savableMs).toBe(1);
  const both = [server(1, [0, 400], blocked(160, [500, 60], [100, 100]))];
  expect(theFinding('blocked-event-loop', both)).toMatchObject({ savableMs: 100, facts: { blockedNanos: 100e6 } });
});

test('what another process does meanwhile goes on', () => {
  const spans = [
    server(1, [0, 400], blocked(200, [100, 200])),
    request(2, 1, [90, 310], 'http://stock/'),
    { id: 3, parent: 2, at: millis([110, 280]), kind: SpanKind.server, service: 'stock', name: 'GET /' },
  ];
  expect(theFinding('blocked-event-loop', spans).savableMs).toBe(30);
});

test('requests that see the same block are one finding, and it counts once', () => {
  const spans = [
    server(1, [0, 500], { service: 'gateway' }),
    request(2, 1, [10, 300], 'http://shop/a', {}, { service: 'gateway' }),
    request(3, 1, [10, 310], 'http://shop/b', {}, { service: 'gateway' }),
    server(4, [20, 290], { parent: 2, ...blocked(200, [60, 200]) }),
    server(5, [20, 300], { parent: 3, ...blocked(200, [60, 200]) }),
  ];
  expect(theFinding('blocked-event-loop', spans)).toMatchObject({
    ids: [4, 5],
    savableMs: 200,
    facts: { blockedNanos: 200e6 },
  });
});

test('what had a call under way when the longest block began did not do it', () => {
  const spans = (callEnd: number): SpanSketch[] => [
    server(1, [0, 400], blocked(260, [20, 60], [100, 200])),
    request(2, 1, [90, callEnd], 'http://stock/'),
  ];
  expect(theFinding('blocked-event-loop', spans(100)).facts.byOthers).toBe(false);
  expect(theFinding('blocked-event-loop', spans(100.001)).facts.byOthers).toBe(true);
});

test('of two requests the one that may have done it is named', () => {
  const spans = [
    server(1, [0, 500], { service: 'gateway' }),
    request(2, 1, [10, 300], 'http://shop/a', {}, { service: 'gateway' }),
    request(3, 1, [10, 310], 'http://shop/b', {}, { service: 'gateway' }),
    server(4, [20, 300], { parent: 2, name: 'GET /a', ...blocked(200, [60, 200]) }),
    query(5, 4, [30, 265], 'SELECT a FROM b'),
    server(6, [20, 290], { parent: 3, name: 'GET /b', ...blocked(199, [60, 199]) }),
  ];
  expect(theFinding('blocked-event-loop', spans).facts).toMatchObject({ spanName: 'GET /b', byOthers: false });
});

test('blocks too short for a log, when there is hardly anything else: as much as the process has on the path', () => {
  expect(theFinding('blocked-event-loop', [server(1, [0, 300], blocked(150))])).toMatchObject({
    savableMs: 150,
    facts: { blockedNanos: 150e6, longestNanos: 0 },
  });
  expect(theFinding('blocked-event-loop', [server(1, [0, 100], blocked(150))]).savableMs).toBe(100);
  expect(kindsOf([server(1, [0, 150], blocked(100))])).toEqual(['blocked-event-loop']);
});

test('a busy process has many short ones, and comes to everything between them', () => {
  expect(kindsOf([server(1, [0, 150], blocked(99.999))])).toEqual([]);
  expect(kindsOf([server(1, [0, 300.001], blocked(150))])).toEqual([]);
  // Those with a log are told as what they are.
  expect(theFinding('blocked-event-loop', [server(1, [0, 300], blocked(250, [50, 60]))]).savableMs).toBe(60);
});

test('a new process loads and compiles its code: only a longer block counts', () => {
  const fresh = (atWork: number | string, block: number): SpanSketch => {
    const { attributes, events } = blocked(block, [10, block]);
    return server(1, [0, 400], { attributes: [...attributes!, 'spanwise.at_work_ms', atWork], events: events! });
  };
  expect(kindsOf([fresh(4_999.999, 199.999)])).toEqual([]);
  expect(kindsOf([fresh('5000', 50)])).toEqual(['blocked-event-loop']);
  expect(kindsOf([fresh(0, 200)])).toEqual(['blocked-event-loop']);
  expect(kindsOf([fresh(0, 50)], { warmUpMs: 0 })).toEqual(['blocked-event-loop']);
  const short = { attributes: tags({ 'spanwise.eventloop.blocked_ms': 300, 'spanwise.at_work_ms': 100 }) };
  expect(kindsOf([server(1, [0, 400], short)])).toEqual([]);
});

test('each block tells how much processor time it had: half of it, or 50 ms', () => {
  const blocks = (length: number, ...cpu: readonly number[]): SpanSketch => ({
    ...server(1, [0, 400], { attributes: tags({ 'spanwise.eventloop.blocked_ms': 300, 'spanwise.cpu_ms': 400 }) }),
    events: cpu.map((used, at) => event('event loop blocked', 10 + at * 150, { duration_ms: length, cpu_ms: used })),
  });
  expect(kindsOf([blocks(60, 29.999, 3)])).toEqual([]);
  expect(theFinding('blocked-event-loop', [blocks(60, 30, 3)]).savableMs).toBe(60);
  expect(kindsOf([blocks(140, 49.999, 3)])).toEqual([]);
  expect(theFinding('blocked-event-loop', [blocks(140, 50, 90)]).savableMs).toBe(280);
});

test('logs that reach beyond the request count as far as it goes', () => {
  const finding = theFinding('blocked-event-loop', [server(1, [100, 300], blocked(150, [50, 100], [250, 500]))]);
  expect(finding.savableMs).toBe(100);
});

test('a process that only computed while the request waited elsewhere costs it nothing, and is told', () => {
  const spans = [
    server(1, [0, 400]),
    request(2, 1, [10, 100], 'http://stock/'),
    server(3, [20, 90], { parent: 2, service: 'stock', ...blocked(60, [25, 60]) }),
    request(4, 1, [5, 390], 'http://slow/'),
  ];
  expect(theFinding('blocked-event-loop', spans).savableMs).toBe(0);
});

test('a process that waited for a processor was not blocked by its code', () => {
  const starved = (cpu: number | string): SpanSketch[] => {
    const { attributes, events } = blocked(100, [50, 100]);
    const root = server(1, [0, 200], { attributes: [...attributes!, 'spanwise.cpu_ms', cpu], events: events! });
    return [root, query(2, 1, [1, 50], 'SELECT a FROM b'), query(3, 1, [155, 199], 'SELECT a FROM b')];
  };
  expect(kindsOf(starved(49.999))).toEqual([]);
  expect(kindsOf(starved('50'))).toEqual(['blocked-event-loop']);
  expect(kindsOf(starved(3), { blockedLoopCpuShare: 0 })).toEqual(['blocked-event-loop']);
});

test('a log that came as Zipkin’s text tells as much', () => {
  const spans = (text: string): SpanSketch[] => [
    server(1, [0, 400], { ...blocked(250), events: [event(`event loop blocked ${text}`, 50)] }),
    request(2, 1, [10, 100], 'http://stock/'),
  ];
  const finding = { savableMs: 150.5, facts: { longestNanos: 150.5e6 } };
  expect(theFinding('blocked-event-loop', spans('duration_ms=150.5'))).toMatchObject(finding);
  expect(theFinding('blocked-event-loop', spans('duration_ms=150.5 cpu_ms=120'))).toMatchObject(finding);
  expect(kindsOf(spans('duration_ms=150.5 cpu_ms=12'))).not.toContain('blocked-event-loop');
});
