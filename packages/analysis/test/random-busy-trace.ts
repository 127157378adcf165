import { SpanKind, SpanStatus } from '@spanwise/wire';
import * as fc from 'fast-check';
import { event, tags } from './finding-fixture.ts';
import type { SpanSketch } from './trace-fixture.ts';

const someTags = fc.constantFrom(
  {},
  { 'db.statement': 'BEGIN' },
  { 'db.statement': 'COMMIT' },
  { 'db.statement': 'SELECT a FROM b' },
  { 'db.statement': 'SELECT a FROM b WHERE id = $1' },
  { 'db.statement': "UPDATE b SET a = 'unended", 'db.lock.wait_ms': 70 },
  { 'db.statement': 'SELECT 1 FOR UPDATE', 'db.pool.wait_ms': '1e3' },
  { 'http.method': 'GET', 'http.url': 'http://a/b?c=d', 'http.status_code': 200 },
  { 'http.method': 'GET', 'http.url': 'http://a/1', 'http.status_code': '503' },
  { 'http.method': 'GET', 'http.url': '%%%://', 'http.status_code': 504, 'http.resend_count': 2 },
  { 'rpc.grpc.status_code': 4 },
  { 'spanwise.eventloop.blocked_ms': 120 },
  { 'spanwise.eventloop.blocked_ms': 'nonsense' },
);

const span = fc.record({
  parent: fc.integer({ min: 0, max: 40 }),
  start: fc.integer({ min: -50, max: 2_000 }),
  length: fc.option(fc.integer({ min: -20, max: 600 }), { nil: undefined }),
  kind: fc.constantFrom(...Object.values(SpanKind)),
  status: fc.constantFrom(...Object.values(SpanStatus)),
  shared: fc.boolean(),
  follows: fc.boolean(),
  startIsKnown: fc.integer({ min: 0, max: 9 }),
  service: fc.constantFrom('a', 'b', ''),
  name: fc.constantFrom('x', 'poll', 'acquire lock', 'GetItem'),
  tags: someTags,
  block: fc.option(fc.tuple(fc.integer({ min: -100, max: 2_500 }), fc.constantFrom(-1, 0, 60, 500, NaN)), {
    nil: undefined,
  }),
});

type AnySpan = typeof span extends fc.Arbitrary<infer Value> ? Value : never;

function sketchOf({ parent, start, length, follows, startIsKnown, block, ...rest }: AnySpan, id: number): SpanSketch {
  const at = [start * 1e6, length === undefined ? undefined : (start + length) * 1e6] as const;
  const { tags: given, ...parts } = rest;
  return {
    ...parts,
    id,
    parent,
    at,
    attributes: tags(given),
    events: block === undefined ? [] : [event('event loop blocked', block[0], { duration_ms: block[1] })],
    ...(follows ? { followsFrom: parent } : {}),
    ...(startIsKnown === 0 ? { startMicros: 0, startNanos: 0 } : {}),
  };
}

/** Any trace, with whatever the detectors look at: ids that occur twice, cycles, unknown starts, unfinished spans. */
export const anyBusyTrace: fc.Arbitrary<SpanSketch[]> = fc
  .array(fc.tuple(span, fc.integer({ min: 1, max: 35 })), { maxLength: 40 })
  .map((spans) => spans.map(([one, id]) => sketchOf(one, id)));

/** The same with an id and a start for each span that no other has, so that their order is in the trace itself. */
export const orderedBusyTrace: fc.Arbitrary<SpanSketch[]> = fc
  .uniqueArray(span, { maxLength: 40, selector: ({ start }) => start })
  .map((spans) => spans.map((one, index) => sketchOf({ ...one, startIsKnown: 1 }, index + 1)));
