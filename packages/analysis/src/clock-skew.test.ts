import { SpanKind } from '@spanwise/wire';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyTrace } from '../test/random-trace.ts';
import { idsOf, positionOf, treeOf, warningsOf } from '../test/trace-fixture.ts';
import type { SpanSketch } from '../test/trace-fixture.ts';
import { correctClockSkew } from './clock-skew.ts';
import { describeWarning } from './describe-warning.ts';

const { client, server, consumer, producer } = SpanKind;
const call: SpanSketch = { id: 1, service: 'shop', kind: client, at: [0, 100_000_000] };

/** By how much each span was moved, by id. */
function movesOf(...spans: readonly SpanSketch[]): Record<number, number> {
  const { tree, movedNanos } = correctClockSkew(treeOf(...spans));
  return Object.fromEntries(tree.spans.map(({ spanId1 }, index) => [spanId1, movedNanos[index]!]));
}

describe('a span of another service', () => {
  test('that starts before its parent stands in the middle of it', () => {
    const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server, at: [-500_000_000, -440_000_000] };
    expect(movesOf(call, answer)).toEqual({ 1: 0, 2: 520_000_000 });
  });

  test('that ends after its caller stands in the middle of it, only when it is the server of that call', () => {
    const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server, at: [90_000_000, 150_000_000] };
    expect(movesOf(call, answer)).toEqual({ 1: 0, 2: -70_000_000 });
    expect(movesOf(call, { ...answer, kind: SpanKind.internal })).toEqual({ 1: 0, 2: 0 });
    expect(movesOf({ ...call, kind: SpanKind.internal }, answer)).toEqual({ 1: 0, 2: 0 });
  });

  test('is left where it can have been, to the millisecond', () => {
    const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server };
    expect(movesOf(call, { ...answer, at: [-1_000_000, 50_000_000] })[2]).toBe(0);
    expect(movesOf(call, { ...answer, at: [-1_001_000, 50_000_000] })[2]).toBeGreaterThan(0);
    expect(movesOf(call, { ...answer, at: [50_000_000, 101_000_000] })[2]).toBe(0);
    expect(movesOf(call, { ...answer, at: [50_000_000, 101_001_000] })[2]).toBeLessThan(0);
  });

  test('that is longer than its parent, or has no end, is moved to its start and never to earlier', () => {
    const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server };
    expect(movesOf(call, { ...answer, at: [-50_000_000, 50_001_000] })[2]).toBe(50_000_000);
    expect(movesOf(call, { ...answer, at: [50_000_000, 300_000_000] })[2]).toBe(0);
    expect(movesOf(call, { ...answer, at: [-50_000_000, undefined] })[2]).toBe(50_000_000);
    expect(movesOf({ ...call, at: [0, undefined] }, { ...answer, at: [-50_000_000, -40_000_000] })[2]).toBe(50_000_000);
  });

  test('is left when its own or its parent’s start is unknown', () => {
    const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server, at: [-50_000_000, -40_000_000] };
    expect(movesOf(call, { ...answer, startMicros: 0, startNanos: 0 })[2]).toBe(0);
    expect(movesOf({ ...call, startMicros: 0, startNanos: 0 }, answer)[2]).toBe(0);
  });

  test('that may run on its own is left', () => {
    const sent: SpanSketch = { ...call, kind: producer };
    expect(movesOf(sent, { id: 2, parent: 1, service: 'stock', kind: consumer, at: [-5_000_000, 1_000_000] })[2]).toBe(
      0,
    );
    const follows: SpanSketch = { id: 2, parent: 1, service: 'stock', at: [-5_000_000, 900_000_000], followsFrom: 1 };
    expect(movesOf(call, follows)[2]).toBe(0);
  });
});

describe('a clock', () => {
  const answer: SpanSketch = { id: 2, parent: 1, service: 'stock', kind: server, at: [-500_000_000, -440_000_000] };

  test('moves all spans of its service under the one that was compared', () => {
    const query: SpanSketch = { id: 3, parent: 2, service: 'stock', at: [-490_000_000, -450_000_000] };
    expect(movesOf(call, answer, query)).toEqual({ 1: 0, 2: 520_000_000, 3: 520_000_000 });
  });

  test('of one service is not corrected against itself', () => {
    expect(movesOf(call, { ...answer, service: 'shop' })[2]).toBe(0);
  });

  test('of a third service is compared with the corrected one', () => {
    const third: SpanSketch = { id: 3, parent: 2, service: 'mail', kind: server, at: [30_000_000, 40_000_000] };
    expect(movesOf(call, answer, third)).toEqual({ 1: 0, 2: 520_000_000, 3: 0 });
    expect(movesOf(call, { ...answer, kind: client }, { ...third, at: [-480_000_000, -470_000_000] })[3]).toBe(
      525_000_000,
    );
  });
});

describe('the corrected trace', () => {
  const spans: readonly SpanSketch[] = [
    call,
    {
      id: 2,
      parent: 1,
      service: 'stock',
      kind: server,
      at: [-500_000_000, -440_000_000],
      events: [
        {
          timeMicros: 1_700_000_000_000_000 - 490_000,
          timeNanos: 300,
          name: 'log',
          attributes: [],
          droppedAttributesCount: 0,
        },
      ],
    },
    { id: 3, parent: 1, at: [10_000_000, 15_000_000] },
  ];

  test('says by how much a span was moved, and has no skew left', () => {
    const given = treeOf(...spans);
    const { tree, sent } = correctClockSkew(given);
    expect(warningsOf(given)).toEqual(['clock-skew 2']);
    expect(warningsOf(tree)).toEqual(['clock-corrected 2']);
    expect(tree.warnings.map((warning) => describeWarning(tree, warning))).toEqual([
      'it is shown 520 ms later than it was sent, inside its parent shop span 1: the clocks of their hosts disagree',
    ]);
    expect(idsOf(tree, tree.order)).toEqual([1, 3, 2]);
    expect(sent[positionOf(tree, 2)]).toBe(given.spans[positionOf(given, 2)]);
    expect(sent[positionOf(tree, 1)]).toBe(tree.spans[positionOf(tree, 1)]);
  });

  test('has the logs of a moved span moved with it', () => {
    const { tree } = correctClockSkew(treeOf(...spans));
    const { events, startMicros, startNanos } = tree.spans[positionOf(tree, 2)]!;
    expect([startMicros, startNanos]).toEqual([1_700_000_000_020_000, 0]);
    expect(events).toMatchObject([{ timeMicros: 1_700_000_000_030_000, timeNanos: 300 }]);
  });

  test('holds every span, moved or as it was, whatever the trace', () => {
    fc.assert(
      fc.property(anyTrace, (sketches) => {
        const given = treeOf(...sketches);
        const { tree, movedNanos, sent } = correctClockSkew(given);
        expect(new Set(sent)).toEqual(new Set(given.spans));
        for (const [index, span] of tree.spans.entries()) {
          if (movedNanos[index] === 0) expect(span).toBe(sent[index]);
          expect(span.durationNanos).toBe(sent[index]!.durationNanos);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of a chain of 50,000 spans takes no stack', () => {
    const chain = Array.from({ length: 50_000 }, (_, at) => ({
      id: at + 1,
      parent: at,
      service: `s${at % 2}`,
      at: [-at * 2e6, 1e12 - at * 2e6] as const,
    }));
    expect(correctClockSkew(treeOf(...chain)).tree.spans).toHaveLength(50_000);
  });
});
