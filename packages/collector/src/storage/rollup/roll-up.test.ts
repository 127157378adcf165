import type { SpanRecord } from '@spanwise/wire/span-record';
import { SpanKind, SpanStatus, spanRecord } from '@spanwise/wire/span-record';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { resourceOf } from '../span-store.conformance.ts';
import { RollUp } from './roll-up.ts';
import { CalleeKind, rollUpSpanOf } from './roll-up-span.ts';
import type { SeriesTable } from './series-table.ts';

const minute = 60_000_000;

/** A span of one trace by its id, its parent's id, its service and its kind. */
function span(
  id: number,
  parent: number,
  service: string,
  kind: SpanKind,
  parts: Partial<SpanRecord> = {},
): SpanRecord {
  return spanRecord({
    traceId3: 1,
    spanId1: id,
    parentId1: parent,
    kind,
    resource: resourceOf(service),
    startMicros: id,
    durationNanos: id * 1000,
    ...parts,
  });
}

function rollUpOf(...spans: SpanRecord[]): RollUp {
  const rollUp = new RollUp();
  rollUp.add(spans.flatMap((one) => rollUpSpanOf(one) ?? []));
  return rollUp;
}

/** `first > second (kind): count/errors sum` of each series, over all time. */
function linesOf(table: SeriesTable): string[] {
  const lines = [...table.series()].map(({ first, second, kind, cells }) => {
    const sum = (of: 'count' | 'errors' | 'durationSumNanos') =>
      [...cells.values()].reduce((all, cell) => all + cell[of], 0);
    return `${first} > ${second} (${kind}): ${sum('count')}/${sum('errors')} ${sum('durationSumNanos')}`;
  });
  return lines.sort();
}

const edgesOf = (...spans: SpanRecord[]): string[] => linesOf(rollUpOf(...spans).edges);
const { client, server, producer, consumer, internal } = SpanKind;
const peer = (serviceName: string) => ({ remoteEndpoint: { serviceName } });

describe('a roll-up of operations', () => {
  it('sums by service, operation, kind and minute of the start, weighted', () => {
    const at = (startMicros: number, parts: Partial<SpanRecord> = {}) =>
      span(1, 0, 'shop', server, { name: 'buy', startMicros, durationNanos: 5, ...parts });
    const rollUp = rollUpOf(
      at(minute - 1),
      at(minute),
      at(2 * minute - 1, { status: SpanStatus.error, traceState: 'ot=th:8;rv:ffffffffffffff' }),
      at(2 * minute, { kind: client }),
    );
    const cells = [...rollUp.operations.series()].flatMap(({ kind, cells }) =>
      [...cells].map(([step, { count, errors, durationSumNanos }]) => ({
        kind,
        step,
        count,
        errors,
        durationSumNanos,
      })),
    );
    expect(cells).toEqual([
      { kind: server, step: 0, count: 1, errors: 0, durationSumNanos: 5 },
      { kind: server, step: 1, count: 3, errors: 2, durationSumNanos: 15 },
      { kind: client, step: 2, count: 1, errors: 0, durationSumNanos: 5 },
    ]);
  });

  it('leaves unfinished records out, and counts those without a duration in no latency', () => {
    const rollUp = rollUpOf(
      span(1, 0, 'shop', server, { unfinished: true }),
      span(2, 0, 'shop', server, { durationNanos: undefined }),
    );
    expect(linesOf(rollUp.operations)).toEqual(['shop >  (2): 1/0 0']);
    const [series] = rollUp.operations.series();
    expect(series?.cells.get(0)?.histogram.count).toBe(0);
  });
});

describe('service edges', () => {
  it.each<[string, SpanRecord[], string[]]>([
    [
      'a client and its server are one call, as long as the client saw it',
      [span(1, 0, 'a', server), span(2, 1, 'a', client), span(3, 2, 'b', server)],
      ['a > b (0): 1/0 2000'],
    ],
    [
      "either side's error is the call's",
      [
        span(2, 0, 'a', client, { status: SpanStatus.error }),
        span(3, 2, 'b', server),
        span(4, 0, 'b', client),
        span(5, 4, 'c', server, { status: SpanStatus.error }),
      ],
      ['a > b (0): 1/1 2000', 'b > c (0): 1/1 4000'],
    ],
    [
      'two halves under one id are one call',
      [span(2, 0, 'a', client), span(2, 0, 'b', server, { shared: true }), span(3, 2, 'b', internal)],
      ['a > b (0): 1/0 2000'],
    ],
    ['the server half may lack its mark', [span(2, 0, 'a', client), span(2, 0, 'b', server)], ['a > b (0): 1/0 2000']],
    [
      'work in one service is no call',
      [span(1, 0, 'a', server), span(2, 1, 'a', internal), span(3, 2, 'a', server)],
      [],
    ],
    ['a service may call itself', [span(1, 0, 'a', client), span(2, 1, 'a', server)], ['a > a (0): 1/0 1000']],
    [
      'kinds need not be told where services differ',
      [span(1, 0, 'a', internal), span(2, 1, 'b', SpanKind.unspecified)],
      ['a > b (0): 1/0 2000'],
    ],
    ...[server, consumer].flatMap((called) =>
      [internal, SpanKind.unspecified, client, producer].map((kind): [string, SpanRecord[], string[]] => [
        `what follows from a called side (${called}) by a span of kind ${kind} is no call`,
        [span(1, 0, 'gateway', called), span(2, 1, 'page', kind), span(3, 2, 'page', internal)],
        [],
      ]),
    ),
    [
      'a half that is marked as called calls no page either',
      [span(1, 0, 'gateway', SpanKind.unspecified, { shared: true }), span(2, 1, 'page', internal)],
      [],
    ],
    [
      'a server below a server is called, whose client is not traced',
      [span(1, 0, 'a', server), span(2, 1, 'b', server)],
      ['a > b (0): 1/0 2000'],
    ],
    [
      'a page that was delivered calls what it asks',
      [
        span(1, 0, 'gateway', server),
        span(2, 1, 'page', internal),
        span(3, 2, 'page', client),
        span(4, 3, 'b', server),
      ],
      ['page > b (0): 1/0 3000'],
    ],
    [
      'a client whose other side is here is not counted again by its peer',
      [span(1, 0, 'a', client, peer('b')), span(2, 1, 'b', server)],
      ['a > b (0): 1/0 1000'],
    ],
    ['a client alone calls its peer', [span(1, 0, 'a', client, peer('b'))], ['a > b (0): 1/0 1000']],
    ['an internal span calls no peer', [span(1, 0, 'a', internal, peer('b'))], []],
    ['a client without a peer calls nobody', [span(1, 0, 'a', client)], []],
    [
      'a database by the name of the peer',
      [span(1, 0, 'a', client, { ...peer('orders-db'), attributes: ['db.type', 'sql'] })],
      ['a > orders-db (1): 1/0 1000'],
    ],
    [
      'a database by its own name, else by its system',
      [
        span(1, 0, 'a', client, { attributes: ['db.system', 'postgresql', 'db.namespace', 'orders'] }),
        span(2, 0, 'a', client, { attributes: ['db.system.name', 'redis'] }),
      ],
      ['a > orders (1): 1/0 1000', 'a > redis (1): 1/0 2000'],
    ],
    [
      'messages go by the broker that either side names',
      [
        span(1, 0, 'a', producer, { attributes: ['messaging.system', 'kafka'] }),
        span(2, 1, 'b', consumer),
        span(3, 0, 'c', producer),
        span(4, 3, 'd', consumer, peer('nats')),
      ],
      ['a > kafka (2): 1/0 1000', 'c > nats (2): 1/0 3000', 'kafka > b (0): 1/0 2000', 'nats > d (0): 1/0 4000'],
    ],
    [
      'a producer whose consumers name several brokers sent one message, to the first by name',
      [span(1, 0, 'a', producer), span(2, 1, 'b', consumer, peer('nats')), span(3, 1, 'c', consumer, peer('kafka'))],
      ['a > kafka (2): 1/0 1000', 'kafka > c (0): 1/0 3000', 'nats > b (0): 1/0 2000'],
    ],
    [
      'a consumer below a server is not called by the server’s caller',
      [span(1, 0, 'orders', server, peer('web')), span(2, 1, 'receipts', consumer)],
      ['orders > receipts (0): 1/0 2000', 'web > orders (0): 1/0 1000'],
    ],
    [
      'messages go straight when nobody names a broker',
      [span(1, 0, 'a', producer), span(2, 1, 'b', consumer)],
      ['a > b (0): 1/0 2000'],
    ],
    [
      'a consumer alone is called by its broker',
      [span(2, 9, 'b', consumer, peer('kafka'))],
      ['kafka > b (0): 1/0 2000'],
    ],
    ['a server alone is called by its peer', [span(2, 9, 'b', server, peer('a'))], ['a > b (0): 1/0 2000']],
    ['services without a name have no edges', [span(1, 0, '', client), span(2, 1, 'b', server)], []],
    ['an unfinished caller is not here', [span(1, 0, 'a', client, { unfinished: true }), span(2, 1, 'b', server)], []],
    ['spans of other traces are not related', [span(1, 0, 'a', client), span(2, 1, 'b', server, { traceId3: 2 })], []],
    [
      '64- and 128-bit ids of one trace meet',
      [span(1, 0, 'a', client, { traceId0: 7 }), span(2, 1, 'b', server)],
      ['a > b (0): 1/0 1000'],
    ],
  ])('%s', (_, spans, expected) => {
    expect(edgesOf(...spans)).toEqual(expected);
    expect(edgesOf(...spans.toReversed())).toEqual(expected);
  });

  it('weighs calls by the span that is called', () => {
    const weighted = { traceState: 'ot=th:8;rv:ffffffffffffff' };
    expect(edgesOf(span(1, 0, 'a', client), span(2, 1, 'b', server, weighted))).toEqual(['a > b (0): 2/0 2000']);
  });

  it('names what a call of any kind goes to', () => expect(CalleeKind).toEqual({ service: 0, database: 1, broker: 2 }));
});

describe('roll-ups of parts', () => {
  const spans = fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      parent: fc.nat(6),
      service: fc.constantFrom('a', 'b', ''),
      kind: fc.constantFrom(...Object.values(SpanKind)),
      remote: fc.constantFrom('', 'b', 'kafka'),
      shared: fc.boolean(),
      startMicros: fc.constantFrom(1, 2, minute),
    }),
    { maxLength: 12 },
  );

  it('merge, and come out again, through JSON, and do not depend on the order', () => {
    fc.assert(
      fc.property(spans, spans, (first, second) => {
        const made = [first, second].map((list) =>
          list.map(({ id, parent, service, kind, remote, ...parts }) =>
            span(id, parent, service, kind, { ...parts, ...(remote === '' ? {} : peer(remote)) }),
          ),
        );
        const [one = [], two = []] = made;
        const both = RollUp.of(JSON.parse(JSON.stringify(rollUpOf(...one))) as ReturnType<RollUp['toJSON']>);
        both.mergeJson(rollUpOf(...two).toJSON());
        both.subtract(rollUpOf(...one));
        expect(linesOf(both.edges).filter((line) => !line.includes(': 0/0'))).toEqual(linesOf(rollUpOf(...two).edges));
        expect(both.toJSON().operations.length).toBe(rollUpOf(...two).toJSON().operations.length);
      }),
    );
  });
});
